import type { RunRow } from '../../domain/run/run-row.ts';
import { grouped } from '../../domain/text/counted.ts';
import type { Context } from '../context.ts';
import { writeTo } from '../terminal/io.ts';

/** Seconds between two lines of a log; on a terminal the line is written anew each second. */
const LOG_INTERVAL = 5;

export interface ProgressLine {
  add(rows: readonly RunRow[]): Promise<void>;
  /** Clears what is on the terminal. */
  end(): Promise<void>;
}

/** Count, rate, time left and failures of a run on stderr: one line that moves, or plain lines where it is no terminal. */
export function createProgressLine({ io, now }: Context, total: number): ProgressLine {
  const terminal = io.stderr.isTTY === true && io.stdout.isTTY !== true;
  const started = now();
  let [done, failed, written, shown] = [0, 0, started, false];
  return {
    async add(rows) {
      done += rows.length;
      failed += rows.filter(({ outcome }) => outcome === 'failed').length;
      const time = now();
      if (time - written < (terminal ? 1 : LOG_INTERVAL)) return;
      written = time;
      shown = terminal;
      const text = lineOf(done, total, failed, time - started);
      await writeTo(io.stderr, terminal ? `\r${text}\u001b[K` : `${text}\n`);
    },
    async end() {
      if (shown) await writeTo(io.stderr, '\r\u001b[K');
    },
  };
}

function lineOf(done: number, total: number, failed: number, seconds: number): string {
  const rate = done / Math.max(seconds, 1);
  const left = rate > 0 ? Math.ceil((total - done) / rate) : 0;
  const figures = [done, total, Math.round(rate), failed].map(grouped);
  return `${figures[0]} of ${figures[1]} rows, ${figures[2]} a second, ${left} s left, ${figures[3]} failed`;
}
