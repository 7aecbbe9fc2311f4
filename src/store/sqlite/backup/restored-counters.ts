import { deviceTypes } from '../../../domain/device-types/index.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { RestoreReport } from '../../../ports/store/store-admin.ts';
import type { Connection } from '../connection/connection.ts';
import { createDeviceReader } from '../devices/device-reader.ts';
import { RECORD_COLUMNS, recordOf } from '../devices/device-rows.ts';

const BATCH = 1000;

/**
 * Moves every device past the codes that it may have accepted since the backup: time steps to now and beyond, and what
 * counts needs a resync. Challenges are removed. `before` says that the store that was there is attached: what it knows
 * of the same secrets is taken over.
 */
export function moveCounters(
  store: Connection,
  now: Instant,
  before: string | undefined,
): Pick<RestoreReport, 'acceptsFrom' | 'resync'> {
  store.run('DELETE FROM challenges');
  if (before !== undefined) takeOver(store);
  const settings = createDeviceReader(store).policy();
  const resync: { id: string; name: string; user: string }[] = [];
  let acceptsFrom: Instant | undefined;
  for (let after = 0; ; ) {
    const rows = store.all(
      `SELECT ${RECORD_COLUMNS} FROM devices WHERE devices.id > ? ORDER BY devices.id LIMIT ${BATCH}`,
      [after],
    );
    for (const device of rows.map(recordOf)) {
      after = Number(device.id);
      const restored = deviceTypes[device.type].restored?.(device, settings, now);
      if (restored === undefined) continue;
      const { lastStep = null, resyncNeeded } = restored;
      store.run(
        `UPDATE devices SET version = version + 1, last_step = CASE WHEN ?1 IS NULL THEN last_step ELSE max(coalesce(last_step, 0), ?1) END,
                            resync_needed = max(resync_needed, ?2) WHERE id = ?3`,
        [lastStep, resyncNeeded ? 1 : 0, after],
      );
      if (resyncNeeded) resync.push({ id: device.id, name: device.name, user: device.user });
      if (restored.acceptsFrom !== undefined) acceptsFrom = Math.max(acceptsFrom ?? 0, restored.acceptsFrom);
    }
    if (rows.length < BATCH) return { ...(acceptsFrom !== undefined && { acceptsFrom }), resync };
  }
}

/** Takes over what the attached store before has used, of devices with the very same sealed secret. */
function takeOver(store: Connection): void {
  store.run(
    `UPDATE devices SET version = devices.version + 1, last_step = max(coalesce(devices.last_step, 0), was.last_step), drift = was.drift
     FROM before.devices was WHERE was.id = devices.id AND was.secret = devices.secret AND was.last_step IS NOT NULL`,
  );
  store.run(
    `UPDATE devices SET version = devices.version + 1, counter = max(devices.counter, was.counter)
     FROM before.devices was WHERE was.id = devices.id AND was.secret = devices.secret AND was.counter IS NOT NULL`,
  );
  // An id that a user has had is not given to another one. A store of an older schema has given none.
  if (store.get(`SELECT 1 FROM pragma_table_info('store', 'before') WHERE name = 'next_user_id'`) === undefined) return;
  store.run('UPDATE store SET next_user_id = max(next_user_id, (SELECT next_user_id FROM before.store))');
}
