import { deviceObject } from '../../domain/audit.ts';
import { type Challenge, type ChallengeRequest, outstanding } from '../../domain/challenge.ts';
import type { DeviceRecord } from '../../domain/device.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { refuseBarred } from '../../domain/lifecycle.ts';
import type { Origin } from '../../domain/origin.ts';
import type { ChallengeOptions, ChallengeReceipt } from '../../ports/backend.ts';
import type { DeviceWriter } from '../../ports/device-store.ts';
import type { CodeMessage } from '../../ports/messenger.ts';
import { loadDevice } from './load-device.ts';
import type { LocalDeps } from './local-backend.ts';

interface Issued {
  readonly receipt: ChallengeReceipt;
  readonly challengeId: string;
  /** What is to be sent once the challenge is stored. */
  readonly message?: CodeMessage;
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
  refuseBarred(device, 'challenged');
  if (deviceTypes[device.type].challenge === undefined) return { id, cell: 'PIN', cardNumber: device.name };
  const { receipt, message, challengeId } = await deps.store.write((writer) =>
    issue(deps, writer, id, options, origin),
  );
  if (message !== undefined) await send(deps, id, challengeId, message, origin);
  return receipt;
}

function issue(deps: LocalDeps, writer: DeviceWriter, id: string, options: ChallengeOptions, origin: Origin): Issued {
  const { clock, random, settings } = deps;
  const device = loadDevice(writer, id);
  refuseBarred(device, 'challenged');
  const now = clock.now();
  const wanted = deviceTypes[device.type].challenge?.(device, () => writer.secretOf(id), settings, random.bytes);
  if (wanted === undefined) throw new TypeError(`${device.type} devices are not challenged`);
  const receipt = { id, cell: 'PIN', cardNumber: device.name };
  const challengeId = Buffer.from(random.bytes(16)).toString('hex');
  const challenge: Challenge = { id: challengeId, created: now, expires: now + wanted.ttl, tries: 0 };
  const audit = { ...origin, time: now, action: 'device.challenge', ...deviceObject(device) };
  if (wanted.kind === 'positions') {
    writer.setChallenge(id, { ...challenge, positions: wanted.positions });
    writer.append({ ...audit, result: 'ok' });
    const { positions, length: pinLength } = wanted;
    return { challengeId, receipt: { ...receipt, positions, pinLength, expires: challenge.expires } };
  }

  refuseUnconfigured(deps, device, wanted);
  const underWay = writer.challengeOf(id);
  const { channel, to, code } = wanted;
  if (!options.resend && outstanding(underWay, now) && now < underWay.created + resendAfter(settings, channel)) {
    return { challengeId, receipt: { ...receipt, channel, expires: underWay.expires, sent: false } };
  }
  writer.setChallenge(id, { ...challenge, channel, codeHash: writer.hashCode(id, challengeId, code) });
  writer.append({ ...audit, result: `ok: by ${channel}` });
  const message = { channel, to, user: device.user, code };
  return { challengeId, receipt: { ...receipt, channel, expires: challenge.expires, sent: true }, message };
}

async function send(
  deps: LocalDeps,
  id: string,
  challengeId: string,
  message: CodeMessage,
  origin: Origin,
): Promise<void> {
  try {
    await deps.messenger.send(message);
  } catch (error) {
    await deps.store.write((writer) => {
      const device = loadDevice(writer, id);
      // Unless a newer one has taken its place meanwhile.
      if (writer.challengeOf(id)?.id === challengeId) writer.setChallenge(id, undefined);
      const event = { ...origin, time: deps.clock.now(), action: 'device.challenge', ...deviceObject(device) };
      writer.append({ ...event, result: `failed: not sent by ${message.channel}` });
    });
    throw error;
  }
}

function refuseUnconfigured(
  { messenger }: LocalDeps,
  device: DeviceRecord,
  { channel }: Extract<ChallengeRequest, { kind: 'message' }>,
): void {
  if (messenger.channels.has(channel)) return;
  throw new OtpctlError(
    'no-channel',
    `no ${channel} channel is configured, so device ${device.name} cannot be challenged`,
  );
}

function resendAfter(settings: LocalDeps['settings'], channel: CodeMessage['channel']): number {
  return channel === 'email' ? settings.email.resendAfter : settings.sms.resendAfter;
}
