import { describe, expect, it } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { IMPLEMENTATIONS, ORIGIN } from '../support/backends.ts';
import { countedRandom, fixedClock } from '../support/fixed.ts';

const KEY = new Secret(Buffer.from('12345678901234567890'));
const code = (counter: bigint) => hotp(KEY, counter, { algorithm: 'SHA1', digits: 6 });
/** Others keep no users here. */
const PLACES = IMPLEMENTATIONS.filter(({ name }) => ['local', 'otpctl'].includes(name));

const enrol = async (backend: ServableBackend, user = 'ada') =>
  (await backend.create({ type: 'HOTP', user, secret: KEY }, ORIGIN)).device.id;

/** A user with so many enabled devices, and one that is created. */
async function withEnabled(open: (typeof PLACES)[number]['open'], count: number) {
  const backend = await open({ clock: fixedClock(), random: countedRandom() });
  const ids: string[] = [];
  for (let made = 0; made < count; made++) {
    ids.push(await enrol(backend));
    await backend.transition(ids.at(-1) as string, 'enable', ORIGIN);
  }
  return { backend, ids, created: await enrol(backend) };
}

async function results(backend: ServableBackend, device: string): Promise<string[]> {
  const pages = await Array.fromAsync(backend.audit.list({ device }));
  return pages.flat().map(({ action, result }) => `${action} ${result}`);
}

describe.each(PLACES)('a device of whom it may not answer for, at $name', ({ open }) => {
  const set = async () => {
    const backend = await open({ clock: fixedClock(), random: countedRandom() });
    const id = await enrol(backend);
    await backend.verify(id, code(0n), ORIGIN);
    await backend.verify(id, '000000', ORIGIN);
    return { backend, id };
  };
  const no = (id: string) => ({ id, success: false, locked: false, status: 'V', fails: 1 });

  it('who is inactive: no code is looked at, charged or spent, and none is asked for', async () => {
    const { backend, id } = await set();
    await backend.users.set([{ name: 'ada', active: false }], ORIGIN);
    for (const each of [code(1n), '000000', 'x']) expect(await backend.verify(id, each, ORIGIN)).toEqual(no(id));
    expect(await results(backend, id)).toEqual([
      ...['device.create ok', 'device.verify accepted', 'device.verify rejected: wrong code'],
      ...Array.from({ length: 3 }, () => 'device.verify rejected: user inactive'),
    ]);
    const refused = { code: 'status-forbids', message: expect.stringContaining('"ada" is not active') };
    await expect(backend.resync(id, [code(3n), code(4n)], ORIGIN)).rejects.toMatchObject(refused);
    await expect(backend.challenge(id, {}, ORIGIN)).rejects.toMatchObject(refused);
    expect(await backend.find(id)).toMatchObject({ userState: 'inactive', status: 'V', fails: 1 });
    await backend.users.set([{ name: 'ada', active: true }], ORIGIN);
    expect(await backend.find(id)).not.toHaveProperty('userState');
    expect(await backend.verify(id, code(1n), ORIGIN)).toMatchObject({ success: true, fails: 0 });
  });

  it('who was removed: also when somebody has the name again', async () => {
    const { backend, id } = await set();
    await backend.users.remove('ada', ORIGIN);
    expect(await backend.verify(id, code(1n), ORIGIN)).toEqual(no(id));
    await backend.users.set([{ name: 'ada' }], ORIGIN);
    expect(await backend.verify(id, code(1n), ORIGIN)).toEqual(no(id));
    expect((await results(backend, id)).slice(-2)).toEqual([
      'device.verify rejected: user removed',
      'device.verify rejected: user removed',
    ]);
    const refused = { code: 'status-forbids', message: expect.stringContaining('was removed') };
    await expect(backend.resync(id, [code(3n), code(4n)], ORIGIN)).rejects.toMatchObject(refused);
    await expect(backend.challenge(id, {}, ORIGIN)).rejects.toMatchObject(refused);
    expect(await backend.find(id)).toMatchObject({ userState: 'removed' });
    const next = await enrol(backend);
    expect(await backend.verify(next, code(0n), ORIGIN)).toMatchObject({ success: true });
  });

  it('is locked or disabled before anything else', async () => {
    const { backend, id } = await set();
    await backend.transition(id, 'disable', ORIGIN);
    await backend.users.set([{ name: 'ada', active: false }], ORIGIN);
    expect(await backend.verify(id, code(1n), ORIGIN)).toMatchObject({ success: false, status: 'D' });
    expect((await results(backend, id)).at(-1)).toBe('device.verify rejected: device disabled');
  });
});

describe.each(PLACES)('the eleventh enabled device, at $name', ({ open }) => {
  const tooMany = (most: number, has: number) => ({
    code: 'too-many-devices',
    message: expect.stringContaining(`user "ada" may have ${most} enabled devices, and has ${has}`),
  });

  it('is refused in every way that there is, and a code is not looked at', async () => {
    const { backend, ids, created } = await withEnabled(open, 10);
    for (const each of [code(0n), '000000']) {
      await expect(backend.verify(created, each, ORIGIN)).rejects.toMatchObject(tooMany(10, 10));
    }
    await expect(backend.resync(created, [code(3n), code(4n)], ORIGIN)).rejects.toMatchObject(tooMany(10, 10));
    await expect(backend.transition(created, 'enable', ORIGIN)).rejects.toMatchObject(tooMany(10, 10));
    await expect(backend.setStatus(created, 'V', ORIGIN)).rejects.toMatchObject(tooMany(10, 10));
    expect(await backend.find(created)).toMatchObject({ status: 'C', fails: 0 });
    expect(await results(backend, created)).toEqual([
      'device.create ok',
      'device.verify rejected: too many enabled devices',
      'device.verify rejected: too many enabled devices',
      'device.resync rejected: too many enabled devices',
    ]);
    // One that was enabled and is locked is none of the ten.
    const [first = '', second = ''] = ids;
    await backend.transition(first, 'lock', ORIGIN);
    expect(await backend.verify(created, code(0n), ORIGIN)).toMatchObject({ success: true, status: 'V' });
    await expect(backend.transition(first, 'unlock', ORIGIN)).rejects.toMatchObject(tooMany(10, 10));
    await backend.transition(second, 'disable', ORIGIN);
    expect(await backend.transition(first, 'unlock', ORIGIN)).toMatchObject({ status: 'V' });
    await expect(backend.transition(second, 'enable', ORIGIN)).rejects.toMatchObject(tooMany(10, 10));
    // Those that are enabled go on.
    expect(await backend.verify(first, code(0n), ORIGIN)).toMatchObject({ success: true });
    expect(await backend.transition(first, 'enable', ORIGIN)).toMatchObject({ status: 'V' });
  });

  it('is another one by another setting; who has more keeps them', async () => {
    const { backend, ids, created } = await withEnabled(open, 3);
    await backend.settings.change({ 'users.maxDevices': 2 }, ORIGIN);
    await expect(backend.verify(created, code(0n), ORIGIN)).rejects.toMatchObject(tooMany(2, 3));
    for (const id of ids) expect(await backend.verify(id, code(0n), ORIGIN)).toMatchObject({ success: true });
    await backend.settings.change({ 'users.maxDevices': 4 }, ORIGIN);
    expect(await backend.verify(created, code(0n), ORIGIN)).toMatchObject({ success: true });
    for (const wrong of [0, 101, 1.5, 'x']) {
      const change = backend.settings.change({ 'users.maxDevices': wrong }, ORIGIN);
      await expect(change).rejects.toMatchObject({ code: 'invalid-value' });
    }
  });

  it('is somebody else’s where the name is', async () => {
    const { backend } = await withEnabled(open, 10);
    await backend.users.remove('ada', ORIGIN);
    const next = await enrol(backend, 'ADA');
    expect(await backend.verify(next, code(0n), ORIGIN)).toMatchObject({ success: true });
  });
});
