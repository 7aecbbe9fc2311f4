import { settingKey } from '../../../domain/settings/change-settings.ts';
import { printableLines } from '../../../domain/text/printable.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { settingView } from '../../settings/setting-views.ts';

export const command = defineCommand({
  summary: 'print the value of one setting',
  notes: 'A setting without a value prints an empty line. A secret is masked.',
  arguments: [{ name: '<key>', description: 'for example totp.digits' }],
  options: {},
  examples: [
    { does: 'the value alone', line: 'settings get totp.digits' },
    { does: 'with its default', line: 'settings get email.ttl -o json' },
  ],
  view: settingView,
  globals: READS,
  async run(context, { arguments: [name = ''] }) {
    const key = settingKey(name);
    const { settings } = await context.backend();
    const row = (await offered(settings, 'to read its settings').list()).find((each) => each.key === key) ?? { key };
    await context.print.one(settingView, row, () => printableLines(String(row.value ?? '')));
    return EXIT.done;
  },
});
