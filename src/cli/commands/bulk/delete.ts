import { proposeChosen } from '../../bulk/bulk-chosen.ts';
import { BULK_OPTIONS } from '../../bulk/bulk-options.ts';
import { CHOICE_OPTIONS } from '../../bulk/bulk-selection.ts';
import { rowView } from '../../bulk/run-view.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'delete many devices for good',
  notes: `Nothing brings a deleted device back, and  bulk undo  does not either. Without a selection nothing is selected: all
devices are  --filter 'id pr'.`,
  arguments: [],
  options: { ...CHOICE_OPTIONS, ...BULK_OPTIONS },
  examples: [
    { does: 'what would go', line: 'bulk delete --status disabled --unused-for 2y --dry-run' },
    { does: 'those that a file names', line: 'bulk delete --from ids.txt --yes --reason "returned"' },
  ],
  view: rowView,
  globals: ASKS,
  run: (context, { options }) => proposeChosen(context, options, { command: 'delete', to: 'deleted' }),
});
