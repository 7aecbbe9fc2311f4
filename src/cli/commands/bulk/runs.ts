import { asText, defineCommand, option } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';
import { runView } from '../../run-view.ts';

export const command = defineCommand({
  summary: 'list bulk runs, newest first',
  notes: 'A run whose process is gone still says running: go on with it with  otpctl bulk resume RUN.',
  arguments: [],
  options: { journal: option('--journal <file>', 'where the journal is, of remote places', asText) },
  examples: [
    { does: 'what was done', line: 'bulk runs' },
    { does: 'the newest one, for a script', line: 'bulk runs -o jsonl | head -1' },
  ],
  view: runView,
  async run(context, { options }) {
    const bulk = await context.bulk(options);
    await context.print.list(runView, [await bulk.journal.list()]);
    return EXIT.done;
  },
});
