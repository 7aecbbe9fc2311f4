import { describe, expect, it } from 'vitest';
import { DEVICE_STATUSES, type Device, type DeviceStatus } from '../../src/domain/device/device.ts';
import { TRANSITIONS, type Transition } from '../../src/domain/device/lifecycle.ts';
import type { Selection } from '../../src/domain/device/selection.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Backend } from '../../src/ports/backend.ts';
import { IMPLEMENTATIONS, ORIGIN } from '../support/backends.ts';
import { countedRandom, fixedClock, NEW_YEAR } from '../support/fixed.ts';

const KEY = new Secret(Buffer.from('12345678901234567890'));

async function collect(backend: Backend, selection: Selection, page = {}): Promise<Device[]> {
  const devices: Device[] = [];
  for await (const some of backend.list(selection, page)) devices.push(...some);
  return devices;
}

describe.each(IMPLEMENTATIONS)('devices, at the $name backend', ({ open }) => {
  const set = async () => {
    const clock = fixedClock();
    return { clock, backend: await open({ clock, random: countedRandom() }) };
  };

  it('get the automatic names of their types, TOTP and HOTP from one counter', async () => {
    const { backend } = await set();
    const requests = [
      { type: 'TOTP', user: 'ada' },
      { type: 'HOTP', user: 'ada' },
      { type: 'EMAIL', user: 'ada', email: 'dilbert@soffid.com' },
      { type: 'SMS', user: 'ada', phone: '666555444' },
      { type: 'PIN', user: 'ada', pin: Secret.ofText('12345678') },
      { type: 'TOTP', user: 'bob' },
    ] as const;
    for (const request of requests) await backend.create(request, ORIGIN);
    expect((await collect(backend, {})).map(({ name }) => name)).toEqual([
      'TOTP00000001',
      'HOTP00000002',
      'Email message to di*****@so****.co*',
      'SMS message to 66*****44',
      'Security number',
      'TOTP00000003',
    ]);
  });

  it('are created, with fails 0, and never used', async () => {
    const { backend } = await set();
    const { device, otpauthUri } = await backend.create({ type: 'TOTP', user: ' Ada ' }, ORIGIN);
    const { id } = device;
    const shown = { id, name: 'TOTP00000001', type: 'TOTP', user: 'Ada', status: 'C', created: NEW_YEAR, fails: 0 };
    expect(device).toEqual(shown);
    const uri = new URL(otpauthUri?.exposeText() ?? '');
    expect(uri.searchParams.get('secret')).toMatch(/^[A-Z2-7]{32}$/);
    expect(await backend.find(id)).toEqual({
      ...shown,
      digits: 6,
      algorithm: 'SHA1',
      period: 30,
      acceptedForSeconds: 90,
    });
  });

  it.each([
    ['SHA1', 20],
    ['SHA256', 32],
    ['SHA512', 64],
  ] as const)('with %s get a secret of %i bytes', async (algorithm, bytes) => {
    const { backend } = await set();
    const { otpauthUri } = await backend.create({ type: 'TOTP', user: 'ada', algorithm }, ORIGIN);
    const secret = new URL(otpauthUri?.exposeText() ?? '').searchParams.get('secret') ?? '';
    expect(Math.floor((secret.length * 5) / 8)).toBe(bytes);
  });

  it('keep the spelling of a user who was there first', async () => {
    const { backend } = await set();
    for (const user of ['Ada', 'ADA ', '\uff41da']) await backend.create({ type: 'TOTP', user }, ORIGIN);
    expect(await collect(backend, { user: 'aDa' })).toMatchObject([{ user: 'Ada' }, { user: 'Ada' }, { user: 'Ada' }]);
  });

  it.each([
    [{ type: 'EMAIL' }, 'needs an e-mail address'],
    [{ type: 'EMAIL', email: 'x' }, 'not one e-mail address'],
    [{ type: 'SMS' }, 'needs a phone number'],
    [{ type: 'PIN' }, 'needs a PIN'],
    [{ type: 'PIN', pin: Secret.ofText('1234567') }, 'at least 8'],
    [{ type: 'PIN', pin: Secret.ofText('1234567a') }, 'digits 0 to 9'],
    [{ type: 'TOTP', digits: 40 }, '6, 7 or 8'],
    [{ type: 'TOTP', digits: 5 }, '6, 7 or 8'],
    [{ type: 'TOTP', period: 0 }, '15 to 300'],
    [{ type: 'TOTP', period: 301 }, '15 to 300'],
    [{ type: 'TOTP', issuer: 'a:b' }, 'colon'],
    [{ type: 'TOTP', user: 'a:b' }, 'colon'],
    [{ type: 'TOTP', counter: 1n }, 'has no counter'],
    [{ type: 'HOTP', period: 30 }, 'has no period'],
    [{ type: 'HOTP', counter: 2n ** 63n }, 'may be 0 to'],
    [{ type: 'TOTP', email: 'a@b.c' }, 'has no e-mail'],
    [{ type: 'TOTP', user: '  ' }, 'user name is empty'],
  ] as const)('refuse %o, and leave nothing', async (request, message) => {
    const { backend } = await set();
    const created = backend.create({ user: 'ada', ...request }, ORIGIN);
    await expect(created).rejects.toMatchObject({ code: 'invalid-value', message: expect.stringContaining(message) });
    expect(await backend.count({})).toBe(0);
  });

  describe('change their status', () => {
    const expected: Record<Transition, Record<DeviceStatus, DeviceStatus | 'refused'>> = {
      enable: { C: 'V', V: 'V', L: 'V', D: 'V' },
      disable: { C: 'D', V: 'D', L: 'D', D: 'D' },
      lock: { C: 'L', V: 'L', L: 'L', D: 'refused' },
      unlock: { C: 'C', V: 'V', L: 'C', D: 'refused' },
    };
    const reach: Record<DeviceStatus, readonly Transition[]> = { C: [], V: ['enable'], L: ['lock'], D: ['disable'] };
    const cases = TRANSITIONS.flatMap((to) =>
      DEVICE_STATUSES.map((from) => ({ to, from, becomes: expected[to][from] })),
    );

    it.each(cases)('$to takes $from to $becomes', async ({ to, from, becomes }) => {
      const { backend } = await set();
      const { device } = await backend.create({ type: 'TOTP', user: 'ada', secret: KEY }, ORIGIN);
      for (const step of reach[from]) await backend.transition(device.id, step, ORIGIN);
      const entries = async () => (await Array.fromAsync(backend.audit.list({}))).flat().length;
      const before = await entries();
      const changed = backend.transition(device.id, to, ORIGIN);
      if (becomes === 'refused') await expect(changed).rejects.toMatchObject({ code: 'status-forbids' });
      else expect((await changed).status).toBe(becomes);
      expect(await entries()).toBe(before + (becomes === 'refused' || becomes === from ? 0 : 1));
    });

    it('and return from a lock to what they were', async () => {
      const { backend } = await set();
      const { device } = await backend.create({ type: 'TOTP', user: 'ada', secret: KEY }, ORIGIN);
      for (const step of ['enable', 'lock'] as const) await backend.transition(device.id, step, ORIGIN);
      expect(await backend.transition(device.id, 'unlock', ORIGIN)).toMatchObject({ status: 'V' });
    });

    it('and lose their fails by enabling and unlocking, not by locking and disabling', async () => {
      const { backend } = await set();
      const { id } = (await backend.create({ type: 'TOTP', user: 'ada', secret: KEY }, ORIGIN)).device;
      await backend.verify(id, '000000', ORIGIN);
      expect(await backend.transition(id, 'lock', ORIGIN)).toMatchObject({ fails: 1 });
      expect(await backend.transition(id, 'unlock', ORIGIN)).toMatchObject({ fails: 0 });
      await backend.verify(id, '000000', ORIGIN);
      expect(await backend.transition(id, 'disable', ORIGIN)).toMatchObject({ fails: 1 });
      expect(await backend.transition(id, 'enable', ORIGIN)).toMatchObject({ fails: 0 });
    });
  });

  it('are found by user, name, type and status, all of them at once', async () => {
    const { backend } = await set();
    for (const user of ['ada', 'bob']) {
      await backend.create({ type: 'TOTP', user }, ORIGIN);
      await backend.create({ type: 'EMAIL', user, email: `${user}@example.com` }, ORIGIN);
    }
    await backend.transition('1', 'disable', ORIGIN);
    const ids = async (selection: Selection) => (await collect(backend, selection)).map(({ id }) => id);
    expect(await ids({})).toEqual(['1', '2', '3', '4']);
    expect(await ids({ user: 'ADA' })).toEqual(['1', '2']);
    expect(await ids({ types: ['EMAIL'] })).toEqual(['2', '4']);
    expect(await ids({ types: ['EMAIL', 'TOTP'], statuses: ['C'] })).toEqual(['2', '3', '4']);
    expect(await ids({ user: 'ada', types: ['TOTP'], statuses: ['D'] })).toEqual(['1']);
    expect(await ids({ name: 'TOTP00000002' })).toEqual(['3']);
    expect(await ids({ name: 'totp00000002' })).toEqual([]);
    expect(await backend.count({ user: 'bob' })).toBe(2);
  });

  it('are sorted by any attribute, missing values last when ascending, ties by id', async () => {
    const { backend } = await set();
    for (const user of ['b', 'a', 'B']) await backend.create({ type: 'SMS', user, phone: '666555444' }, ORIGIN);
    await backend.create({ type: 'EMAIL', user: 'c', email: 'c@example.com' }, ORIGIN);
    const ids = async (page: object) => (await collect(backend, {}, page)).map(({ id }) => id);
    expect(await ids({ sortBy: 'user' })).toEqual(['2', '1', '3', '4']);
    expect(await ids({ sortBy: 'user', descending: true })).toEqual(['4', '1', '3', '2']);
    expect(await ids({ sortBy: 'email' })).toEqual(['4', '1', '2', '3']);
    expect(await ids({ sortBy: 'email', descending: true })).toEqual(['1', '2', '3', '4']);
    expect(await ids({ descending: true, limit: 2 })).toEqual(['4', '3']);
    expect(await ids({ limit: 0 })).toEqual([]);
    for (let at = 5; at <= 12; at++) await backend.create({ type: 'TOTP', user: 'z' }, ORIGIN);
    expect((await ids({})).at(-1)).toBe('12');
    expect(await ids({ sortBy: 'type', limit: 3 })).toEqual(['4', '1', '2']);
    expect((await ids({ sortBy: 'user' })).slice(-9)).toEqual(['4', '5', '6', '7', '8', '9', '10', '11', '12']);
  });

  it('take a new address, and with it a new name', async () => {
    const { backend } = await set();
    const { id } = (await backend.create({ type: 'EMAIL', user: 'ada', email: 'ada@example.com' }, ORIGIN)).device;
    expect(await backend.update(id, { email: 'lovelace@example.org' }, ORIGIN)).toMatchObject({
      email: 'lovelace@example.org',
      name: 'Email message to lo******@ex*****.or*',
    });
    await expect(backend.update(id, { phone: '666555444' }, ORIGIN)).rejects.toMatchObject({ code: 'invalid-value' });
    await expect(backend.update(id, { email: 'x' }, ORIGIN)).rejects.toMatchObject({ code: 'invalid-value' });
  });

  it('are gone when they are deleted, and their ids are not given again', async () => {
    const { backend } = await set();
    const first = (await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN)).device.id;
    await backend.remove(first, ORIGIN);
    expect(await backend.find(first)).toBeUndefined();
    await expect(backend.remove(first, ORIGIN)).rejects.toMatchObject({ code: 'device-not-found' });
    const { device } = await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    expect(device.id).not.toBe(first);
    expect(device.name).toBe('TOTP00000002');
  });

  it.each(['0', '-1', '99', '1.0', 'x', '', '9'.repeat(40), "1' OR 1=1"])(
    'are not there under the id %j',
    async (id) => {
      const { backend } = await set();
      await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
      expect(await backend.find(id)).toBeUndefined();
      await expect(backend.verify(id, '000000', ORIGIN)).rejects.toMatchObject({ code: 'device-not-found' });
      await expect(backend.transition(id, 'enable', ORIGIN)).rejects.toMatchObject({ code: 'device-not-found' });
    },
  );
});

// Soffid's service shows no audit log.
describe.each(IMPLEMENTATIONS.filter(({ name }) => name !== 'Soffid'))('the log, at the $name backend', ({ open }) => {
  it('tells the latest time in its newest entries', async () => {
    const clock = fixedClock();
    const backend = await open({ clock, random: countedRandom() });
    for (const time of [NEW_YEAR, NEW_YEAR + 60, NEW_YEAR - 60]) {
      clock.set(time);
      await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    }
    expect(await backend.audit.latestTime(2)).toBe(NEW_YEAR + 60);
    expect(await backend.audit.latestTime(1)).toBe(NEW_YEAR - 60);
  });
});
