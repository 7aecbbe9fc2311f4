import type { Clock } from '../ports/clock.ts';

/** Counts what clients do, so many a minute. */
export interface RateLimiter {
  /** The seconds that a client must wait before its next; 0 when it need not. */
  wait(client: string): number;
  count(client: string): void;
  /** How many clients are remembered. */
  size(): number;
}

const WINDOW = 60;

/** Remembers `clients` at most: of more, the one that has been there longest is forgotten. */
export function createRateLimiter(clock: Clock, perMinute: number, clients: number): RateLimiter {
  const windows = new Map<string, { readonly since: number; used: number }>();
  const current = (client: string) => {
    const window = windows.get(client);
    const age = window === undefined ? WINDOW : clock.now() - window.since;
    return age >= 0 && age < WINDOW ? window : undefined;
  };
  return {
    wait(client) {
      const window = current(client);
      return window === undefined || window.used < perMinute ? 0 : window.since + WINDOW - clock.now();
    },
    count(client) {
      const window = current(client);
      if (window !== undefined) {
        window.used += 1;
        return;
      }
      windows.delete(client);
      for (const oldest of windows.keys()) {
        if (windows.size < clients) break;
        windows.delete(oldest);
      }
      windows.set(client, { since: clock.now(), used: 1 });
    },
    size: () => windows.size,
  };
}
