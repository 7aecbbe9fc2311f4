import { printableLines } from '../../../domain/text/printable.ts';
import { INPUTS } from '../../../files/input-kinds.ts';
import { confirmOrCancel } from '../../device/change-devices.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { settingChangeView } from '../../settings/setting-views.ts';
import { readInput } from '../../terminal/text-file.ts';

export const command = defineCommand({
  summary: 'read settings from TOML, after a look at what would change',
  notes: 'What the file does not name stays as it is. All of it is taken, or none when a value is wrong.',
  arguments: [{ name: '<file>', description: 'TOML as  settings export  writes it; - for stdin' }],
  options: {},
  examples: [
    { does: 'with a question', line: 'settings import settings.toml' },
    { does: 'from a script', line: 'settings import settings.toml --yes' },
  ],
  view: settingChangeView,
  globals: ASKS,
  async run(context, { arguments: [file = ''] }) {
    const { print, origin } = context;
    const { readSettings } = await import('../../../formats/settings-toml.ts');
    const values = readSettings(await readInput(file, context.io, INPUTS.settings));
    const settings = offered((await context.backend('create')).settings, 'to change its settings');
    const { changes, notices } = await settings.change(values, origin, { dryRun: true });
    await print.list(settingChangeView, changes.length > 0 ? [changes] : []);
    for (const notice of notices) await print.notice(printableLines(notice));
    if (changes.length === 0) {
      await print.notice('nothing differs from before');
      return EXIT.done;
    }
    await confirmOrCancel(context, `change ${changes.length === 1 ? 'one setting' : `${changes.length} settings`}?`);
    await settings.change(values, origin);
    return EXIT.done;
  },
});
