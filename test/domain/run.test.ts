import { describe, expect, it } from 'vitest';
import { guardLastDevice, guardPercent, guardSignal } from '../../src/domain/run/guards.ts';
import { type Plan, refusePlan } from '../../src/domain/run/plan.ts';
import { cellsOf, changedMeanwhile, type DeviceChange, unchangeableOf } from '../../src/domain/run/run-row.ts';
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

describe('the cells of a row', () => {
  it('are those of the change, of the device that is to be, or of one that stays what it is', () => {
    const change = { kind: 'change', id: '1', name: 'TOTP1', user: 'ada', from: 'V', to: 'D', rule: 'x' } as const;
    expect(cellsOf(change)).toMatchObject({ id: '1', name: 'TOTP1', user: 'ada', from: 'V', to: 'D' });
    const enrolment = { kind: 'enrolment', user: 'ada', rule: 'x' } as const;
    expect(cellsOf(enrolment)).toEqual({ id: '', name: '', user: 'ada', from: 'C', to: 'C' });
    expect(cellsOf({ ...enrolment, id: '7', name: 'TOTP7' })).toMatchObject({ id: '7', name: 'TOTP7' });
    const unchangeable = { kind: 'unchangeable', id: '9', rule: 'x' } as const;
    expect(cellsOf(unchangeable)).toEqual({ id: '9', name: '', user: '', from: 'C', to: 'C' });
    const device = { name: 'TOTP9', user: 'bob', status: 'L' } as const;
    expect(cellsOf({ ...unchangeable, device })).toEqual({ id: '9', name: 'TOTP9', user: 'bob', from: 'L', to: 'L' });
  });

  it.each([
    [{ name: '', user: '', from: 'C' }, false],
    [{ name: 'TOTP9', user: '', from: 'C' }, true],
    [{ name: '', user: 'bob', from: 'C' }, true],
    [{ name: '', user: '', from: 'L' }, true],
  ] as const)('%j that change nothing know their device: %s', (cells, known) => {
    const { name, user, from: status } = cells;
    const device = known ? { device: { name, user, status } } : {};
    expect(unchangeableOf({ id: '9', to: 'C', ...cells })).toEqual({ kind: 'unchangeable', id: '9', ...device });
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
