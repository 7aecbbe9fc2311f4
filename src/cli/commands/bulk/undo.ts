import { counted } from '../../../domain/text/counted.ts';
import { PLAN_OPTIONS, RUN_OPTIONS } from '../../bulk/bulk-options.ts';
import { reported } from '../../bulk/bulk-report.ts';
import { carryOut, dryRun } from '../../bulk/bulk-run.ts';
import type { Proposal } from '../../bulk/proposal.ts';
import { refuseEnrolment, rowView } from '../../bulk/run-view.ts';
import { runsOf } from '../../bulk/runs-of.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'take back a bulk run',
  notes: `Each device that the run changed gets the status back that it had, unless it was used or changed since, or somebody
ordered since what it was already (not known at Soffid). What was deleted stays deleted. The undo is a run itself.`,
  arguments: [{ name: '<run>', description: 'a run, as bulk runs lists it' }],
  options: { dryRun: PLAN_OPTIONS.dryRun, ...RUN_OPTIONS },
  examples: [
    { does: 'what would be taken back', line: 'bulk undo 3 --dry-run' },
    { does: 'take it back, from a script', line: 'bulk undo 3 --yes --reason "wrong date"' },
  ],
  view: rowView,
  globals: ASKS,
  async run(context, { arguments: [id = ''], options }) {
    return reported(options, { command: 'undo' }, async (report) => {
      const bulk = await runsOf(context, id, options);
      const run = await bulk.journal.find(id);
      refuseEnrolment(run, 'take its devices away with  otpctl bulk delete --from FILE');
      const rows = await bulk.undoRows(run);
      const gone = run.counts.changed - rows.size;
      if (gone > 0)
        await context.print.notice(
          gone === 1 ? 'one device was deleted, and stays so' : `${counted(gone, 'device')} were deleted, and stay so`,
        );
      const undoing = { command: 'undo', undoes: run.id } as const;
      if (options.dryRun) {
        const previewed = await bulk.previewUndo(rows, run);
        return dryRun(context, { ...undoing, guarded: { rows: previewed, findings: [] } }, report);
      }
      const proposal: Proposal = { ...undoing, guarded: { rows, findings: [] } };
      return carryOut(context, bulk, proposal, options, report);
    });
  },
});
