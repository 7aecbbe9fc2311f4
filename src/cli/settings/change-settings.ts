import type { SettingValue } from '../../domain/settings/setting-value.ts';
import { printableLines } from '../../domain/text/printable.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { offered } from '../offered.ts';
import { settingChangeView } from './setting-views.ts';

/** Changes settings, all or nothing; prints what differs from before, and what the operator should know. */
export async function changeSettings(
  context: Context,
  values: Readonly<Record<string, SettingValue | null>>,
  use: 'open' | 'create' = 'open',
): Promise<ExitCode> {
  const { print, origin } = context;
  const { settings } = await context.backend(use);
  const { changes, notices } = await offered(settings, 'to change its settings').change(values, origin);
  if (changes.length === 0 && print.format === 'table') await print.notice('nothing differs from before');
  else await print.list(settingChangeView, changes.length > 0 ? [changes] : []);
  for (const notice of notices) await print.notice(printableLines(notice));
  return EXIT.done;
}
