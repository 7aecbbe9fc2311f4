import { OtpctlError } from '../../../domain/errors.ts';
import { hasPassword } from '../../../domain/provider-call/call-credentials.ts';
import { smtpServer } from '../../../domain/provider-call/email-channel.ts';
import { settingKey } from '../../../domain/settings/change-settings.ts';
import type { SettingValue } from '../../../domain/settings/setting-value.ts';
import { INPUTS } from '../../../files/input-kinds.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { changeSettings } from '../../settings/change-settings.ts';
import { settingChangeView } from '../../settings/setting-views.ts';
import { readAll } from '../../terminal/io.ts';
import { readTextFile } from '../../terminal/text-file.ts';

export const command = defineCommand({
  summary: 'change settings: all of them, or none when one is wrong',
  notes: `KEY=@FILE takes the value from a file. "-" alone reads settings as TOML from stdin. Headers, and URLs and bodies with a
password in them, come from there only: a command line is in the history and the process list. When the URL of a provider
leads to another host, its headers and body are unset unless the same command sets them. A message has the tag \${PIN}:
write it in single quotes, since a shell takes it away in double ones.`,
  arguments: [{ name: '<assignment...>', description: 'KEY=VALUE, KEY=@FILE, or - for TOML on stdin' }],
  options: {},
  examples: [
    { does: 'two at once', line: 'settings set totp.digits=8 totp.issuer=Example' },
    {
      does: 'a mail server, with its password from a file',
      line: 'settings set email.from=otp@example.com email.smtpUrl=@smtp-url.txt email.enabled=true',
    },
    { does: 'from a secret store', line: 'settings set - < settings.toml' },
  ],
  view: settingChangeView,
  globals: CHANGES,
  async run(context, { arguments: assignments }) {
    return changeSettings(context, await valuesOf(assignments, context.io.stdin), 'create');
  },
});

async function valuesOf(
  assignments: readonly string[],
  stdin: Parameters<typeof readAll>[0],
): Promise<Record<string, SettingValue>> {
  if (assignments.includes('-')) {
    if (assignments.length > 1) throw new OtpctlError('usage', '"-" stands alone: it reads all settings from stdin');
    const { readSettings } = await import('../../../formats/settings-toml.ts');
    return readSettings(await readAll(stdin, INPUTS.settings));
  }
  const values: Record<string, SettingValue> = {};
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    if (at < 1) throw new OtpctlError('usage', `"${assignment}" is no KEY=VALUE`, 'for example  totp.digits=8');
    const key = settingKey(assignment.slice(0, at));
    if (key in values) throw new OtpctlError('usage', `${key} is given twice`, 'give it once');
    const given = assignment.slice(at + 1);
    if (given.startsWith('@')) values[key] = readTextFile(given.slice(1));
    else values[key] = publicValue(key, given);
  }
  return values;
}

function containsPassword(key: string, value: string): boolean {
  return key === 'email.smtpUrl' ? smtpServer(value).signIn !== undefined : hasPassword(value);
}

/** Refuses what must not stand on a command line. */
function publicValue(key: string, value: string): string {
  const secret = key.endsWith('.headers') ? 'headers are' : containsPassword(key, value) ? 'a password is' : undefined;
  if (secret === undefined) return value;
  throw new OtpctlError(
    'usage',
    `${secret} not taken from the command line, which others can read`,
    `write it to a file:  ${key}=@FILE,  or pipe TOML into  otpctl settings set -`,
  );
}
