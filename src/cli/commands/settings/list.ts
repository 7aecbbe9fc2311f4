import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { flag } from '../../parse/option.ts';
import { settingView } from '../../settings/setting-views.ts';

export const command = defineCommand({
  summary: 'list all settings with their values and defaults',
  notes: 'Secrets (URLs with passwords, headers, bodies) are masked.',
  arguments: [],
  options: { changed: flag('--changed', 'only those whose value is not the default') },
  examples: [
    { does: 'all of them', line: 'settings list' },
    { does: 'what is not as it came', line: 'settings list --changed' },
    { does: 'for a script', line: 'settings list -o json' },
  ],
  view: settingView,
  globals: READS,
  async run(context, { options: { changed } }) {
    const { settings } = await context.backend();
    const rows = await offered(settings, 'to read its settings').list();
    const shown = changed ? rows.filter((row) => row.value !== row.default) : rows;
    await context.print.list(settingView, shown.length > 0 ? [shown] : []);
    return EXIT.done;
  },
});
