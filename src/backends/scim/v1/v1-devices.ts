import type { Origin } from '../../../domain/audit/origin.ts';
import type { Algorithm, Device, DeviceDetails, DeviceStatus, DeviceType } from '../../../domain/device/device.ts';
import type { EnrollmentRequest } from '../../../domain/enrollment/enrollment.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { encodeBase32 } from '../../../domain/otp/base32.ts';
import { CHANNELS } from '../../../domain/provider-call/channel.ts';
import { Secret } from '../../../domain/secret.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import type { Verdict } from '../../../domain/verification/verification.ts';
import type { ChallengeReceipt, CreatedDevice, WholeBackend } from '../../../ports/backend.ts';
import {
  listIn,
  type Members,
  malformed,
  pathSegment,
  textIn,
  textOrNone,
  wholeNumberIn,
} from '../devices/answer-members.ts';
import { otpauthSecret } from '../devices/app-secret.ts';
import { readDevice } from '../devices/device-resource.ts';
import { noDevice, showDevice } from '../devices/find-device.ts';
import { createTimeReader } from '../devices/zone-time.ts';
import type { V1Client } from './v1-client.ts';

const readTime = createTimeReader('UTC');

/** What an otpctl server does with devices that SCIM cannot do, or not as well. */
export function createV1Devices(client: V1Client): Pick<
  WholeBackend,
  'find' | 'challenged' | 'create' | 'challenge' | 'verify' | 'resync' | 'update' | 'resetFails'
> & {
  unlock(id: string, origin: Origin): Promise<Device>;
} {
  const post = async <T>(
    id: string,
    verb: string,
    body: object,
    origin: Origin,
    read: (answer: Members) => T,
    secrets: readonly Secret[] = [],
  ) => {
    const change = { origin, what: `the ${verb} of device ${id}`, look: showDevice(id) };
    return client.send({ method: 'POST', path: `${pathOf(id)}/${verb}`, body, change, secrets }, read);
  };
  return {
    async find(id) {
      // Its ids are numbers: anything else is a name.
      if (!/^[0-9]+$/.test(id)) return undefined;
      try {
        return await client.send({ method: 'GET', path: pathOf(id) }, detailsOf);
      } catch (error) {
        if (error instanceof OtpctlError && error.code === 'device-not-found') return undefined;
        throw error;
      }
    },
    challenged(user, type) {
      const query = { user, ...(type !== undefined && { type }) };
      return client.send({ method: 'GET', path: '/challenged', query }, ({ device }) =>
        device === null || device === undefined ? undefined : deviceOf(device),
      );
    },
    create(request, origin) {
      const { body, secrets } = enrollmentBody(request);
      const change = {
        origin,
        what: 'the new device',
        look: commandLine(['device', 'list'], { user: request.user, 'sort-by': 'created' }),
      };
      const sent = { method: 'POST', path: '/devices', body, change, secrets } as const;
      return client.send(sent, (answer) => createdOf(answer, request.type));
    },
    challenge: (id, options, origin) => post(id, 'challenge', options, origin, receiptOf),
    verify: (id, code, origin) => post(id, 'verify', { code }, origin, verdictOf, [Secret.ofText(code)]),
    resync: (id, codes, origin) => post(id, 'resync', { codes }, origin, verdictOf, codes.map(Secret.ofText)),
    async update(id, contact, origin) {
      const change = { origin, what: `the update of device ${id}`, look: showDevice(id) };
      return client.send({ method: 'PUT', path: `${pathOf(id)}/contact`, body: contact, change }, deviceOf);
    },
    resetFails: (id, origin) => post(id, 'reset-fails', {}, origin, deviceOf),
    unlock: (id, origin) => post(id, 'unlock', {}, origin, deviceOf),
  };
}

/** Errors: `device-not-found` for an id that would lead to another path. */
function pathOf(id: string): string {
  if (id === '' || id === '.' || id === '..') throw noDevice(id);
  return `/devices/${pathSegment(id)}`;
}

/** The body of a creation, and the secrets in it, which no trace may show. */
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

function deviceOf(value: unknown): Device {
  return readDevice(value, readTime).device;
}

function createdOf({ device: given, otpauthUri }: Members, wanted: DeviceType): CreatedDevice {
  const device = deviceOf(given);
  if (device.type !== wanted) throw malformed(`a device of type ${device.type} where one of type ${wanted} was to be`);
  if (otpauthUri === undefined || otpauthUri === null) return { device };
  const uri = typeof otpauthUri === 'string' ? otpauthSecret(otpauthUri) : undefined;
  if (uri === undefined) throw malformed('something that sets up no app');
  return { device, otpauthUri: uri };
}

const NUMBERS = ['digits', 'period', 'acceptedForSeconds'] as const;

const USER_STATES = ['inactive', 'removed'] as const;

function detailsOf(json: Members): DeviceDetails {
  const numbers = NUMBERS.flatMap((name) =>
    json[name] === undefined ? [] : [[name, wholeNumberIn(json[name], name)]],
  );
  const userState = USER_STATES.find((each) => each === json['userState']);
  const algorithm = textOrNone(json['algorithm'], 'an algorithm');
  return {
    ...deviceOf(json),
    ...Object.fromEntries(numbers),
    ...(algorithm !== undefined && { algorithm: algorithm as Algorithm }),
    ...(userState !== undefined && { userState }),
    ...(json['resyncNeeded'] === true && { resyncNeeded: true }),
  };
}

function receiptOf(json: Members): ChallengeReceipt {
  const expires = readTime(json['expires']);
  const channel = CHANNELS.find((each) => each === json['channel']);
  const { positions, pinLength, sent } = json;
  return {
    id: textIn(json['id'], 'the id of a device'),
    cell: textIn(json['cell'], 'what is asked for'),
    cardNumber: textIn(json['cardNumber'], 'the name of a device'),
    ...(channel !== undefined && { channel }),
    ...(positions !== undefined && {
      positions: listIn(positions, 'positions', (each) => wholeNumberIn(each, 'a position')),
    }),
    ...(pinLength !== undefined && { pinLength: wholeNumberIn(pinLength, 'a length of a PIN') }),
    ...(expires !== undefined && { expires }),
    ...(typeof sent === 'boolean' && { sent }),
  };
}

/** Only `true` is success: whatever else an answer says, it is not taken for one. */
function verdictOf(json: Members): Verdict {
  return {
    id: textIn(json['id'], 'the id of a device'),
    success: json['success'] === true,
    locked: json['locked'] === true,
    status: textIn(json['status'], 'a status') as DeviceStatus,
    fails: wholeNumberIn(json['fails'], 'a count of fails'),
    ...(json['resyncNeeded'] === true && { resyncNeeded: true }),
  };
}
