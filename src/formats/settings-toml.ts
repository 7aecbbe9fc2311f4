import { parse, stringify, TomlError } from 'smol-toml';
import { invalid } from '../domain/errors.ts';
import type { SettingRow, SettingValue } from '../domain/settings/setting-value.ts';

/** Settings as TOML: a table for each type. What has no value, or is secret, is a comment. */
export function writeSettings(rows: readonly SettingRow[], isSecret: (row: SettingRow) => boolean): string {
  const tables = Map.groupBy(rows, ({ key }) => key.split('.')[0] ?? '');
  return [...tables]
    .map(([table, members]) => {
      const lines = members.map((row) => {
        const name = row.key.slice(table.length + 1);
        if (isSecret(row)) return `# ${name} is set, and secret`;
        return row.value === undefined ? `# ${name} is not set` : stringify({ [name]: row.value }).trim();
      });
      return `[${table}]\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

const SHAPE = 'settings look like  [totp]  and  digits = 6';

/** Reads settings from TOML, by their whole keys: `[totp]` and `digits = 6`, or `totp.digits = 6`. Errors: `invalid-value`, with the line. */
export function readSettings(text: string): Record<string, SettingValue> {
  const settings: Record<string, SettingValue> = {};
  const keep = (key: string, value: SettingValue) => {
    // A name in quotes may have the dot of a table: TOML sees two names, and they are one setting.
    if (Object.hasOwn(settings, key)) throw invalid(`${key} is there twice`, 'leave out one of them');
    settings[key] = value;
  };
  const walk = (table: object, path: readonly string[]) => {
    for (const [name, value] of Object.entries(table)) {
      const key = [...path, name].join('.');
      if (isTable(value) && path.length > 0)
        throw invalid(`${key} is a table, and settings are in tables of one name`, SHAPE);
      if (isTable(value)) walk(value, [name]);
      else if (typeof value === 'bigint') keep(key, String(value));
      else if (['string', 'number', 'boolean'].includes(typeof value)) keep(key, value as SettingValue);
      else throw invalid(`${key} is neither a text nor a number nor true or false`);
    }
  };
  walk(parsed(text), []);
  return settings;
}

function parsed(text: string): object {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [why = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw invalid(`the TOML cannot be read: line ${error.line}: ${why}`, SHAPE);
  }
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
