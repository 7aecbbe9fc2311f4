import { OtpctlError } from '../../../domain/errors.ts';
import { readJson } from './json-answer.ts';
import type { RawAnswer, TryOutcome } from './one-try.ts';
import { detailText, serverDetail } from './server-detail.ts';

/** How a failure is told: of which server, and without what must not be shown. */
export interface FailureWords {
  readonly host: string;
  mask(text: string): string;
}

const FORBIDDEN =
  /not authori[sz]ed|unauthori[sz]ed|security ?exception|access ?denied|permission denied|access ?control|forbidden|no permission/i;
const SWITCHED_OFF = /disabled by system administrator|\b(?:TOTP|HOTP|PIN OTP|Email|SMS OTP|SMS) is disabled/i;
const UNKNOWN_USER = /^Wrong user\b/i;

/** What an answer that is not a success means: by its HTTP status, never by the one that its body claims. */
export function refusal(answer: RawAnswer, { host, mask }: FailureWords): OtpctlError {
  const { status } = answer;
  const body = answer.body.toString();
  const detail = serverDetail(body, mask);
  const said = detail === '' ? '' : `: ${detail}`;
  if (status === 401) {
    return new OtpctlError(
      'not-signed-in',
      `${host} does not take the credential${said}`,
      'give it anew with  otpctl profile login NAME,  or in the environment:  otpctl help environment',
    );
  }
  if (status === 403) return notAllowed(host, said);
  if (status >= 300 && status < 400) {
    return new OtpctlError(
      'protocol',
      `${host} answered with a redirection (${status}), which is not followed`,
      'give the URL that it leads to, if it is the right one',
    );
  }
  if (status === 400 && scimTypeOf(body) === 'tooMany') {
    return new OtpctlError('too-costly', `${host} refused it${said}`, 'use fewer comparisons, or ask for less');
  }
  if (status === 400) return badRequest(host, detailText(body), said);
  if (status === 409) return conflict(host, body, said);
  if (status === 412) {
    return new OtpctlError('changed-meanwhile', `somebody changed it meanwhile${said}`, 'look at it, and run it again');
  }
  if (status === 429)
    return new OtpctlError('throttled', `${host} wants fewer requests (429)${said}`, 'run it again later');
  if (status === 501) return new OtpctlError('not-supported-here', `${host} cannot do it (501)${said}`);
  if (status >= 500) return new OtpctlError('server-failed', `${host} failed (${status})${said}`, 'look at its log');
  return new OtpctlError('protocol', `${host} answered with status ${status}${said}`, SEE_VERBOSE);
}

export const SEE_VERBOSE = 'see what it answered with  --verbose';

function notAllowed(host: string, said: string): OtpctlError {
  return new OtpctlError('not-allowed', `${host} does not allow it${said}`, 'use a credential that has the role');
}

/** RFC 7644 section 3.12: a duplicate says that it is one; every other conflict is with what there is. */
function conflict(host: string, body: string, said: string): OtpctlError {
  if (scimTypeOf(body) === 'uniqueness') return new OtpctlError('duplicate', `${host} has it already${said}`);
  return new OtpctlError('status-forbids', `${host} refused it${said}`, 'look at the device, and at the settings');
}

function scimTypeOf(body: string): unknown {
  return ((readJson(body) ?? {}) as { readonly scimType?: unknown }).scimType;
}

/** Soffid says 400 for everything: what is recognised of it has a code of its own. */
function badRequest(host: string, detail: string, said: string): OtpctlError {
  if (FORBIDDEN.test(detail)) return notAllowed(host, said);
  if (SWITCHED_OFF.test(detail)) return new OtpctlError('setting-forbids', `a setting of ${host} forbids it${said}`);
  if (UNKNOWN_USER.test(detail.replace(/^(?:[\w$]+\.)+[\w$]+:\s*/, ''))) {
    return new OtpctlError('user-not-found', `${host} does not know the user${said}`);
  }
  return new OtpctlError('invalid-value', `${host} refused it${said}`, SEE_VERBOSE);
}

/** What it means that no answer came. Nothing was changed: a change of which that is not known has its own error. */
export function noAnswer(outcome: Extract<TryOutcome, { kind: 'failed' }>, { host, mask }: FailureWords): OtpctlError {
  if (outcome.timedOut)
    return new OtpctlError('timed-out', `${host} did not answer in time`, 'wait longer with  --timeout');
  const why = mask(reason(outcome.error));
  const untrusted = /CERT|SIGNATURE|SELF_SIGNED|ISSUER/.test(String((outcome.error as { code?: unknown }).code ?? ''));
  return new OtpctlError(
    'unreachable',
    `no answer from ${host}: ${why}`,
    untrusted
      ? 'name the certificate of its authority in the profile:  otpctl profile add NAME --ca-file FILE'
      : 'look at the URL, the network and the server',
    {
      cause: outcome.error,
    },
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'the connection took too long',
};

function reason(error: Error): string {
  const { code, errors } = error as Error & { readonly code?: string; readonly errors?: readonly { code?: string }[] };
  const known = code ?? errors?.[0]?.code ?? '';
  return REASONS[known] ?? error.message.replace(/\p{Cc}/gu, ' ').slice(0, 200);
}

/** A change may have been made: its answer is lost. `look` is the command that shows what became of it. */
export function unknownOutcome(what: string, look: string, cause?: unknown): OtpctlError {
  return new OtpctlError(
    'outcome-unknown',
    `${what} was sent, and what became of it is unknown`,
    `look first with  ${look}`,
    {
      cause,
    },
  );
}
