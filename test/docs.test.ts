import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTING_KEYS, SETTINGS } from '../src/domain/settings/setting-rules.ts';

const page = (name: string) => readFileSync(join(import.meta.dirname, '../docs', name), 'utf8');

describe('the page about settings', () => {
  it('has a row for each setting, with its default and its meaning, and for no other', () => {
    const rows = [...page('settings.md').matchAll(/^\| `([\w.]+)` \| (.*?) \| (.*) \|$/gm)];
    expect(rows.map(([, key]) => key)).toEqual([...SETTING_KEYS]);
    for (const [, key = '', standard, meaning] of rows) {
      const rules = SETTINGS[key as keyof typeof SETTINGS];
      expect(meaning).toBe(`${rules.about}${rules.secret ? ' (secret)' : ''}`);
      if (typeof rules.default !== 'string' || rules.default.length <= 10) {
        expect(standard).toBe(rules.default === undefined ? '' : `\`${rules.default}\``);
      }
    }
  });
});
