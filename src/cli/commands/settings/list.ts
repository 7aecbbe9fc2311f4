import { defineCommand } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';
import { settingView } from '../../setting-views.ts';
import { READS } from '../../uses.ts';

export const command = defineCommand({
  summary: 'list all settings with their values and defaults',
  notes: 'Secrets (URLs with passwords, headers, bodies) are masked.',
  arguments: [],
  options: {},
  examples: [
    { does: 'all of them', line: 'settings list' },
    { does: 'for a script', line: 'settings list -o json' },
  ],
  view: settingView,
  uses: READS,
  async run(context) {
    const { settings } = await context.backend();
    await context.print.list(settingView, [await settings.list()]);
    return EXIT.done;
  },
});
