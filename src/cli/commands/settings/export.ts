import { SETTINGS, type SettingKey } from '../../../domain/settings/setting-rules.ts';
import type { SettingRow } from '../../../domain/settings/setting-value.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { refuseOtherFormat } from '../../parse/ineffective-options.ts';
import { writeWhole } from '../../terminal/write-whole.ts';

export const command = defineCommand({
  summary: 'write all settings as TOML, without secrets',
  notes: 'Secrets that are set are comments. Read it back with  otpctl settings import.',
  arguments: [],
  options: {},
  examples: [
    { does: 'into a file', line: 'settings export > settings.toml' },
    {
      does: 'from one store to another',
      line: 'settings export --store a.db | otpctl settings import - --store b.db --yes',
    },
  ],
  view: undefined,
  globals: READS,
  async run(context) {
    refuseOtherFormat(context, 'settings are exported as TOML', 'write  otpctl settings list -o json  for json');
    const { settings } = await context.backend();
    const { writeSettings } = await import('../../../formats/settings-toml.ts');
    const rows = await offered(settings, 'to read its settings').list();
    const isMasked = ({ key, value }: SettingRow) =>
      value !== undefined && SETTINGS[key as SettingKey]?.secret === true;
    await writeWhole(context.print, writeSettings(rows, isMasked), 'the export of the settings');
    return EXIT.done;
  },
});
