import { toIso } from '../../../domain/instant.ts';
import { RUN_OPTIONS } from '../../bulk/bulk-options.ts';
import { reported } from '../../bulk/bulk-report.ts';
import { countsText, rowsViewOf, rowView } from '../../bulk/run-view.ts';
import { runsOf } from '../../bulk/runs-of.ts';
import { EXIT } from '../../exit-codes.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'show the rows of a bulk run',
  arguments: [{ name: '<run>', description: 'a run, as bulk runs lists it' }],
  options: { journal: RUN_OPTIONS.journal, report: RUN_OPTIONS.report, force: RUN_OPTIONS.force },
  examples: [
    { does: 'all rows of a run', line: 'bulk show 3' },
    { does: 'its rows as a report for a pipeline', line: 'bulk show 3 --report run.xml' },
  ],
  view: rowView,
  globals: READS,
  async run(context, { arguments: [id = ''], options }) {
    return reported(options, { command: 'show', run: id }, async (report) => {
      const bulk = await runsOf(context, id, options);
      const run = await bulk.journal.find(id);
      await context.print.list(rowsViewOf(run), bulk.journal.rows(run.id));
      const { command: verb, started, state, counts } = run;
      await report.write({ command: verb, run: run.id }, bulk.journal.rows(run.id));
      await context.print.notice(`run ${run.id}, ${verb}, ${toIso(started)}: ${state}; ${countsText(counts, verb)}`);
      return EXIT.done;
    });
  },
});
