import { mayHave } from '../../../domain/device/max-devices.ts';
import { settingsOf } from '../../../domain/settings/settings.ts';
import type { Connection } from '../connection/connection.ts';
import { readSettings } from '../rows/setting-rows.ts';

const ENABLES = `SELECT 1 FROM run_rows WHERE run = ? AND position BETWEEN ? AND ? AND status_to = 'V' LIMIT 1`;

/**
 * Of devices that are what their rows say, in the order of these, those that would be one enabled device too many of whom
 * they belong to.
 */
const TOO_MANY = `
  SELECT id, user FROM (
    SELECT r.device_id AS id, d.user, row_number() OVER (PARTITION BY d.user_fold, d.user_id ORDER BY r.position) + (
             SELECT count(*) FROM devices AS other
             WHERE other.user_fold = d.user_fold AND other.user_id IS NOT DISTINCT FROM d.user_id AND other.status = 'V'
           ) AS enabled
    FROM run_rows AS r JOIN devices AS d ON d.id = CAST(r.device_id AS INTEGER) AND CAST(d.id AS TEXT) = r.device_id
    WHERE r.run = ? AND r.position BETWEEN ? AND ? AND r.outcome = 'waiting'
      AND r.status_to = 'V' AND r.status_from <> 'V' AND d.status = r.status_from
      AND d.name = r.name AND d.user = r.user AND d.last_used IS NOT DISTINCT FROM r.last_used
      AND r.device_id NOT IN (SELECT value FROM json_each(?))
  ) AS counted WHERE enabled > ?`;

/**
 * Devices of a span of a run that it must not enable, by id, and why: `users.maxDevices`. `leave` are those that it leaves
 * alone in any case.
 */
export function tooManyDevices(
  connection: Connection,
  span: readonly [run: number, first: number, last: number],
  leave: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  if (connection.get(ENABLES, span) === undefined) return new Map();
  const { maxDevices } = settingsOf(readSettings(connection)).users;
  const found = connection.all(TOO_MANY, [...span, JSON.stringify([...leave.keys()]), maxDevices]);
  return new Map(found.map(({ id, user }) => [id as string, mayHave(user as string, maxDevices)]));
}
