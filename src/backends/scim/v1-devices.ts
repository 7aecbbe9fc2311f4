import type { Device, DeviceDetails } from '../../domain/device.ts';
import type { EnrollmentRequest } from '../../domain/enrollment.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Origin } from '../../domain/origin.ts';
import { encodeBase32 } from '../../domain/otp/base32.ts';
import { Secret } from '../../domain/secret.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { Verdict } from '../../domain/verification.ts';
import type { Backend, ChallengeReceipt } from '../../ports/backend.ts';
import { readDevice } from './device-resource.ts';
import { noDevice, showDevice } from './find-device.ts';
import type { V1Client } from './v1-client.ts';
import { createTimeReader } from './zone-time.ts';

const readTime = createTimeReader('UTC');

/** What an otpctl server does that SCIM has no words for, or says less of. */
export function createV1Devices(client: V1Client): Pick<
  Backend,
  'find' | 'challenged' | 'create' | 'challenge' | 'verify' | 'resync' | 'update' | 'resetFails'
> & {
  unlock(id: string, origin: Origin): Promise<Device>;
} {
  const post = (id: string, verb: string, body: object, origin: Origin, secrets: readonly Secret[] = []) =>
    client.send({
      method: 'POST',
      path: `${pathOf(id)}/${verb}`,
      body,
      change: { origin, what: `the ${verb} of device ${id}`, look: showDevice(id) },
      secrets,
    });
  return {
    async find(id) {
      try {
        return detailsOf(await client.send({ method: 'GET', path: pathOf(id) }));
      } catch (error) {
        if (error instanceof OtpctlError && error.code === 'device-not-found') return undefined;
        throw error;
      }
    },
    async challenged(user, type) {
      const query = { user, ...(type !== undefined && { type }) };
      const { device } = await client.send({ method: 'GET', path: '/challenged', query });
      return device === null || device === undefined ? undefined : readDevice(device, readTime).device;
    },
    async create(request, origin) {
      const { body, secrets } = enrollmentBody(request);
      const change = {
        origin,
        what: 'the new device',
        look: `otpctl device list --user ${shellWord(request.user)} --sort-by created`,
      };
      const { device, otpauthUri } = await client.send({ method: 'POST', path: '/devices', body, change, secrets });
      return {
        device: readDevice(device, readTime).device,
        ...(typeof otpauthUri === 'string' && { otpauthUri: Secret.ofText(otpauthUri) }),
      };
    },
    challenge: async (id, options, origin) => receiptOf(await post(id, 'challenge', options, origin)),
    verify: async (id, code, origin) => verdictOf(await post(id, 'verify', { code }, origin, [Secret.ofText(code)])),
    resync: async (id, codes, origin) =>
      verdictOf(await post(id, 'resync', { codes }, origin, codes.map(Secret.ofText))),
    async update(id, contact, origin) {
      const change = { origin, what: `the update of device ${id}`, look: showDevice(id) };
      const changed = await client.send({ method: 'PUT', path: `${pathOf(id)}/contact`, body: contact, change });
      return readDevice(changed, readTime).device;
    },
    resetFails: async (id, origin) => readDevice(await post(id, 'reset-fails', {}, origin), readTime).device,
    unlock: async (id, origin) => readDevice(await post(id, 'unlock', {}, origin), readTime).device,
  };
}

/** Errors: `device-not-found` for what would be another path. */
function pathOf(id: string): string {
  if (id === '' || id === '.' || id === '..') throw noDevice(id);
  return `/devices/${encodeURIComponent(id)}`;
}

/** What an administrator asks for, and what of it must not be shown. */
function enrollmentBody({ pin, secret, counter, ...plain }: EnrollmentRequest) {
  return {
    body: {
      ...plain,
      ...(pin !== undefined && { pin: pin.exposeText() }),
      ...(secret !== undefined && { secret: `base32:${encodeBase32(secret.expose())}` }),
      ...(counter !== undefined && { counter: String(counter) }),
    },
    secrets: [...(pin === undefined ? [] : [pin])],
  };
}

type Json = Readonly<Record<string, unknown>>;

function detailsOf(json: Json): DeviceDetails {
  const { digits, algorithm, period, acceptedForSeconds, resyncNeeded } = json;
  const details = { digits, algorithm, period, acceptedForSeconds, resyncNeeded };
  const known = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
  return { ...readDevice(json, readTime).device, ...known };
}

function receiptOf(json: Json): ChallengeReceipt {
  const { expires, ...receipt } = json;
  const time = readTime(expires);
  return { ...(receipt as unknown as ChallengeReceipt), ...(time !== undefined && { expires: time }) };
}

function verdictOf(json: Json): Verdict {
  const { id, success, locked, status, fails } = json as unknown as Verdict;
  return { id, success: success === true, locked: locked === true, status, fails };
}
