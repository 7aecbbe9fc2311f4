import { settingKey } from '../../../domain/settings/change-settings.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { changeSettings } from '../../settings/change-settings.ts';
import { settingChangeView } from '../../settings/setting-views.ts';

export const command = defineCommand({
  summary: 'return settings to their defaults',
  arguments: [{ name: '<key...>', description: 'for example totp.digits' }],
  options: {},
  examples: [
    { does: 'one of them', line: 'settings unset totp.digits' },
    { does: 'what a channel was set to', line: 'settings unset sms.enabled sms.url sms.headers' },
  ],
  view: settingChangeView,
  globals: CHANGES,
  run: (context, { arguments: names }) =>
    changeSettings(context, Object.fromEntries(names.map((name) => [settingKey(name), null]))),
});
