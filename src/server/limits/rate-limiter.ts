import type { Clock } from '../../ports/system/clock.ts';

/** Counts what each client does within a minute. */
export interface RateLimiter {
  /** How many seconds a client must wait before the next one; 0 for none. */
  wait(client: string): number;
  count(client: string): void;
  /** Uncounts one. */
  giveBack(client: string): void;
  /** How many clients are remembered. */
  size(): number;
}

interface Window {
  readonly since: number;
  /** No more than the limit: above it nothing is counted. */
  readonly used: number;
}

const WINDOW = 60;

/**
 * Remembers at most `clients` clients. To make room for a new one it forgets those whose minute is over, else, of the
 * clients that did least, the one it has known longest. So an attacker with many addresses cannot make it forget a busy
 * one, and a new client is always counted.
 */
export function createRateLimiter(clock: Clock, perMinute: number, clients: number): RateLimiter {
  /** The oldest first. */
  const windows = new Map<string, Window>();
  const byUse = new Map<number, Set<string>>();
  const isOver = ({ since }: Window) => {
    const age = clock.now() - since;
    return age < 0 || age >= WINDOW;
  };
  const current = (client: string) => {
    const window = windows.get(client);
    return window === undefined || isOver(window) ? undefined : window;
  };
  const unfile = (client: string, used: number) => {
    const same = byUse.get(used);
    same?.delete(client);
    if (same?.size === 0) byUse.delete(used);
  };
  const set = (client: string, window: Window) => {
    const before = windows.get(client);
    if (before !== undefined) unfile(client, before.used);
    windows.set(client, window);
    const same = byUse.get(window.used);
    if (same === undefined) byUse.set(window.used, new Set([client]));
    else same.add(client);
  };
  const forget = (client: string) => {
    const window = windows.get(client);
    if (window !== undefined) unfile(client, window.used);
    windows.delete(client);
  };
  const makeRoom = () => {
    for (const [client, window] of windows) {
      if (!isOver(window)) break;
      forget(client);
    }
    if (windows.size < clients) return;
    const [idlest] = byUse.get(Math.min(...byUse.keys())) ?? [];
    if (idlest !== undefined) forget(idlest);
  };
  return {
    wait(client) {
      const window = current(client);
      return window === undefined || window.used < perMinute ? 0 : window.since + WINDOW - clock.now();
    },
    count(client) {
      const window = current(client);
      if (window === undefined) {
        forget(client);
        if (windows.size >= clients) makeRoom();
        set(client, { since: clock.now(), used: 1 });
      } else if (window.used < perMinute) set(client, { ...window, used: window.used + 1 });
    },
    giveBack(client) {
      const window = current(client);
      if (window !== undefined && window.used > 0) set(client, { ...window, used: window.used - 1 });
    },
    size: () => windows.size,
  };
}
