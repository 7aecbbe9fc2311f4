import { settingKey } from '../../../domain/change-settings.ts';
import { printableLines } from '../../../domain/printable.ts';
import { defineCommand } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';
import { settingView } from '../../setting-views.ts';
import { READS } from '../../uses.ts';

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
  uses: READS,
  async run(context, { arguments: [name = ''] }) {
    const key = settingKey(name);
    const { settings } = await context.backend();
    const row = (await settings.list()).find((each) => each.key === key) ?? { key };
    await context.print.one(settingView, row, () => printableLines(String(row.value ?? '')));
    return EXIT.done;
  },
});
