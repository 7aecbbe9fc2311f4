import { describe, expect, it } from 'vitest';
import type { Algorithm } from '../../src/domain/device/device.ts';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { timeStep, totp } from '../../src/domain/otp/totp.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { IMPLEMENTATIONS, ORIGIN } from '../support/backends.ts';
import { countedRandom, fixedClock } from '../support/fixed.ts';

const KEY = new Secret(Buffer.from('12345678901234567890'));
const six = { algorithm: 'SHA1', digits: 6 } as const;

describe.each(IMPLEMENTATIONS)('a code, at the $name backend', ({ open }) => {
  const set = async (lockAfter = 10) => {
    const clock = fixedClock();
    const backend = await open({ clock, random: countedRandom() });
    await backend.settings.change({ 'totp.lockAfter': lockAfter, 'hotp.lockAfter': lockAfter }, ORIGIN);
    const step = () => timeStep(clock.now(), 30);
    return { backend, clock, code: (ahead: number) => totp(KEY, step() + ahead, six) };
  };
  const enrol = async (backend: ServableBackend, type: 'TOTP' | 'HOTP', more = {}) =>
    (await backend.create({ type, user: 'ada', secret: KEY, ...more }, ORIGIN)).device.id;
  const tries = async (backend: ServableBackend, id: string, codes: readonly string[]) => {
    const answers = [];
    for (const code of codes) answers.push((await backend.verify(id, code, ORIGIN)).success);
    return answers;
  };

  it.each([-1, 0, 1])('of TOTP is accepted %i steps from now', async (ahead) => {
    const { backend, code } = await set();
    const id = await enrol(backend, 'TOTP');
    expect(await backend.verify(id, code(ahead), ORIGIN)).toEqual({
      id,
      success: true,
      locked: false,
      status: 'V',
      fails: 0,
    });
  });

  it.each([-3, -2, 2, 3])('of TOTP is rejected %i steps from now', async (ahead) => {
    const { backend, code } = await set();
    const id = await enrol(backend, 'TOTP');
    expect(await backend.verify(id, code(ahead), ORIGIN)).toEqual({
      id,
      success: false,
      locked: false,
      status: 'C',
      fails: 1,
    });
  });

  it('of TOTP is used once, and never one of a step at or below it', async () => {
    const { backend, code } = await set();
    const id = await enrol(backend, 'TOTP');
    expect(await tries(backend, id, [code(1), code(1), code(0), code(-1)])).toEqual([true, false, false, false]);
    // The last of them is no longer in the window, which has moved with the drift.
    expect(await backend.find(id)).toMatchObject({ fails: 1, status: 'V' });
  });

  it('of TOTP stays used when the clock is set back', async () => {
    const { backend, clock, code } = await set();
    const id = await enrol(backend, 'TOTP');
    const used = code(0);
    expect(await tries(backend, id, [used])).toEqual([true]);
    clock.advance(-30);
    expect(await tries(backend, id, [used, code(0)])).toEqual([false, false]);
  });

  it('of TOTP moves the window with the drift, and does not widen it', async () => {
    const { backend, clock, code } = await set();
    const id = await enrol(backend, 'TOTP');
    expect(await tries(backend, id, [code(1)])).toEqual([true]);
    clock.advance(300);
    expect(await tries(backend, id, [code(-1), code(3), code(2)])).toEqual([false, false, true]);
    clock.advance(300);
    expect(await tries(backend, id, [code(0), code(4), code(1)])).toEqual([false, false, true]);
  });

  it('of TOTP carries the drift no further than five steps', async () => {
    const { backend, clock, code } = await set();
    const id = await enrol(backend, 'TOTP');
    for (const ahead of [1, 2, 3, 4, 5, 6]) {
      clock.advance(300);
      expect(await tries(backend, id, [code(ahead)])).toEqual([true]);
    }
    clock.advance(300);
    expect(await tries(backend, id, [code(7), code(6)])).toEqual([false, true]);
  });

  it.each(['SHA1', 'SHA256', 'SHA512'] satisfies Algorithm[])(
    'of TOTP may be cut from %s, in 6 to 8 digits',
    async (algorithm) => {
      const { backend, clock } = await set();
      for (const digits of [6, 7, 8]) {
        const id = await enrol(backend, 'TOTP', { algorithm, digits, period: 60 });
        const code = totp(KEY, timeStep(clock.now(), 60), { algorithm, digits });
        expect(await tries(backend, id, [code])).toEqual([true]);
      }
    },
  );

  it('of HOTP is accepted up to ten counters ahead, and moves the counter beyond itself', async () => {
    const { backend } = await set();
    const id = await enrol(backend, 'HOTP');
    const at = (counter: bigint) => hotp(KEY, counter, six);
    expect(await tries(backend, id, [at(11n), at(10n), at(10n), at(9n), at(11n), at(0n)])).toEqual([
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(await tries(backend, id, [at(12n + 11n), at(12n + 10n)])).toEqual([false, true]);
  });

  it('of HOTP may stand beyond 2^53, and the counter never wraps', async () => {
    const { backend } = await set();
    const high = 9_007_199_254_740_993n;
    const id = await enrol(backend, 'HOTP', { counter: high });
    expect(await tries(backend, id, [hotp(KEY, high + 3n, six), hotp(KEY, high + 3n, six)])).toEqual([true, false]);
    const last = 2n ** 63n - 1n;
    const end = await enrol(backend, 'HOTP', { counter: last - 1n });
    expect(await tries(backend, end, [hotp(KEY, last - 1n, six), hotp(KEY, last, six), hotp(KEY, 0n, six)])).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('shares one memory however it is written, and charges nothing when it is spent', async () => {
    const { backend, code } = await set();
    const id = await enrol(backend, 'TOTP');
    const used = code(0);
    const variants = [
      used,
      ` ${used}`,
      `${used} `,
      `${used.slice(0, 3)} ${used.slice(3)}`,
      `${used.slice(0, 2)}-${used.slice(2)}`,
    ];
    expect(await tries(backend, id, variants)).toEqual([true, false, false, false, false]);
    const foreign = [
      `${used}\u00a0`,
      [...used].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join(''),
      `${used}\n`,
    ];
    expect(await tries(backend, id, foreign)).toEqual([false, false, false]);
    expect(await backend.find(id)).toMatchObject({ fails: 0 });
    expect(await tries(backend, id, ['000000'])).toEqual([false]);
    expect(await tries(backend, id, variants)).toEqual([false, false, false, false, false]);
    expect(await backend.find(id)).toMatchObject({ fails: 1 });
  });

  it.each(['', 'abc', '12345', '1234567', '12345a', '１２３４５６'])(
    'that is none of TOTP or HOTP, %j, charges nothing',
    async (typed) => {
      const { backend } = await set(2);
      for (const type of ['TOTP', 'HOTP'] as const) {
        const id = await enrol(backend, type);
        expect(await tries(backend, id, [typed, typed, typed])).toEqual([false, false, false]);
        expect(await backend.find(id)).toMatchObject({ fails: 0, status: 'C' });
      }
    },
  );

  it('of HOTP charges nothing when it is spent, or was skipped, one window back; and as before beyond that', async () => {
    const { backend } = await set();
    const id = await enrol(backend, 'HOTP', { counter: 20n });
    const at = (counter: bigint) => hotp(KEY, counter, six);
    expect(await tries(backend, id, [at(25n), at(25n), at(22n), at(15n)])).toEqual([true, false, false, false]);
    expect(await backend.find(id)).toMatchObject({ fails: 0 });
    expect(await tries(backend, id, [at(14n)])).toEqual([false]);
    expect(await backend.find(id)).toMatchObject({ fails: 1 });
  });

  it('does not lock a device by a spent code when the limit was lowered below its fails', async () => {
    const { backend, clock, code } = await set();
    const id = await enrol(backend, 'TOTP');
    const used = code(0);
    expect(await tries(backend, id, [used])).toEqual([true]);
    await tries(backend, id, ['000000', '000000', '000000']);
    await backend.settings.change({ 'totp.lockAfter': 2 }, ORIGIN);
    clock.advance(1);
    expect(await backend.verify(id, used, ORIGIN)).toMatchObject({ success: false, locked: false, fails: 3 });
  });

  it('sets fails to 0 when it is accepted', async () => {
    const { backend, code } = await set();
    const id = await enrol(backend, 'TOTP');
    await tries(backend, id, ['000000', '000-001']);
    expect(await backend.find(id)).toMatchObject({ fails: 2 });
    expect(await tries(backend, id, [code(0)])).toEqual([true]);
    expect(await backend.find(id)).toMatchObject({ fails: 0, status: 'V' });
  });

  it('locks the device at the limit, exactly, and is not looked at after', async () => {
    const { backend, clock, code } = await set(3);
    const id = await enrol(backend, 'TOTP');
    expect(await tries(backend, id, [code(0)])).toEqual([true]);
    clock.advance(300);
    await tries(backend, id, ['000000', '000000']);
    expect(await backend.find(id)).toMatchObject({ status: 'V', fails: 2 });
    expect(await backend.verify(id, '000000', ORIGIN)).toEqual({
      id,
      success: false,
      locked: true,
      status: 'L',
      fails: 3,
    });
    expect(await backend.verify(id, code(0), ORIGIN)).toEqual({
      id,
      success: false,
      locked: true,
      status: 'L',
      fails: 3,
    });
    await backend.transition(id, 'unlock', ORIGIN);
    expect(await tries(backend, id, [code(0)])).toEqual([true]);
  });

  it('does not enable a device that was locked before it was ever confirmed', async () => {
    const { backend } = await set(2);
    const id = await enrol(backend, 'TOTP');
    await tries(backend, id, ['000000', '000000']);
    expect(await backend.transition(id, 'unlock', ORIGIN)).toMatchObject({ status: 'C', fails: 0 });
  });

  it('is rejected by a disabled device, whose fails stay', async () => {
    const { backend, code } = await set();
    const id = await enrol(backend, 'TOTP');
    await tries(backend, id, ['000000']);
    await backend.transition(id, 'disable', ORIGIN);
    expect(await backend.verify(id, code(0), ORIGIN)).toEqual({
      id,
      success: false,
      locked: false,
      status: 'D',
      fails: 1,
    });
  });

  it('that resynchronises a HOTP device is followed by the next one', async () => {
    const { backend } = await set();
    const id = await enrol(backend, 'HOTP');
    const at = (counter: bigint) => hotp(KEY, counter, six);
    const resync = async (first: bigint, second: bigint) =>
      (await backend.resync(id, [at(first), at(second)], ORIGIN)).success;
    expect(await resync(50n, 52n)).toBe(false);
    expect(await resync(50n, 50n)).toBe(false);
    expect(await resync(51n, 50n)).toBe(false);
    expect(await resync(101n, 102n)).toBe(false);
    expect(await backend.find(id)).toMatchObject({ fails: 4, status: 'C' });
    expect(await resync(100n, 101n)).toBe(true);
    expect(await backend.find(id)).toMatchObject({ fails: 0, status: 'V' });
    expect(await tries(backend, id, [at(101n), at(102n)])).toEqual([false, true]);
  });

  it('that resynchronises a TOTP device finds how far its clock is off', async () => {
    const { backend, clock, code } = await set();
    const id = await enrol(backend, 'TOTP');
    expect((await backend.resync(id, [code(40), code(42)], ORIGIN)).success).toBe(false);
    expect((await backend.resync(id, [code(40), code(41)], ORIGIN)).success).toBe(true);
    clock.advance(300);
    expect(await tries(backend, id, [code(0), code(41)])).toEqual([false, true]);
    expect((await backend.resync(id, [code(0), code(1)], ORIGIN)).success).toBe(false);
    clock.advance(3000);
    expect((await backend.resync(id, [code(0), code(1)], ORIGIN)).success).toBe(true);
  });

  it('resynchronises neither a locked device, nor one that has no counter', async () => {
    const { backend } = await set();
    const id = await enrol(backend, 'TOTP');
    await backend.transition(id, 'lock', ORIGIN);
    await expect(backend.resync(id, ['000000', '000000'], ORIGIN)).rejects.toMatchObject({ code: 'status-forbids' });
    const pin = await backend.create({ type: 'PIN', user: 'ada', pin: Secret.ofText('12345678') }, ORIGIN);
    await expect(backend.resync(pin.device.id, ['1', '2'], ORIGIN)).rejects.toMatchObject({ code: 'status-forbids' });
  });
});
