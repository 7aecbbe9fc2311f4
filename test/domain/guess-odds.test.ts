import { describe, expect, it } from 'vitest';
import type { SettingKey } from '../../src/domain/settings/setting-rules.ts';
import type { SettingValue } from '../../src/domain/settings/setting-value.ts';
import { settingsOf } from '../../src/domain/settings/settings.ts';
import { oddsNotices } from '../../src/domain/verification/guess-odds.ts';

/** What a change of settings tells of the odds, all of them being what was changed. */
function told(values: Partial<Record<SettingKey, SettingValue>>): string[] {
  return oddsNotices(Object.keys(values), settingsOf(new Map(Object.entries(values))));
}

describe('the odds of guessing a code before the lock', () => {
  // 1 - (1 - good / 10^digits)^attempts, worked out elsewhere with fifty digits.
  it.each([
    [{ 'totp.digits': 6, 'totp.window': 1, 'totp.lockAfter': 10 }, 'totp: 10 guesses', '0.003 % (1 in 33,334)'],
    [{ 'totp.digits': 6, 'totp.window': 3, 'totp.lockAfter': 10 }, 'totp: 10 guesses', '0.007 % (1 in 14,286)'],
    [{ 'hotp.digits': 6, 'hotp.lookAhead': 10, 'hotp.lockAfter': 10 }, 'hotp: 10 guesses', '0.011 % (1 in 9,091)'],
    [{ 'hotp.digits': 8, 'hotp.lookAhead': 10, 'hotp.lockAfter': 1 }, 'hotp: 1 guess', '0.000011 % (1 in 9,090,909)'],
    [{ 'pin.digitsToAsk': 3, 'pin.lockAfter': 5 }, 'pin: 5 guesses', '0.5 % (1 in 200)'],
    [{ 'email.digits': 6, 'email.lockAfter': 5 }, 'email: 5 guesses', '0.0005 % (1 in 200,000)'],
    [{ 'sms.digits': 7, 'sms.lockAfter': 3 }, 'sms: 3 guesses', '0.00003 % (1 in 3,333,334)'],
  ])('of %j are told', (values, attempts, odds) => {
    const find = attempts.endsWith('guess') ? 'finds' : 'find';
    expect(told(values)).toEqual([`${attempts} before the lock ${find} a code with ${odds}`]);
  });

  it('of a call are those of an SMS, with a lock of its own', () => {
    expect(
      oddsNotices(
        ['voice.lockAfter'],
        settingsOf(
          new Map([
            ['sms.digits', 7],
            ['voice.lockAfter', 9],
          ]),
        ),
      ),
    ).toEqual(['voice: 9 guesses before the lock find a code with 0.00009 % (1 in 1,111,112)']);
  });

  it('are a warning above one in two hundred', () => {
    expect(told({ 'pin.digitsToAsk': 3, 'pin.lockAfter': 6 })).toEqual([
      'warning: pin: 6 guesses before the lock find a code with 0.6 % (1 in 167); that is much: lower pin.lockAfter',
    ]);
  });

  it('are told of each type once, and of changes that they depend on only', () => {
    const { length } = told({ 'totp.digits': 6, 'totp.window': 1, 'pin.minLength': 8, 'sms.digits': 6 });
    expect(length).toBe(3);
    expect(told({ 'totp.issuer': 'ACME', 'totp.period': 60, 'email.ttl': '5min', 'send.perUserPerHour': 3 })).toEqual(
      [],
    );
  });
});
