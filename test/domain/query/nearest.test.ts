import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/domain/query/nearest.ts';
import { SETTING_KEYS } from '../../../src/domain/settings/setting-rules.ts';

describe('the word that was meant', () => {
  it.each([
    ['totp.digit', 'totp.digits'],
    ['totp.digitsss', 'totp.digits'],
    ['TOTP.dgiits', 'totp.digits'],
    ['sms.ulr', 'sms.url'],
    ['totp.digitssss', undefined],
    ['x', undefined],
    ['', undefined],
  ])('with %j is %j', (typo, word) => {
    expect(nearest(typo, SETTING_KEYS)).toBe(word);
  });

  // Letter by letter this would be minutes.
  it('is none for a text of any length', { timeout: 5000 }, () => {
    expect(nearest('totp.digits'.repeat(1_000_000), SETTING_KEYS)).toBeUndefined();
  });
});
