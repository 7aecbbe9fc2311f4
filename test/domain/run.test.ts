import { describe, expect, it } from 'vitest';
import { guardLastDevice, guardPercent, guardSignal } from '../../src/domain/run/guards.ts';
import { type Plan, refusePlan } from '../../src/domain/run/plan.ts';
import { changedMeanwhile, type DeviceChange } from '../../src/domain/run/run-row.ts';
import { NEW_YEAR } from '../support/fixed.ts';

describe('a row that is read again before its change', () => {
  const row: DeviceChange = {
    kind: 'change',
    id: '1',
    name: 'TOTP1',
    user: 'ada',
    from: 'V',
    to: 'D',
    lastUsed: 7,
    rule: 'x',
  };
  const found = { name: 'TOTP1', user: 'ada', status: 'V', lastUsed: 7 } as const;

  it('is changed when it is as it was', () => {
    expect(changedMeanwhile(row, found)).toBeUndefined();
    const { lastUsed: _, ...never } = row;
    expect(changedMeanwhile(never, { ...found, lastUsed: undefined })).toBeUndefined();
    // As it is kept: half of a pair of code units is none.
    expect(changedMeanwhile({ ...row, user: '\ud800' }, { ...found, user: '\ufffd' })).toBeUndefined();
    expect(changedMeanwhile({ ...row, name: '\ufffd' }, { ...found, name: '\udc00' })).toBeUndefined();
  });

  it.each([
    [undefined, 'deleted meanwhile'],
    [{ ...found, name: 'TOTP2' }, 'it is another device than the row says: TOTP2 of ada'],
    [{ ...found, user: 'bob' }, 'it is another device than the row says: TOTP1 of bob'],
    [{ ...found, status: 'L' }, 'its status changed meanwhile to L'],
    [{ ...found, lastUsed: 8 }, 'used meanwhile'],
    [{ ...found, lastUsed: undefined }, 'used meanwhile'],
  ] as const)('is left alone when there is %o: %s', (now, why) => {
    expect(changedMeanwhile(row, now)).toBe(why);
  });
});

describe('a plan', () => {
  const limits = { maxPercent: 20, lastDevice: 'warn' } as const;
  const times = { created: NEW_YEAR, expires: NEW_YEAR + 60 };
  const plan: Plan = { command: 'update', place: 'store 1', ...times, limits, rows: [] };

  it('is for one place, until it expires', () => {
    expect(refusePlan(plan, 'store 1', NEW_YEAR + 59)).toBeUndefined();
    const refused = (place: string, now: number) => expect(() => refusePlan(plan, place, now));
    refused('store 1', NEW_YEAR + 60).toThrow(
      expect.objectContaining({ code: 'plan-refused', message: 'the plan expired at 2022-01-01T00:01:00Z' }),
    );
    refused('store 2', NEW_YEAR).toThrow(
      expect.objectContaining({ code: 'plan-refused', message: 'the plan is for store 1, and this is store 2' }),
    );
  });
});

describe('what a guard says', () => {
  it('has the share to a tenth, never rounded up', () => {
    expect(guardPercent(299, 1000, 20)?.message).toContain(', 29.9 % of the 1,000 that there are,');
    expect(guardPercent(29_999, 100_000, 20)?.message).toContain(', 29.9 % of the 100,000 ');
  });

  it('tells what the signal is, and what becomes of a last device', () => {
    expect(guardSignal(1234, false)?.message).toBe(
      'none of the 1,234 devices was used after the cut-off, so their last use says nothing',
    );
    const would = '2 users would be left without an enabled device';
    expect(guardLastDevice(2, 'refuse')).toMatchObject({ guard: 'last-device', trips: true, message: would });
    expect(guardLastDevice(2, 'skip')?.message).toBe(`${would}: the last one of each is skipped`);
  });
});
