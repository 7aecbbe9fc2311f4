import { createSecretKey, type KeyObject } from 'node:crypto';
import { OtpctlError } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import type { StoreKeys } from '../../store-keys.ts';
import type { Connection } from '../connection/connection.ts';

/**
 * The key that the code of a challenge is hashed with. A challenge that was under way when the keys were rotated keeps the
 * code key of before, which is kept, sealed, as long as a challenge needs it.
 */
export function codeKeyOf(connection: Connection, keys: StoreKeys, deviceId: string, challengeId: string): KeyObject {
  const row = connection.get(
    `SELECT challenges.code_key_id AS id, code_keys.sealed FROM challenges
     LEFT JOIN code_keys ON code_keys.id = challenges.code_key_id WHERE device_id = ? AND challenges.id = ?`,
    [Number(deviceId), challengeId],
  );
  const id = row?.['id'] ?? undefined;
  return id === undefined ? keys.codes : createSecretKey(opened(keys, String(id), row?.['sealed']).expose());
}

/** Seals anew the former code keys that challenges still need, and adds the one that is replaced now. */
export function keepCodeKeys(connection: Connection, old: StoreKeys, next: StoreKeys): void {
  connection.run('UPDATE challenges SET code_key_id = ? WHERE code_key_id IS NULL AND code_hash IS NOT NULL', [
    old.dataKeyId,
  ]);
  const needed = connection.all(
    `SELECT DISTINCT code_key_id AS id, sealed FROM challenges LEFT JOIN code_keys ON code_keys.id = code_key_id
     WHERE code_key_id IS NOT NULL`,
  );
  connection.run('DELETE FROM code_keys');
  for (const { id, sealed } of needed) {
    const key = id === old.dataKeyId ? new Secret(old.codes.export()) : opened(old, String(id), sealed);
    connection.run('INSERT INTO code_keys (id, sealed) VALUES (?, ?)', [
      String(id),
      next.columns.seal(key, codeKeyCell(String(id))),
    ]);
  }
}

function opened(keys: StoreKeys, id: string, sealed: unknown): Secret {
  const key = sealed instanceof Uint8Array ? keys.columns.unseal(sealed, codeKeyCell(id)) : undefined;
  if (key !== undefined) return key;
  throw new OtpctlError(
    'store-damaged',
    `the key ${id} of codes that are under way does not open`,
    'issue new challenges, and see more with  otpctl store check',
  );
}

/** The cell that a former code key is sealed to. */
export function codeKeyCell(id: string) {
  return { table: 'code_keys', column: 'sealed', row: id };
}
