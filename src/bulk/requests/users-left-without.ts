import type { Device } from '../../domain/device/device.ts';
import type { DeviceChange } from '../../domain/run/run-row.ts';
import { fold } from '../../domain/user.ts';
import type { Backend } from '../../ports/backend.ts';
import type { GoingDevices, UsersLeftWithout } from '../../ports/bulk/bulk-backend.ts';

/** Users that are asked for one by one; of more, all enabled devices are listed instead. */
const FEW_USERS = 20;

/** Finds users by counting their enabled devices, of which none is asked for when all that there are would go. */
export async function countUsersLeftWithout(backend: Backend, going: GoingDevices): Promise<UsersLeftWithout> {
  const counts = new Map<string, number>();
  for (const page of going.pages()) {
    for (const { user } of page) counts.set(fold(user), (counts.get(fold(user)) ?? 0) + 1);
  }
  if (counts.size === 0) return { users: 0, lastUsed: () => new Set() };
  const enabled = going.areAll ? counts : await enabledOf(backend, new Set(counts.keys()));
  for (const [user, count] of counts) {
    if (count < (enabled.get(user) ?? 0)) counts.delete(user);
  }
  return { users: counts.size, lastUsed: () => lastUsedOf(counts, going) };
}

/** How many enabled devices each of these users has, by the fold of their names. */
async function enabledOf(backend: Backend, users: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  if (users.size <= FEW_USERS) {
    for (const user of users) counts.set(user, await backend.count({ user, statuses: ['V'] }));
    return counts;
  }
  const count = (device: Pick<Device, 'user'>) => {
    const user = fold(device.user);
    if (users.has(user)) counts.set(user, (counts.get(user) ?? 0) + 1);
  };
  for await (const page of backend.list({ statuses: ['V'] }, { unreadable: count })) page.forEach(count);
  return counts;
}

function lastUsedOf(users: ReadonlyMap<string, number>, going: GoingDevices): ReadonlySet<string> {
  const last = new Map<string, DeviceChange>();
  for (const page of going.pages()) {
    for (const row of page) {
      const user = fold(row.user);
      const best = last.get(user);
      if (users.has(user) && (best === undefined || (row.lastUsed ?? 0) >= (best.lastUsed ?? 0))) last.set(user, row);
    }
  }
  return new Set(Array.from(last.values(), ({ id }) => id));
}
