import { SETTINGS, type SettingKey } from './setting-rules.ts';
import type { SettingRow, SettingValue } from './setting-value.ts';

/** What everybody may see of a value. */
export function masked(key: SettingKey, value: SettingValue | undefined): SettingValue | undefined {
  return value === undefined ? undefined : (SETTINGS[key].mask?.(value) ?? value);
}

/** A setting as everybody may see it. `value` is masked already. */
export function settingRow(key: SettingKey, value: SettingValue | undefined): SettingRow {
  const standard = SETTINGS[key].default;
  const effective = value ?? standard;
  return {
    key,
    ...(effective !== undefined && { value: effective }),
    ...(standard !== undefined && { default: standard }),
  };
}
