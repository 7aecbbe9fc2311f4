import { printable } from '../../domain/text/printable.ts';
import type { Paint } from '../../output/paint.ts';
import { wrapped } from '../../output/text/wrap.ts';
import type { View } from '../../output/view.ts';
import { type Check, checks } from '../doctor/doctor-checks.ts';
import { EXIT } from '../exit-codes.ts';
import { READS } from '../parse/command-globals.ts';
import { defineCommand } from '../parse/define-command.ts';
import { windowOf } from '../terminal/io.ts';

const STATE_PAINT: Record<Check['state'], keyof Paint> = { ok: 'good', warning: 'warn', failure: 'bad' };

const checkView: View<Check> = {
  columns: [
    { key: 'check', title: 'check', value: ({ check }) => check },
    {
      key: 'state',
      title: 'state',
      value: ({ state }) => state,
      cell: ({ state }, { paint }) => paint[STATE_PAINT[state]](printable(state)),
    },
    { key: 'finding', title: 'finding', value: ({ finding }) => finding },
    { key: 'remedy', title: 'what to do', value: ({ remedy }) => remedy },
  ],
  table: ['check', 'state', 'finding', 'remedy'],
  id: ({ check }) => check,
};

/** Columns that a sentence is to have at least beside what it is about; in a narrower window it stands below. */
const LEAST = 30;

/** A line for each check, and below it what to do: findings are sentences, for which a table has no room. */
function linesOf(found: readonly Check[], columns: number | undefined): string {
  const width = Math.max(...found.map(({ check }) => check.length));
  const beside = columns === undefined || columns >= width + STATE_WIDTH + LEAST;
  const indent = ' '.repeat(beside ? width + STATE_WIDTH : 4);
  const lines = (text: string) => wrapped(printable(text), columns ?? Number.POSITIVE_INFINITY, indent);
  return found
    .flatMap(({ check, state, finding, remedy }) => {
      const [first = '', ...more] = lines(finding);
      const heading = `${state.padEnd(7)}  ${check.padEnd(width)}`;
      const said = beside ? [`${heading}  ${first.slice(indent.length)}`] : [heading.trimEnd(), first];
      return [...said, ...more, ...(remedy === undefined ? [] : lines(remedy))];
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** What stands before and after the name of a check: its state, and gaps. */
const STATE_WIDTH = 11;

export const command = defineCommand({
  summary: 'look at everything that commands depend on: exit 1 when something is broken',
  notes: 'Changes nothing. A warning is something to know; a failure is something to mend.',
  arguments: [],
  options: {},
  examples: [
    { does: 'the place where commands work', line: 'doctor' },
    { does: 'a profile, for a script', line: 'doctor --profile work -o json' },
  ],
  view: checkView,
  globals: READS,
  async run(context) {
    const found: Check[] = [];
    for await (const check of checks(context)) found.push(check);
    const { print, options } = context;
    if (print.format === 'table' && options.columns === undefined && !options.quiet)
      await print.raw(linesOf(found, windowOf(context.io.stdout)?.columns));
    else await print.list(checkView, [found]);
    return found.some(({ state }) => state === 'failure') ? EXIT.no : EXIT.done;
  },
});
