import { type Instant, toIso } from '../../domain/instant.ts';
import { isRemote } from '../../domain/place/place.ts';
import { counted } from '../../domain/text/counted.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Context } from '../context.ts';

/** Entries of the log that are looked at: what is done by a wrong clock is in it too. */
const LOOKED_AT = 100;

/** How many seconds the clock is behind what the store has seen; 0 when it is not. */
export async function secondsBehind({ audit }: Backend, now: Instant): Promise<number> {
  const latest = await audit?.latestTime(LOOKED_AT);
  return Math.max(0, (latest ?? now) - now);
}

/** Says on stderr that codes may be refused because of the clock of this machine. A server has its own. */
export async function sayIfClockIsBehind(context: Context, backend: Backend): Promise<void> {
  if (isRemote(await context.place())) return;
  const now = context.now();
  const seconds = await secondsBehind(backend, now);
  if (seconds === 0) return;
  await context.print.notice(
    `notice: the clock says ${toIso(now)}, ${counted(seconds, 'second')} before what the store saw last: see  otpctl doctor`,
  );
}
