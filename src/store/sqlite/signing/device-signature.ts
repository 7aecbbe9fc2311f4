import type { DeviceRecord } from '../../../domain/device/device.ts';
import type { Challenge } from '../../../domain/verification/challenge.ts';
import type { KeyedHash } from '../../keyed-hash.ts';

/**
 * What is signed of a device: every column, as one JSON array, and its challenge as another. At the head stands what
 * verifications and changes of status move, none of which has a comma in it; then what is sealed; then who and what the
 * device is. So a change of the head is signed without a look at the rest.
 */
const HEAD = [
  'version',
  'entry',
  'status',
  'status_before_lock',
  'fails',
  'modified',
  'last_used',
  'last_step',
  'drift',
  'counter',
  'resync_needed',
  'last_channel',
] as const;
const SEALED = ['secret', 'key_id'] as const;
const TAIL = [
  'id',
  'type',
  'user_id',
  'created',
  'digits',
  'algorithm',
  'period',
  'external_id',
  'name',
  'name_fold',
  'user',
  'user_fold',
  'email',
  'email_fold',
  'phone',
] as const;

/** The columns that are signed: all there are but the signature. */
const SIGNED_COLUMNS: readonly string[] = [...HEAD, ...SEALED, ...TAIL];

/** The signed text of a row of `devices`, in SQL. */
export const DEVICE_TEXT = `json_array(${SIGNED_COLUMNS.map((column) =>
  column === 'secret' ? 'CASE WHEN devices.secret IS NOT NULL THEN hex(devices.secret) END' : `devices.${column}`,
).join(', ')})`;

/** That of the challenge of a device, whose id in the query is `device`; null where there is none. */
export function challengeText(device: string): string {
  return `(SELECT json_array(signed.id, signed.created, signed.expires, signed.positions, signed.channel,
    CASE WHEN signed.code_hash IS NOT NULL THEN hex(signed.code_hash) END, signed.tries)
    FROM challenges AS signed WHERE signed.device_id = ${device})`;
}

/** The HMAC of a device and its challenge. */
export function deviceMac(rows: KeyedHash, text: string, challenge: string | null): Uint8Array {
  return rows(`devices\0${text}\0${challenge ?? ''}`);
}

/** The signed text of a device in its parts; each ends with the comma before the next. */
export interface DeviceParts {
  readonly head: string;
  readonly sealed: string;
  readonly tail: string;
}

/** Takes a text apart whose signature is right. */
export function partsOf(text: string): DeviceParts {
  const afterHead = behindComma(text, 0, HEAD.length);
  const afterSealed = behindComma(text, afterHead, SEALED.length);
  return {
    head: text.slice(0, afterHead),
    sealed: text.slice(afterHead, afterSealed),
    tail: text.slice(afterSealed),
  };
}

function behindComma(text: string, from: number, count: number): number {
  let at = from;
  for (let seen = 0; seen < count; seen++) at = text.indexOf(',', at) + 1;
  return at;
}

/** The head of a device as SQLite writes it. */
export function headOf(device: DeviceRecord, version: number, entry: number): string {
  const { status, statusBeforeLock, fails, modified, lastUsed, lastStep, drift, counter, resyncNeeded, lastChannel } =
    device;
  return `[${version},${entry},"${status}",${word(statusBeforeLock)},${fails},${modified},${lastUsed ?? null},${
    lastStep ?? null
  },${drift},${counter ?? null},${resyncNeeded ? 1 : 0},${word(lastChannel)},`;
}

export function sealedOf(secret: Uint8Array, keyId: string): string {
  return `"${Buffer.from(secret).toString('hex').toUpperCase()}",${JSON.stringify(keyId)},`;
}

/** A head that names another entry as its newest. */
export function headWith(head: string, version: number, entry: number): string {
  return `[${version},${entry},${head.slice(behindComma(head, 0, 2))}`;
}

/** The version of a device, and its fails, in its head. */
export const versionIn = (head: string): number => Number(head.slice(1, head.indexOf(',')));
export const failsIn = (head: string): number => Number(head.split(',', 5)[4]);

/** Another status of a device, with what belongs to it. */
interface StatusMove {
  readonly version: number;
  readonly entry: number;
  readonly status: string;
  readonly statusBeforeLock: string | null;
  readonly fails: number;
  readonly modified: number;
}

/** A head in which only that is another one. */
export function movedHead(head: string, move: StatusMove): string {
  const rest = head.slice(behindComma(head, 0, 6));
  const { version, entry, status, statusBeforeLock, fails, modified } = move;
  return `[${version},${entry},"${status}",${word(statusBeforeLock ?? undefined)},${fails},${modified},${rest}`;
}

/** The signed text of a challenge as SQLite writes it. */
export function textOfChallenge(challenge: Challenge | 'none' | undefined): string | null {
  if (challenge === undefined || challenge === 'none') return null;
  const { id, created, expires, positions, channel, codeHash, tries } = challenge;
  return JSON.stringify([
    id,
    created,
    expires,
    positions ? JSON.stringify(positions) : null,
    channel ?? null,
    codeHash ? Buffer.from(codeHash).toString('hex').toUpperCase() : null,
    tries,
  ]);
}

function word(text: string | undefined): string {
  return text === undefined ? 'null' : `"${text}"`;
}
