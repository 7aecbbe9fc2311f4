import { createHmac } from 'node:crypto';
import type { DeviceRecord } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { Seen } from '../../../ports/store/decisions.ts';
import type { StoreKeys } from '../../store-keys.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { challengeOf, RECORD_COLUMNS, recordOf, rowId } from '../devices/device-rows.ts';
import { openSecret } from '../devices/device-seal.ts';
import { codeKeyOf } from '../keys/code-keys.ts';
import { countSends } from '../rows/send-rows.ts';
import { createSettingsWriter } from '../rows/setting-rows.ts';
import { andWithin, enabledBeside, findUserById, type UsersWithin } from '../rows/user-rows.ts';
import { madeByRun, orderedSince } from '../runs/ordered-since.ts';
import { SIGNED_TEXTS, type SignedDevice, signedDevice } from '../signing/signed-devices.ts';
import { isSignedUser, newestOrder, userText } from '../signing/signed-users.ts';
import type { Transaction } from './transactions.ts';

/** A device of a decision, and which state of it was seen. */
export interface SeenRow extends Seen {
  readonly version: number;
  /** The newest entry of the audit log about it, as it says. */
  readonly entry: number;
  /** What is signed of it; undefined for one that somebody else wrote, which is not to be signed. */
  readonly signed: SignedDevice | undefined;
}

/** All that a decision needs of a device in one row: what it is, what is signed of it and of its user, its challenge. */
const seenWithin = (scope: UsersWithin | undefined) => `
  SELECT d.*, u.active AS ownerActive, ${userText('u')} AS ownerText, u.mac AS ownerMac, u.entry AS ownerEntry,
    ${newestOrder('u')} AS ownerNewest,
    c.id AS challenge, c.created AS challengeCreated, c.expires, c.positions, c.channel, c.code_hash, c.tries
  FROM (SELECT ${RECORD_COLUMNS}, id AS row, user_id AS owner, version, secret, key_id, ${SIGNED_TEXTS}
        FROM devices WHERE id = ?${andWithin(scope, 'devices.user_id')}) d
  LEFT JOIN users u ON u.id = d.owner
  LEFT JOIN challenges c ON c.device_id = d.row`;
const SEEN = seenWithin(undefined);

/** Reads a device for a decision; undefined where there is none, also of a user outside the scope. Errors: `store-damaged`. */
export function see(
  connection: Connection,
  transaction: Transaction,
  id: string,
  scope?: UsersWithin,
): SeenRow | undefined {
  const key = rowId(id);
  const sql = scope === undefined ? SEEN : seenWithin(scope);
  const row = key === undefined ? undefined : connection.get(sql, [key, ...(scope?.parameters ?? [])]);
  if (row === undefined) return undefined;
  const { keys } = transaction;
  const device = recordOf(row);
  const signed = signedDevice(connection, keys.rows, row, transaction.isPending);
  return {
    device,
    version: row['version'] as number,
    entry: row['named'] as number,
    signed,
    forged: signed === undefined ? 'device' : forgedBeside(connection, transaction, row),
    challenge:
      row['challenge'] === null
        ? undefined
        : challengeOf({ ...row, id: row['challenge'], created: row['challengeCreated'] }),
    get settings() {
      return transaction.settings();
    },
    secret: () => secretOf(keys, device, row),
    hashCode: (challengeId, code) =>
      createHmac('sha256', codeKeyOf(connection, keys, id, challengeId))
        .update(`${id}\n${challengeId}\n${code}`)
        .digest(),
    owner: row['ownerActive'] === null ? undefined : { active: row['ownerActive'] === 1 },
    user: () => (device.userId === undefined ? undefined : findUserById(connection, device.userId)),
    enabledBeside: () => enabledBeside(connection, device),
    channel: (channel) => createSettingsWriter(connection, keys).channel(channel),
    sentAfter: (moment) => countSends(connection, device.user, moment),
    madeByRun() {
      transaction.flush();
      return madeByRun(connection, id);
    },
    orderedSince(run) {
      transaction.flush();
      return orderedSince(connection, id, run);
    },
  };
}

/** What else that decides about a device somebody else wrote, or put back. */
function forgedBeside(connection: Connection, transaction: Transaction, row: Row): Seen['forged'] {
  const { keys, isPending, areSettingsSigned } = transaction;
  const [text, ownerMac] = [row['ownerText'], row['ownerMac']];
  const owner = { text, mac: ownerMac, entry: row['ownerEntry'], newest: row['ownerNewest'] };
  if (row['ownerActive'] !== null && !isSignedUser(connection, keys.rows, owner, isPending)) return 'user';
  return areSettingsSigned() ? undefined : 'settings';
}

function secretOf(keys: StoreKeys, { id, type }: DeviceRecord, { secret, key_id }: Row): Secret {
  const opened = openSecret(keys, { id, type, secret, keyId: key_id });
  if (opened !== undefined) return opened;
  throw new OtpctlError(
    'store-damaged',
    `the secret of device ${id} does not open: it was damaged, or moved here from another device or type`,
    'see what is with  otpctl store check',
  );
}
