import { printable } from '../../domain/printable.ts';
import type { Paint } from '../../output/paint.ts';
import type { View } from '../../output/view.ts';
import { defineCommand } from '../define-command.ts';
import { type Check, checks } from '../doctor-checks.ts';
import { EXIT } from '../exit-codes.ts';
import { READS } from '../uses.ts';

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

/** A line for each check, and below it what to do: findings are sentences, for which a table has no room. */
function linesOf(found: readonly Check[]): string {
  const width = Math.max(...found.map(({ check }) => check.length));
  return found
    .map(({ check, state, finding, remedy }) => {
      const line = `${state.padEnd(7)}  ${check.padEnd(width)}  ${printable(finding)}\n`;
      return remedy === undefined ? line : `${line}${' '.repeat(width + 11)}${printable(remedy)}\n`;
    })
    .join('');
}

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
  uses: READS,
  async run(context) {
    const found: Check[] = [];
    for await (const check of checks(context)) found.push(check);
    const { print, options } = context;
    if (print.format === 'table' && options.columns === undefined && !options.quiet) await print.raw(linesOf(found));
    else await print.list(checkView, [found]);
    return found.some(({ state }) => state === 'failure') ? EXIT.no : EXIT.done;
  },
});
