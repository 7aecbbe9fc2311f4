import { type Ds100Record, ds100Name, hasStatus } from '../domain/ds100.ts';
import { OtpctlError } from '../domain/errors.ts';
import { commandLine } from '../domain/text/command-line.ts';
import { proxyOf } from '../http/dispatcher.ts';
import type { RetryDeps } from '../http/retry.ts';
import type { Ds100Admin, Ds100Need } from '../ports/ds100-admin.ts';
import { createAccess } from './access.ts';
import { type Answer, answerJson, answerObject, isNotFound, notTheApi, refusal, refusesToken } from './answers.ts';
import { ds100sIn, recordFor } from './records.ts';
import type { RsaConfig } from './rsa-config.ts';
import { createTransport, type HttpRequest, type Outcome } from './transport.ts';

export interface CloudDeps extends RetryDeps {
  trace(text: string): void;
  /** Of one try, in milliseconds. */
  readonly timeout?: number;
  /** Its variables may name a proxy. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const TIMEOUT = 30_000;
/** A token at least this long stands in no record by chance. */
const SHORTEST = 16;

interface Call {
  readonly need: Ds100Need;
  readonly method: HttpRequest['method'];
  /** Below the base of the API. */
  readonly path: string;
  readonly body?: Readonly<Record<string, string>>;
}

/** DS100 authenticators through RSA's Cloud Administration API. `needs` is all that will be asked of it. */
export function createCloudAdmin(config: RsaConfig, needs: readonly Ds100Need[], deps: CloudDeps): Ds100Admin {
  const now = () => deps.clock.now();
  const transport = createTransport({
    ...deps,
    timeout: deps.timeout ?? TIMEOUT,
    caFile: config.caFile,
    proxy: proxyOf(deps.environment),
  });
  const access = createAccess(config, needs, { now, randomBytes: deps.random.bytes, transport });

  const send = async ({ need, method, path, body }: Call): Promise<Outcome> => {
    access.permit(need);
    let token = '';
    const request = async (): Promise<HttpRequest> => {
      token = await access.token();
      return {
        method,
        url: `${access.base}${path}`,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      };
    };
    const repeat = method === 'DELETE' ? 'never' : 'safe';
    const once = async (): Promise<Outcome> => {
      const outcome = await transport.send(request, repeat);
      if (outcome.kind === 'failed') return outcome;
      // Records are printed as they came. If the server sends the token back in one, it must not be printed.
      return token.length < SHORTEST ? outcome : { ...outcome, text: outcome.text.replaceAll(token, '[hidden]') };
    };
    const first = await once();
    if (first.kind === 'failed' || !refusesToken(first)) return first;
    // The token has ended meanwhile: once more with a new one. RSA did not carry out what it refused.
    access.renew(token);
    try {
      const second = await once();
      return { ...second, unanswered: first.unanswered || second.unanswered };
    } catch (error) {
      if (!first.unanswered || !(error instanceof OtpctlError)) throw error;
      return { kind: 'failed', error, unanswered: true };
    }
  };

  /** Sends a request that changes nothing, and returns its answer. */
  const ask = async (call: Call): Promise<Answer> => {
    const outcome = await send(call);
    if (outcome.kind === 'failed') throw outcome.error;
    if (textOfSuccess(outcome) !== undefined || isNotFound(outcome)) return outcome;
    throw refusal(outcome, call.method);
  };

  const lookup: Ds100Admin['lookup'] = async ({ kind, digits }) => {
    if (kind === 'token') throw needsDeviceSerial(digits);
    const answer = await ask({
      need: 'read',
      method: 'POST',
      path: '/v1/ds100/lookup',
      body: { deviceSerialNumber: digits },
    });
    return isNotFound(answer) ? undefined : recordFor(answerJson(answer.text), { deviceSerialNumber: digits });
  };

  /** Looks up whether a change without a good answer was carried out after all. If it was not, `cause` is thrown. */
  const wasDone = async (
    deviceSerialNumber: string,
    cause: OtpctlError,
    isDone: (record: Ds100Record | undefined) => boolean,
  ): Promise<Ds100Record | undefined> => {
    let record: Ds100Record | undefined;
    try {
      record = await lookup({ kind: 'device', digits: deviceSerialNumber });
    } catch (error) {
      if (!(error instanceof OtpctlError)) throw error;
      throw outcomeUnknown(
        ds100Name({ deviceSerialNumber }),
        commandLine(['ds100', 'show', deviceSerialNumber]),
        cause,
      );
    }
    if (!isDone(record)) throw cause;
    return record;
  };

  return {
    lookup,

    async userId(email) {
      const answer = await ask({ need: 'user', method: 'POST', path: '/v1/users/lookup', body: { email } });
      if (isNotFound(answer)) throw noUser(`with the address ${email}`);
      const { id } = answerObject(answer.text);
      if (typeof id === 'string' && id !== '') return id;
      throw notTheApi('RSA answered about a user without an id');
    },

    async devicesOf(userId) {
      // In a URL these would be steps from one folder to another.
      if (userId === '.' || userId === '..') throw noUser(`with the id ${userId}`);
      const path = `/v2/users/${encodeURIComponent(userId)}/devices`;
      const answer = await ask({ need: 'user', method: 'GET', path });
      if (isNotFound(answer)) throw noUser(`with the id ${userId}`);
      return ds100sIn(answerObject(answer.text), userId);
    },

    async setStatus({ deviceSerialNumber, userId }, status) {
      const verb = status === 'Enabled' ? 'enable' : 'disable';
      const body = { deviceSerialNumber, userId };
      const outcome = await send({ need: 'manage', method: 'PATCH', path: `/v1/ds100/${verb}/otp`, body });
      const text = textOfSuccess(outcome);
      if (text !== undefined) {
        const record = recordFor(answerJson(text), body);
        if (record === undefined) throw noCredential(body);
        if (!hasStatus(record, status)) {
          throw notTheApi(`RSA answered that ${ds100Name(body)} is ${record.tokenStatus} after it was to ${verb} it`);
        }
        return record;
      }
      const error = errorOf(outcome, 'PATCH', body);
      if (!outcome.unanswered) throw error;
      const isDone = (record: Ds100Record | undefined) =>
        record !== undefined && record.userId === userId && hasStatus(record, status);
      return (await wasDone(deviceSerialNumber, error, isDone)) as Ds100Record;
    },

    async clearPin({ tokenSerialNumber, userId }) {
      const body = { tokenSerialNumber, userId };
      const outcome = await send({ need: 'manage', method: 'PATCH', path: '/v1/ds100/clearPin/otp', body });
      const text = textOfSuccess(outcome);
      if (text === undefined) {
        const error = errorOf(outcome, 'PATCH', body);
        if (!outcome.unanswered) throw error;
        throw outcomeUnknown(ds100Name(body), 'the same command again: clearing a PIN twice does no harm', error);
      }
      const state = answerObject(text);
      // The documentation says that it is a boolean. A similar API of RSA sends it as text.
      const { pinSet } = state;
      if (String(pinSet) !== 'false') throw notTheApi(`RSA answered that the PIN of ${ds100Name(body)} is not cleared`);
      return { ...state, tokenSerialNumber: String(state['tokenSerialNumber'] ?? tokenSerialNumber), pinSet: false };
    },

    async delete({ tokenSerialNumber, deviceSerialNumber, userId }) {
      const body = { tokenSerialNumber, deviceSerialNumber, userId };
      const outcome = await send({ need: 'delete', method: 'DELETE', path: '/v1/ds100/delete/otp', body });
      if (textOfSuccess(outcome) !== undefined) return;
      const error = errorOf(outcome, 'DELETE', body);
      if (!outcome.unanswered) throw error;
      await wasDone(deviceSerialNumber, error, (record) => record?.tokenSerialNumber !== tokenSerialNumber);
    },

    close: () => transport.close(),
  };
}

/** The text of an answer that is a success; undefined for everything else. */
function textOfSuccess(outcome: Outcome): string | undefined {
  return outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300 ? outcome.text : undefined;
}

function errorOf(outcome: Outcome, method: string, target: Parameters<typeof ds100Name>[0]): OtpctlError {
  if (outcome.kind === 'failed') return outcome.error;
  return isNotFound(outcome) ? noCredential(target) : refusal(outcome, method);
}

function needsDeviceSerial(token: string): OtpctlError {
  return new OtpctlError(
    'usage',
    `${token} is the serial number of a token, and RSA looks up by that of the device`,
    'give the 9 digits on the back of the device, or whose it is with  --user EMAIL',
  );
}

function noCredential(target: Parameters<typeof ds100Name>[0]): OtpctlError {
  return new OtpctlError(
    'device-not-found',
    `RSA knows no ${ds100Name(target)} of this user`,
    'see whose it is with  otpctl ds100 show SERIAL',
  );
}

function noUser(which: string): OtpctlError {
  return new OtpctlError('user-not-found', `RSA knows no user ${which}`, 'check how it is written');
}

function outcomeUnknown(what: string, look: string, cause: OtpctlError): OtpctlError {
  return new OtpctlError(
    'outcome-unknown',
    `what became of the change of ${what} is unknown: ${cause.message}`,
    `look before running it again:  ${look}`,
    { cause },
  );
}
