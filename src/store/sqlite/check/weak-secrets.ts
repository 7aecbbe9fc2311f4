import { deviceTypes } from '../../../domain/device-types/index.ts';
import type { WeakSecrets } from '../../../ports/store/store-admin.ts';
import { SEAL_BYTES } from '../../sealer.ts';
import type { Connection } from '../connection/connection.ts';

const NAMED = 5;

/** Devices whose key is shorter than it should be, by the length of what is sealed: nothing is opened. */
export function weakSecrets(connection: Connection): WeakSecrets {
  const types = Object.values(deviceTypes).flatMap(({ type, strongBytes }) =>
    strongBytes === undefined ? [] : [{ type, least: SEAL_BYTES + strongBytes }],
  );
  const where = types.map(() => '(type = ? AND length(secret) < ?)').join(' OR ');
  const values = types.flatMap(({ type, least }) => [type, least]);
  const count = Number(connection.get(`SELECT count(*) AS count FROM devices WHERE ${where}`, values)?.['count']);
  if (count === 0) return { count, some: [] };
  const rows = connection.all(`SELECT id FROM devices WHERE ${where} ORDER BY id LIMIT ${NAMED}`, values);
  return { count, some: rows.map(({ id }) => String(id)) };
}
