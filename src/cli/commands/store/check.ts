import type { View } from '../../../output/view.ts';
import type { StoreFinding } from '../../../ports/store-admin.ts';
import { defineCommand } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';

const findingView: View<StoreFinding> = {
  columns: [
    { key: 'finding', title: 'finding', value: ({ finding }) => finding },
    { key: 'remedy', title: 'what to do', value: ({ remedy }) => remedy },
  ],
  table: ['finding', 'remedy'],
  id: ({ finding }) => finding,
};

export const command = defineCommand({
  summary: 'look for damage: exit 1 and what to do when there is any',
  notes: 'Checks the database, its references, the seal of every secret, and the audit log. Changes nothing.',
  arguments: [],
  options: {},
  examples: [
    { does: 'the default store', line: 'store check' },
    { does: 'the findings for a script', line: 'store check -o json' },
  ],
  view: findingView,
  async run(context) {
    const admin = await context.storeAdmin();
    const findings = await admin.check();
    if (findings.length === 0 && context.print.format === 'table') await context.print.raw('the store is sound\n');
    else await context.print.list(findingView, findings.length > 0 ? [findings] : []);
    return findings.length === 0 ? EXIT.done : EXIT.no;
  },
});
