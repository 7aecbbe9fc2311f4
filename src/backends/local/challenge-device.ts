import { deviceObject } from '../../domain/audit/audit.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import type { Device, DeviceRecord } from '../../domain/device/device.ts';
import { deviceTypes, refuseSwitchedOff } from '../../domain/device-types/index.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Channel } from '../../domain/provider-call/channel.ts';
import { refuseCodelessMessage } from '../../domain/provider-call/code-in-message.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { hex } from '../../domain/text/hex.ts';
import { type Challenge, ended, outstanding } from '../../domain/verification/challenge.ts';
import { refuseSilenced } from '../../domain/verification/may-answer.ts';
import type { ChallengeOptions, ChallengeReceipt } from '../../ports/backend.ts';
import type { Delivery, Messenger } from '../../ports/messenger.ts';
import type { Seen } from '../../ports/store/decisions.ts';
import { type Decided, decideAbout, type LocalDeps, loadDevice } from './local-deps.ts';

interface Issued {
  readonly receipt: ChallengeReceipt;
  readonly challengeId: string;
  /** Sends the code, once the challenge is stored. */
  readonly deliver?: Delivery;
}

/**
 * Issues a challenge: chooses PIN positions, or stores the hash of a new code and then sends it. A message that was
 * not taken leaves no code behind. Fails are never reset by it.
 */
export async function challengeDevice(
  deps: LocalDeps,
  id: string,
  options: ChallengeOptions,
  origin: Origin,
): Promise<ChallengeReceipt> {
  const device = loadDevice(deps.store, id);
  refuse(device, deps.store.owner(device), deps.store.policy());
  if (deviceTypes[device.type].challenge === undefined) return { id, cell: 'PIN', cardNumber: device.name };
  const sends = deviceTypes[device.type].channels !== undefined;
  const messenger = sends ? await deps.messenger() : undefined;
  const issued = await decideAbout(deps, id, { ...origin, action: 'device.challenge' }, (seen) =>
    issue(deps, messenger, seen, options, origin),
  );
  await deliver(deps, issued, origin);
  return issued.receipt;
}

function refuse(device: DeviceRecord, owner: Seen['owner'], settings: Settings): void {
  refuseSilenced(device, owner, 'challenged');
  refuseSwitchedOff(device.type, settings, `device ${device.name} cannot be challenged`);
}

function issue(
  { clock, random }: LocalDeps,
  messenger: Messenger | undefined,
  seen: Seen,
  options: ChallengeOptions,
  origin: Origin,
): Decided<Issued> {
  const { device, settings, challenge: before } = seen;
  const { id } = device;
  refuse(device, seen.owner, settings);
  const now = clock.now();
  const terms = { device, settings, before, secret: seen.secret, randomBytes: random.bytes };
  const wanted = deviceTypes[device.type].challenge?.(terms);
  if (wanted === undefined) throw new TypeError(`${device.type} devices are not challenged`);
  const receipt = { id, cell: 'PIN', cardNumber: device.name };
  const challengeId = hex(random.bytes(16));
  const challenge: Challenge = { id: challengeId, created: now, expires: now + wanted.ttl, tries: 0 };
  const audit = { ...origin, time: now, action: 'device.challenge' as const, ...deviceObject(device) };
  if (wanted.kind === 'positions') {
    const { positions, length: pinLength } = wanted;
    return {
      answer: { challengeId, receipt: { ...receipt, positions, pinLength, expires: challenge.expires } },
      change: { challenge: { ...challenge, positions } },
      events: [{ ...audit, result: 'ok' }],
    };
  }

  const channel = chosenChannel(device, settings, options.voice ?? false);
  if (!options.resend && outstanding(before, now) && now < before.created + settings.send.resendAfter) {
    const how = before.channel ?? channel;
    return { answer: { challengeId, receipt: { ...receipt, channel: how, expires: before.expires, sent: false } } };
  }
  refuseTooMany(seen, now);
  const { to, code } = wanted;
  const attributes = seen.user()?.attributes ?? {};
  const templates = seen.channel(channel);
  refuseCodelessMessage(templates);
  const deliver = messenger?.prepare({ to, user: device.user, code, attributes }, templates);
  return {
    answer: {
      challengeId,
      receipt: { ...receipt, channel, expires: challenge.expires, sent: true },
      ...(deliver && { deliver }),
    },
    change: {
      device: { ...device, lastChannel: channel },
      challenge: { ...challenge, channel, codeHash: seen.hashCode(challengeId, code) },
      message: { challengeId, sent: now },
    },
    events: [{ ...audit, result: `ok: by ${channel}` }],
  };
}

async function deliver(deps: LocalDeps, { receipt, challengeId, deliver }: Issued, origin: Origin): Promise<void> {
  const { id, channel } = receipt;
  try {
    await deliver?.();
  } catch (error) {
    await deps.store.decide([id], ([seen]) => {
      const unsent = challengeId;
      // Of what somebody else has changed meanwhile nothing is written.
      if (seen === undefined || seen.forged !== undefined) return { answer: undefined, unsent };
      const { device, challenge } = seen;
      const time = deps.clock.now();
      const event = { ...origin, time, action: 'device.challenge' as const, ...deviceObject(device) };
      // Unless a newer one has taken its place meanwhile.
      const isLast = challenge?.id === challengeId;
      return {
        answer: undefined,
        unsent,
        ...(isLast && { changes: [{ id, challenge: ended(challenge) }] }),
        events: [{ ...event, result: `failed: not sent by ${channel}` }],
      };
    });
    throw error;
  }
}

/** How a code will travel: by voice where it was asked for, else the first enabled channel of the type. */
function chosenChannel({ name, type }: Device, settings: Settings, voice: boolean): Channel {
  const { channels = [] } = deviceTypes[type];
  if (voice && !channels.includes('voice')) {
    throw new OtpctlError('status-forbids', `device ${name} is of type ${type}, which cannot be called`);
  }
  const wanted: readonly Channel[] = voice ? ['voice'] : channels;
  const enabled = wanted.find((channel) => settings[channel].enabled);
  if (enabled !== undefined) return enabled;
  const keys = wanted.map((channel) => `${channel}.enabled`);
  throw new OtpctlError(
    'no-channel',
    `device ${name} cannot be challenged: ${keys.join(' and ')} ${keys.length > 1 ? 'are' : 'is'} false`,
    `set the channel up with  otpctl settings set,  and ${keys[0]} to true`,
  );
}

const HOUR = 3600;

/** Refuses (`send-limit`) more messages than a user may get in an hour, since each of them costs money. */
function refuseTooMany({ device: { user }, settings: { send }, sentAfter }: Seen, now: Instant): void {
  const sent = sentAfter(now - HOUR);
  if (sent < send.perUserPerHour) return;
  throw new OtpctlError(
    'send-limit',
    `user "${user}" was sent ${sent} messages within the last hour, and may get ${send.perUserPerHour}`,
    'wait, or raise  send.perUserPerHour',
  );
}
