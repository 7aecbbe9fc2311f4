import { createHash } from 'node:crypto';
import type { Run } from './run.ts';

/** What a run is called where it changes devices at a server, which has no journal of it: 16 hexadecimal digits. */
export function runLabel({ id, place, started, origin }: Pick<Run, 'id' | 'place' | 'started' | 'origin'>): string {
  const text = JSON.stringify([id, place, started, origin.actor]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Whether a text is the label of a run, and no number of one. */
export function isRunLabel(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text);
}
