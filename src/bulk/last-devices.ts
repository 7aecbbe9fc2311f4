import type { DeviceChange } from '../domain/run/run-row.ts';
import { fold } from '../domain/user.ts';
import type { PlannedRows } from '../ports/bulk/bulk.ts';
import type { BulkPlace, CountingPlace, LastDevices } from '../ports/bulk/bulk-place.ts';

/**
 * Of users whose every enabled device is among rows that take it away. A place that can find them itself does; where the
 * changes are `total`, and so of all devices that there are, it is not asked.
 */
export async function lastDevices(place: BulkPlace, rows: PlannedRows, total: number): Promise<LastDevices> {
  if (!('lastDevices' in place)) return lastOfCounted(place, rows, total);
  return place.lastDevices(idsOf(rows));
}

async function lastOfCounted(place: CountingPlace, rows: PlannedRows, total: number): Promise<LastDevices> {
  const going = new Map<string, number>();
  for (const page of disabling(rows)) {
    for (const { user } of page) going.set(fold(user), (going.get(fold(user)) ?? 0) + 1);
  }
  if (going.size === 0) return { users: 0, last: () => new Set() };
  const enabled = rows.changes === total ? going : await place.enabled(new Set(going.keys()));
  for (const [user, count] of going) {
    if (count < (enabled.get(user) ?? 0)) going.delete(user);
  }
  return { users: going.size, last: () => lastUsedOf(going, rows) };
}

function lastUsedOf(users: ReadonlyMap<string, number>, rows: PlannedRows): ReadonlySet<string> {
  const last = new Map<string, DeviceChange>();
  for (const page of disabling(rows)) {
    for (const row of page) {
      const user = fold(row.user);
      const best = last.get(user);
      if (users.has(user) && (best === undefined || (row.lastUsed ?? 0) >= (best.lastUsed ?? 0))) last.set(user, row);
    }
  }
  return new Set(Array.from(last.values(), ({ id }) => id));
}

function* idsOf(rows: PlannedRows): Generator<readonly string[]> {
  for (const page of disabling(rows)) yield page.map(({ id }) => id);
}

/** The rows that take an enabled device away from its user. */
function* disabling(rows: PlannedRows): Generator<readonly DeviceChange[]> {
  for (const page of rows.pages()) {
    yield page
      .filter((row) => row.kind === 'change')
      .filter(({ from, to, outcome }) => from === 'V' && to !== 'V' && outcome === 'planned');
  }
}
