import { refuseBarred } from '../../../domain/device/lifecycle.ts';
import { typeRules } from '../../../domain/device-types/index.ts';
import { notSupported, OtpctlError } from '../../../domain/errors.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { ChallengeOptions, ChallengeReceipt } from '../../../ports/backend.ts';
import { pinPositions } from '../../../scim/device/pin-pattern.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { unknownOutcome } from '../transport/failures.ts';
import { devicePath, loadDevice, noDevice, showDevice } from './find-device.ts';

/**
 * Issues a challenge. The GET that does it is never repeated, since each may send a message. The server does it for locked
 * and disabled devices too, so the status is checked here. It does not tell whether an SMS really went out.
 */
export async function challengeDevice(
  remote: ScimRemote,
  id: string,
  options: ChallengeOptions,
): Promise<ChallengeReceipt> {
  if (Object.values(options).some(Boolean)) throw notSupported('to choose how a code is sent');
  const { device } = await loadDevice(remote, id);
  refuseBarred(device, 'challenged');
  const rules = typeRules(device.type);
  if (rules !== undefined && rules.challenge === undefined) return { id, cell: 'PIN', cardNumber: device.name };
  const change = { what: `the challenge of device ${id}`, look: showDevice(id) };
  const answer = await remote.transport.send({
    method: 'GET',
    path: `${devicePath(id)}/requestChallenge`,
    repeat: 'never',
    accept: [200, 404],
    change,
  });
  if (answer.status === 404) throw noDevice(id);
  const { cell, cardNumber } = (answer.json ?? {}) as { readonly cell?: unknown; readonly cardNumber?: unknown };
  if (typeof cell !== 'string') throw unknownOutcome(change.what, change.look);
  const receipt = { id, cell: printable(cell), cardNumber: typeof cardNumber === 'string' ? cardNumber : device.name };
  if (rules?.options.includes('email')) return { ...receipt, channel: 'email', sent: true };
  if (rules?.options.includes('phone')) return { ...receipt, channel: 'sms' };
  if (!rules?.options.includes('pin')) return receipt;
  return { ...receipt, ...positionsOf(cell) };
}

function positionsOf(cell: string): Pick<ChallengeReceipt, 'positions'> {
  const positions = pinPositions(cell);
  if (positions === undefined) return {};
  if (positions.length > 0) return { positions };
  throw new OtpctlError('protocol', 'the server asked for no digit of the PIN');
}
