import { OtpctlError } from '../../../domain/errors.ts';
import { refuseIncoherent } from '../../../domain/settings/change-settings.ts';
import { SETTINGS, type SettingKey } from '../../../domain/settings/setting-rules.ts';
import type { SettingValue } from '../../../domain/settings/setting-value.ts';
import { masked } from '../../../domain/settings/settings.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import type { StoreKeys } from '../../store-keys.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { settingCell } from '../rows/setting-rows.ts';

/** Settings that otpctl would not have written: unknown keys, values out of rule, and values that go against each other. */
export function* checkSettings(connection: Connection, keys: StoreKeys): Generator<StoreFinding> {
  const values = new Map<string, SettingValue>();
  let whole = true;
  for (const row of connection.all('SELECT key, value, sealed, key_id FROM settings ORDER BY key')) {
    const key = String(row['key']);
    if (!Object.hasOwn(SETTINGS, key)) {
      const finding = `there is no setting "${printable(key)}", and it has a value`;
      yield { finding, remedy: 'find out who wrote to the store, and restore it from a backup' };
      continue;
    }
    const { value, finding } = settingIn(row, key as SettingKey, keys);
    if (value !== undefined) values.set(key, value);
    if (finding === undefined) continue;
    whole = false;
    yield { finding, remedy: remedyFor(key as SettingKey) };
  }
  const incoherent = whole ? refusalOf(() => refuseIncoherent(values)) : undefined;
  if (incoherent !== undefined) {
    const { message, hint } = incoherent;
    yield { finding: `settings: ${message}`, remedy: hint ?? 'set what is meant with  otpctl settings set' };
  }
}

function settingIn(row: Row, key: SettingKey, keys: StoreKeys): { value?: SettingValue; finding?: string } {
  const { value: text, sealed, key_id } = row;
  const shown = parsed(text);
  if (SETTINGS[key].secret !== true) {
    const wrong = sealed !== null || key_id !== null ? 'is sealed, and is no secret' : outOfRule(key, shown);
    return wrong === undefined ? { value: shown as SettingValue } : { finding: `the setting ${key} ${wrong}` };
  }
  const opened =
    sealed instanceof Uint8Array && key_id === keys.dataKeyId
      ? keys.columns.unseal(sealed, settingCell(key))
      : undefined;
  if (opened === undefined) return { finding: `the setting ${key} does not open` };
  const value = opened.exposeText();
  const wrong = outOfRule(key, value) ?? (isMaskOf(key, value, shown) ? undefined : 'is shown as what it is not');
  return wrong === undefined ? { value } : { finding: `the setting ${key} ${wrong}` };
}

/** Whether a text may stand for a secret value. An earlier release may have shown less of it. */
function isMaskOf(key: SettingKey, value: SettingValue, shown: unknown): boolean {
  return masked(key, value) === shown || /^(?:[a-z]+:\/\/\*\*\*|\[secret\])$/.test(String(shown));
}

/** What is wrong with a value, which is not repeated: it may be a secret. */
function outOfRule(key: SettingKey, value: unknown): string | undefined {
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (!plain) return 'has a value that is none';
  let kept: SettingValue | undefined;
  const refused = refusalOf(() => {
    kept = SETTINGS[key].read(key, value);
  });
  if (refused !== undefined) return 'is out of rule';
  return kept === value ? undefined : 'is not written as otpctl writes it';
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

function refusalOf(check: () => void): OtpctlError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof OtpctlError) return error;
    throw error;
  }
}

function remedyFor(key: SettingKey): string {
  return SETTINGS[key].secret
    ? `set it again with  ${commandLine(['settings', 'set', `${key}=@FILE`])}`
    : `find out who wrote to the store, and set it with  ${commandLine(['settings', 'set', `${key}=VALUE`])}`;
}
