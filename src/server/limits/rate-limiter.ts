import type { Clock } from '../../ports/system/clock.ts';

/** Counts what clients do, so many a minute. */
export interface RateLimiter {
  /** The seconds that a client must wait before its next; 0 when it need not. */
  wait(client: string): number;
  count(client: string): void;
  /** Takes back one that was counted. */
  giveBack(client: string): void;
  /** How many clients are remembered. */
  size(): number;
}

interface Window {
  readonly since: number;
  /** Up to the limit: what is beyond it makes no difference. */
  readonly used: number;
}

const WINDOW = 60;

/**
 * Remembers `clients` at most: of more, one whose time is over is forgotten, else of those that did the least the one
 * that has been there longest. So many addresses that do a thing once do not make one forgotten that does it often, and
 * nobody who is new is turned away for them.
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
