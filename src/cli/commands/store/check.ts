import type { View } from '../../../output/view.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import { EXIT } from '../../exit-codes.ts';
import { PLACE } from '../../parse/command-globals.ts';
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
    'Checks the database, its references, the seal of every secret, the audit log, and\ncounters against the log, and lists names that look alike. Changes nothing but what --repair says.',
  arguments: [],
  options: { repair: flag('--repair', 'first rebuild the indexes and take in the log, which loses nothing') },
  examples: [
    { does: 'the default store', line: 'store check' },
    { does: 'mend an index first', line: 'store check --repair' },
    { does: 'the findings for a script', line: 'store check -o json' },
  ],
  view: findingView,
  globals: PLACE,
  async run(context, { options }) {
    const admin = await context.storeAdmin();
    if (options.repair) await admin.repair();
    const findings = await admin.check();
    if (findings.length === 0 && context.print.format === 'table') await context.print.raw('the store is sound\n');
    else await context.print.list(findingView, findings.length > 0 ? [findings] : []);
    return findings.every(({ known }) => known) ? EXIT.done : EXIT.no;
  },
});
