import { otpctl } from './cli.ts';
import { fixedClock, NEW_YEAR } from './fixed.ts';
import { storeOf, temporaryHome } from './home.ts';
import { arrange } from './signed.ts';
import { MAKE_KNOWN } from './sql.ts';

/** A device as a test wants it to be there. */
export interface Stocked {
  readonly user: string;
  readonly status?: 'C' | 'V' | 'L' | 'D';
  readonly lastUsed?: number;
  readonly created?: number;
  readonly fails?: number;
  readonly statusBeforeLock?: 'C' | 'V';
}

export const DAY = 86_400;

/** A home whose store has these devices, with the ids 1, 2, 3 ... */
export async function stocked(devices: readonly Stocked[]): Promise<{ home: string; store: string }> {
  const home = temporaryHome();
  const clock = fixedClock();
  const { exit, stderr } = await otpctl(['store', 'init'], { home, clock });
  if (exit !== 0) throw new Error(stderr);
  const rows = devices.map(({ user, status = 'V', lastUsed, created, fails = 0, statusBeforeLock }, at) =>
    JSON.stringify([
      at + 1,
      user,
      status,
      lastUsed ?? null,
      created ?? NEW_YEAR - 1000 * DAY,
      fails,
      statusBeforeLock ?? null,
    ]),
  );
  arrange(
    storeOf(home),
    `INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, last_used, created, modified, fails, status_before_lock,
                          email, email_fold)
     SELECT value ->> 0, printf('TOTP%08d', value ->> 0), printf('totp%08d', value ->> 0), 'EMAIL', value ->> 1, lower(value ->> 1),
            value ->> 2, value ->> 3, value ->> 4, value ->> 4, value ->> 5, value ->> 6,
            'a@example.com', 'a@example.com'
     FROM json_each('[${rows.join(',')}]');
     UPDATE store SET next_device_id = ${devices.length + 1};
     ${devices.length > 0 ? MAKE_KNOWN : ''}`,
  );
  return { home, store: storeOf(home) };
}

/** So many devices alike, each of a user of its own. */
export function many(count: number, device: Omit<Stocked, 'user'>, prefix = 'user'): Stocked[] {
  return Array.from({ length: count }, (_, at) => ({ ...device, user: `${prefix}${at}` }));
}
