import type { GoingDevices, UsersLeftWithout } from '../../../ports/bulk/bulk-backend.ts';
import type { Connection } from '../connection/connection.ts';

/**
 * Enabled devices that go, of users who have no other enabled one. CROSS, so that those that go are walked, not all. Who was
 * removed is not left without anything: their devices accept nothing.
 */
const LAST_ONES = `
  FROM temp.going CROSS JOIN devices d USING (id) JOIN users ON users.id = d.user_id
  WHERE d.status = 'V' AND NOT EXISTS (
    SELECT 1 FROM devices other
    WHERE other.user_fold = d.user_fold AND other.user_id = d.user_id AND other.status = 'V' AND other.id NOT IN (SELECT id FROM temp.going))`;

/** Finds the users whose every enabled device is among those that go. */
export function findUsersLeftWithout(connection: Connection, going: GoingDevices): UsersLeftWithout {
  connection.exec('DROP TABLE IF EXISTS temp.going; CREATE TEMP TABLE going (id INTEGER PRIMARY KEY)');
  for (const page of going.pages()) {
    connection.run('INSERT OR IGNORE INTO temp.going SELECT CAST(value AS INTEGER) FROM json_each(?)', [
      JSON.stringify(page.map(({ id }) => id)),
    ]);
  }
  return {
    users: Number(connection.get(`SELECT count(DISTINCT d.user_id) AS users ${LAST_ONES}`)?.['users']),
    lastUsed() {
      const ranked = `SELECT CAST(d.id AS TEXT) AS id, row_number() OVER (
        PARTITION BY d.user_id ORDER BY coalesce(d.last_used, 0) DESC, d.id DESC) AS rank ${LAST_ONES}`;
      return new Set(connection.all(`SELECT id FROM (${ranked}) WHERE rank = 1`).map(({ id }) => id as string));
    },
  };
}
