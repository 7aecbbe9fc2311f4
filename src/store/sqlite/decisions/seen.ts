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
import { enabledBeside, findUserById } from '../rows/user-rows.ts';
import { madeByRun, orderedSince } from '../runs/ordered-since.ts';
import type { Transaction } from './transactions.ts';

/** A device of a decision, and which state of it was seen. */
export interface SeenRow extends Seen {
  readonly version: number;
}

/** All that a decision needs of a device in one row. */
const SEEN = `
  SELECT d.*, u.active AS ownerActive, c.id AS challenge, c.created AS challengeCreated, c.expires, c.positions, c.channel, c.code_hash, c.tries
  FROM (SELECT ${RECORD_COLUMNS}, id AS row, user_id AS owner, version, secret, key_id FROM devices WHERE id = ?) d
  LEFT JOIN users u ON u.id = d.owner
  LEFT JOIN challenges c ON c.device_id = d.row`;

/** Reads a device for a decision; undefined where there is none. Errors: `store-damaged`. */
export function see(connection: Connection, transaction: Transaction, id: string): SeenRow | undefined {
  const key = rowId(id);
  const row = key === undefined ? undefined : connection.get(SEEN, [key]);
  if (row === undefined) return undefined;
  const { keys } = transaction;
  const device = recordOf(row);
  return {
    device,
    version: row['version'] as number,
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

function secretOf(keys: StoreKeys, { id, type }: DeviceRecord, { secret, key_id }: Row): Secret {
  const opened = openSecret(keys, { id, type, secret, keyId: key_id });
  if (opened !== undefined) return opened;
  throw new OtpctlError(
    'store-damaged',
    `the secret of device ${id} does not open: it was damaged, or moved here from another device or type`,
    'see what is with  otpctl store check',
  );
}
