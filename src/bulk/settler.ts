import { setImmediate } from 'node:timers/promises';
import type { RunJournal, Settlement } from '../ports/bulk/journal.ts';

export type Settle = (settlement: Settlement) => Promise<void>;

/** Writes settlements down, those of one moment together: each resolves when it is durable. */
export function createSettler(journal: RunJournal, run: string): Settle {
  let waiting: Settlement[] = [];
  let next: Promise<void> | undefined;
  const flush = async () => {
    await setImmediate();
    const now = waiting;
    [waiting, next] = [[], undefined];
    await journal.settle(run, now);
  };
  return (settlement) => {
    waiting.push(settlement);
    next ??= flush();
    return next;
  };
}
