import type { RunRow } from '../../domain/run/run-row.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import { counted } from '../../domain/text/counted.ts';
import type { Context } from '../context.ts';

/** Rows of a table for those that went as they were meant to. */
const TABLE_ROWS = 100;

/** The rows of a run that are shown: all of them, but of a table only the first ones that nothing is wrong with. */
export interface ShownRows {
  of(pages: Pages): AsyncIterable<readonly RunRow[]>;
  /** Says on stderr what was left out, if anything was. */
  sayHowManyMore(run?: string): Promise<void>;
}

type Pages = AsyncIterable<readonly RunRow[]> | Iterable<readonly RunRow[]>;

export function createShownRows({ print, options }: Context): ShownRows {
  const all = print.format !== 'table' || options.quiet === true;
  let plain = 0;
  const shows = ({ outcome }: RunRow): boolean => {
    if (all || ['failed', 'skipped', 'sent'].includes(outcome)) return true;
    plain += 1;
    return plain <= TABLE_ROWS;
  };
  return {
    async *of(pages) {
      for await (const rows of pages) {
        const shown = rows.filter(shows);
        if (shown.length > 0) yield shown;
      }
    },
    async sayHowManyMore(run) {
      if (plain <= TABLE_ROWS) return;
      const where = run === undefined ? '-o jsonl' : commandLine(['bulk', 'show', run], { o: 'jsonl' });
      await print.notice(`${counted(plain - TABLE_ROWS, 'more row')}: see them with  ${where}`);
    },
  };
}
