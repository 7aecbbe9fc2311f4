import { counted } from '../../../domain/text/counted.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { View } from '../../../output/view.ts';
import type { Forged, StoreFinding } from '../../../ports/store/store-admin.ts';
import { confirmOrCancel } from '../../device/change-devices.ts';
import { EXIT } from '../../exit-codes.ts';
import { NOTES, PLACE } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { flag } from '../../parse/option.ts';

const findingView: View<StoreFinding> = {
  columns: [
    { key: 'finding', title: 'finding', value: ({ finding }) => finding },
    { key: 'remedy', title: 'what to do', value: ({ remedy }) => remedy },
    { key: 'known', title: 'known', value: ({ known }) => known },
  ],
  table: ['finding', 'remedy'],
  wraps: true,
  id: ({ finding }) => finding,
};

export const command = defineCommand({
  summary: 'look for damage: exit 1 and what to do when there is any',
  notes:
    'Checks the database, its references, the seal of every secret, the audit log, and\ncounters against the log, lists names that look alike, and\nwhat was written by somebody who has not the key of the store. Changes nothing but what --repair and --sign say.',
  arguments: [],
  options: {
    repair: flag('--repair', 'first rebuild the indexes and take in the log, which loses nothing'),
    sign: flag('--sign', 'after a question, sign what somebody else wrote in the store as it is now'),
  },
  examples: [
    { does: 'the default store', line: 'store check' },
    { does: 'mend an index first', line: 'store check --repair' },
    {
      does: 'take what somebody else wrote for right',
      line: 'store check --sign --reason "edited by hand" --ticket SEC-12',
    },
    { does: 'the findings for a script', line: 'store check -o json' },
  ],
  view: findingView,
  globals: [...PLACE, ...NOTES, 'yes'],
  async run(context, { options }) {
    const admin = await context.storeAdmin();
    if (options.repair) await admin.repair();
    if (options.sign) {
      const forged = await admin.forged();
      if (forged.length > 0) await confirmOrCancel(context, questionOf(forged));
      if (forged.length > 0) await admin.sign(forged);
    }
    const findings = await admin.check();
    if (findings.length === 0 && context.print.format === 'table') await context.print.raw('the store is sound\n');
    else await context.print.list(findingView, findings.length > 0 ? [findings] : []);
    return findings.every(({ known }) => known) ? EXIT.done : EXIT.no;
  },
});

/** Rows that the question names. */
const NAMED = 10;

function questionOf(forged: readonly Forged[]): string {
  const lines = forged.slice(0, NAMED).map(({ what }) => `  ${printable(what)}`);
  const more = forged.length > NAMED ? [`  and ${counted(forged.length - NAMED, 'more')}`] : [];
  const what = counted(forged.length, 'thing');
  return [`sign ${what} that somebody else wrote as right from now on?`, ...lines, ...more].join('\n');
}
