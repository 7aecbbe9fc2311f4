/** A value of a setting as people and files write it; durations and texts are strings. */
export type SettingValue = string | number | boolean;

/** A setting as everybody may see it: what is secret in it reads `[secret]`. */
export interface SettingRow {
  readonly key: string;
  /** Undefined when it has neither a value nor a default. */
  readonly value?: SettingValue;
  readonly default?: SettingValue;
}

/** What a change does to one setting; secrets are masked. */
export interface SettingChange {
  readonly key: string;
  readonly before?: SettingValue;
  readonly after?: SettingValue;
}
