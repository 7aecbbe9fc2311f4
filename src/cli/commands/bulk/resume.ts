import { counted } from '../../../domain/text/counted.ts';
import { RUN_OPTIONS } from '../../bulk/bulk-options.ts';
import { reported } from '../../bulk/bulk-report.ts';
import { follow } from '../../bulk/bulk-run.ts';
import { countsText, refuseEnrolment, rowView } from '../../bulk/run-view.ts';
import { runsOf } from '../../bulk/runs-of.ts';
import { confirmOrCancel } from '../../device/change-devices.ts';
import { EXIT } from '../../exit-codes.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'go on with a bulk run that did not come to its end',
  notes: `After a kill, a crash, a lost network, or too many failures: what waits and what failed is done, nothing twice. The
run keeps the options that it was started with, its reason and its ticket.`,
  arguments: [{ name: '<run>', description: 'a run, as bulk runs lists it' }],
  options: { journal: RUN_OPTIONS.journal, report: RUN_OPTIONS.report, force: RUN_OPTIONS.force },
  examples: [
    { does: 'finish a run', line: 'bulk resume 3' },
    { does: 'from a script', line: 'bulk resume 3 --yes' },
  ],
  view: rowView,
  globals: ASKS,
  async run(context, { arguments: [id = ''], options }) {
    return reported(options, { command: 'resume', run: id }, async (report) => {
      const bulk = await runsOf(context, id, options);
      const run = await bulk.journal.find(id);
      refuseEnrolment(run, 'run its file again with  otpctl bulk create FILE:  nothing is created twice');
      const { counts, state } = run;
      const missing = counts.waiting + counts.sent + counts.failed;
      if (missing === 0) {
        if (state !== 'finished') await bulk.journal.end(run, 'finished');
        await context.print.list(rowView, []);
        await context.print.notice(`run ${id} is finished: ${countsText(counts)}`);
        await report.write({ command: run.command, run: id }, bulk.journal.rows(id));
        return EXIT.done;
      }
      await confirmOrCancel(context, `go on with run ${id}: ${counted(missing, 'device')}?`);
      return follow(context, bulk, await bulk.journal.reopen(id), [], report);
    });
  },
});
