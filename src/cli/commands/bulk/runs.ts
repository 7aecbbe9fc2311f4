import { isRemote } from '../../../domain/place/place.ts';
import { RUN_OPTIONS } from '../../bulk/bulk-options.ts';
import { runView } from '../../bulk/run-view.ts';
import { refuseMissing } from '../../bulk/runs-of.ts';
import { EXIT } from '../../exit-codes.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'list bulk runs, newest first',
  notes: 'A run whose process is gone still says running: go on with it with  otpctl bulk resume RUN.',
  arguments: [],
  options: { journal: RUN_OPTIONS.journal },
  examples: [
    { does: 'what was done', line: 'bulk runs' },
    { does: 'the newest one, for a script', line: 'bulk runs -o jsonl | head -1' },
  ],
  view: runView,
  globals: READS,
  async run(context, { options }) {
    refuseMissing(options.journal);
    const ds100 = await context.ds100Runs([], options);
    // A job that only has to do with RSA needs no store, and a local one has no journal to name.
    const atRsa = ds100 !== undefined && !ds100.isRegistry;
    const named = options.journal !== undefined && atRsa && !isRemote(await context.place());
    const onlyDs100 = named || (atRsa && !(await context.isThere()));
    const others = onlyDs100 ? [] : await (await context.bulk(options)).journal.list();
    const all = [...others, ...((await ds100?.journal.list()) ?? [])];
    await context.print.list(runView, [all.sort((one, other) => other.started - one.started)]);
    return EXIT.done;
  },
});
