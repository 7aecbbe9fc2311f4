import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import type { WholeBackend } from '../../src/ports/backend.ts';
import { IMPLEMENTATIONS, ORIGIN } from '../support/backends.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';

/** Others keep no users here. */
const PLACES = IMPLEMENTATIONS.filter(({ name }) => ['local', 'otpctl'].includes(name));

const PIN = () => Secret.ofText('8675309123');
const device = (user: string) => ({ type: 'EMAIL', user, email: 'a@example.com' }) as const;

async function idsOf(backend: WholeBackend, user: string): Promise<string[]> {
  const pages = await Array.fromAsync(backend.list({ user }, {}));
  return pages.flat().map(({ id }) => id);
}

describe.each(PLACES)('users of $name', ({ open }) => {
  it('have an id, whether they are active, groups and attributes, and keep what a change leaves out', async () => {
    const clock = fixedClock();
    const { users } = await open({ clock });
    const times = { created: NEW_YEAR, modified: NEW_YEAR };
    expect(await users.set([{ name: 'Ada' }, { name: 'bob', groups: ['vpn', 'VPN'] }], ORIGIN)).toEqual([
      { ...{ id: '1', name: 'Ada', active: true, attributes: {}, groups: [] }, ...times },
      { ...{ id: '2', name: 'bob', active: true, attributes: {}, groups: ['vpn'] }, ...times },
    ]);
    clock.advance(5);
    const after = { created: NEW_YEAR, modified: NEW_YEAR + 5 };
    const all = { active: false, attributes: { city: 'Rom' }, groups: ['a', 'ü, "b"'] };
    expect(await users.set([{ name: 'ADA', ...all }], ORIGIN)).toEqual([{ id: '1', name: 'Ada', ...all, ...after }]);
    clock.advance(5);
    expect(await users.set([{ name: 'ada', attributes: {} }], ORIGIN)).toMatchObject([{ ...all, ...after }]);
    expect(await users.find('ada')).toEqual({ id: '1', name: 'Ada', ...all, ...after });
    expect(await users.set([{ name: 'ada', groups: [], attributes: { city: null } }], ORIGIN)).toMatchObject([
      { active: false, attributes: {}, groups: [], modified: NEW_YEAR + 10 },
    ]);
    expect((await Array.fromAsync(users.list())).flat().map(({ name }) => name)).toEqual(['Ada', 'bob']);
  });

  it('are set all together or not at all', async () => {
    const { users } = await open({});
    for (const wrong of [{ groups: ['a;b'] }, { groups: [' '] }, { attributes: { PIN: '1' } }]) {
      const patches = [{ name: 'ada' }, { name: 'bob', ...wrong }];
      await expect(users.set(patches, ORIGIN)).rejects.toMatchObject({ code: 'invalid-value' });
    }
    expect((await Array.fromAsync(users.list())).flat()).toEqual([]);
  });

  it('are known by a device, and inherit none of who had the name before', async () => {
    const clock = fixedClock();
    const backend = await open({ clock });
    const { users } = backend;
    const old = (await backend.create(device('Ada'), ORIGIN)).device;
    clock.advance(5);
    await backend.transition(old.id, 'enable', ORIGIN);
    expect(await users.find('ada')).toMatchObject({ id: '1', name: 'Ada', enrolledSince: NEW_YEAR + 5 });
    await users.remove('ADA', ORIGIN);
    expect(await users.find('ada')).toBeUndefined();
    expect(await idsOf(backend, 'ada')).toEqual([old.id]);
    const [ada] = await users.set([{ name: 'ada' }], ORIGIN);
    expect(ada).toMatchObject({ id: '2', name: 'ada' });
    expect(ada).not.toHaveProperty('enrolledSince');
    expect(await idsOf(backend, 'ada')).toEqual([]);
    expect(await backend.count({ user: 'ada' })).toBe(0);
    const next = (await backend.create(device('ada'), ORIGIN)).device;
    expect(await idsOf(backend, 'ada')).toEqual([next.id]);
    expect(await backend.count({ user: 'ada', statuses: ['V'] })).toBe(0);
    await expect(users.remove('nobody', ORIGIN)).rejects.toMatchObject({ code: 'user-not-found' });
  });

  it('are challenged for a device of their own', async () => {
    const backend = await open({});
    const pin = async (user: string) => (await backend.create({ type: 'PIN', user, pin: PIN() }, ORIGIN)).device;
    const old = await pin('ada');
    await backend.challenge(old.id, {}, ORIGIN);
    expect(await backend.challenged('ada')).toMatchObject({ id: old.id });
    await backend.users.remove('ada', ORIGIN);
    const next = await pin('ada');
    expect(await backend.challenged('ada')).toBeUndefined();
    await backend.challenge(next.id, {}, ORIGIN);
    expect(await backend.challenged('ada')).toMatchObject({ id: next.id });
  });
});
