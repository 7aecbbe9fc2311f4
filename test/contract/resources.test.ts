import { describe, expect, it } from 'vitest';
import { versionOf } from '../../src/domain/device/device-version.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { IMPLEMENTATIONS, ORIGIN } from '../support/backends.ts';
import { countedRandom, fixedClock, NEW_YEAR } from '../support/fixed.ts';

const [local] = IMPLEMENTATIONS;

async function set() {
  const clock = fixedClock();
  const backend = (await local?.open({ clock, random: countedRandom() })) as ServableBackend;
  return { clock, backend, resources: backend.resources };
}

describe('devices as resources', () => {
  it('are created whole, in any status', async () => {
    const { backend, resources } = await set();
    const request = { type: 'TOTP', user: 'ada', status: 'L', externalId: 'x', email: 'a', phone: 'b' } as const;
    const { resource, otpauthUri } = await resources.create({ ...request, pin: Secret.ofText('1') }, ORIGIN);
    expect(resource).toMatchObject({ ...request, created: NEW_YEAR, modified: NEW_YEAR, fails: 0 });
    expect(otpauthUri?.exposeText()).toMatch(/^otpauth:/);
    expect(await resources.find(resource.id)).toEqual(resource);
    expect((await Array.fromAsync(resources.list({}, {}))).flat()).toEqual([resource]);
    expect((await Array.fromAsync(resources.list({}, { limit: 5 }))).flat()).toEqual([resource]);
    expect(await backend.find(resource.id)).toMatchObject({ externalId: 'x' });
  });

  it('change all at once or not at all', async () => {
    const { backend, resources } = await set();
    const { id } = (await resources.create({ type: 'EMAIL', user: 'ada', email: 'a@example.com' }, ORIGIN)).resource;
    const before = await resources.find(id);
    const wrong = { externalId: 'x', status: 'V', email: 'none' } as const;
    await expect(resources.put(id, wrong, ORIGIN)).rejects.toMatchObject({ code: 'invalid-value' });
    expect(await resources.find(id)).toEqual(before);
    const after = await resources.put(id, { ...wrong, email: 'b@example.com', phone: 'text' }, ORIGIN);
    expect(after).toMatchObject({ externalId: 'x', status: 'V', email: 'b@example.com', phone: 'text' });
    const actions = (await Array.fromAsync(backend.audit.list({})))
      .flat()
      .map(({ action, result }) => `${action} ${result}`);
    expect(actions.slice(-2)).toEqual([
      'device.update ok: email, phone, externalId',
      'device.enable ok: created to enabled',
    ]);
    expect(await backend.audit.verify()).toMatchObject({ intact: true });
  });

  it('keep their times, and their silence in the audit log, when nothing changes', async () => {
    const { clock, backend, resources } = await set();
    const { resource } = await resources.create({ type: 'TOTP', user: 'ada', email: 'a', externalId: 'x' }, ORIGIN);
    clock.advance(60);
    const same = { status: 'C', email: 'a', phone: null, externalId: 'x', pin: Secret.ofText('x') } as const;
    expect(await resources.put(resource.id, same, ORIGIN)).toEqual(resource);
    const entries = (await Array.fromAsync(backend.audit.list({ device: resource.id }))).flat();
    expect(entries.map(({ action }) => action)).toEqual(['device.create']);
  });

  it('change only as the version that is named', async () => {
    const { resources } = await set();
    const { resource } = await resources.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    const { id } = resource;
    const ifVersion = ['other', versionOf(resource)];
    const wrong = { ifVersion: ['other'] };
    await expect(resources.put(id, { status: 'D' }, ORIGIN, wrong)).rejects.toMatchObject({ code: 'version-mismatch' });
    await expect(resources.remove(id, ORIGIN, wrong)).rejects.toMatchObject({ code: 'version-mismatch' });
    await expect(resources.put(id, {}, ORIGIN, { ifVersion: [] })).rejects.toMatchObject({ code: 'version-mismatch' });
    await resources.put(id, { status: 'D' }, ORIGIN, { ifVersion });
    await expect(resources.remove(id, ORIGIN, { ifVersion })).rejects.toMatchObject({ code: 'version-mismatch' });
    await resources.remove(id, ORIGIN);
    await expect(resources.put(id, { status: 'D' }, ORIGIN)).rejects.toMatchObject({ code: 'device-not-found' });
  });

  it('return from a lock to what they were', async () => {
    const { backend, resources } = await set();
    for (const status of ['C', 'V'] as const) {
      const { id } = (await resources.create({ type: 'TOTP', user: 'ada', status }, ORIGIN)).resource;
      await resources.put(id, { status: 'L' }, ORIGIN);
      expect(await backend.transition(id, 'unlock', ORIGIN)).toMatchObject({ status });
    }
  });

  it('keep a free text when a command changes the address', async () => {
    const { backend, resources } = await set();
    const request = { type: 'SMS', user: 'ada', phone: '666555444', email: 'a text' } as const;
    const { id } = (await resources.create(request, ORIGIN)).resource;
    expect(await backend.update(id, { phone: '666555445' }, ORIGIN)).toMatchObject({
      email: 'a text',
      phone: '666555445',
    });
  });

  it('have a code on its way no more, once the address is another', async () => {
    const { backend, resources } = await set();
    const { id } = (await resources.create({ type: 'PIN', user: 'ada', pin: Secret.ofText('12345678') }, ORIGIN))
      .resource;
    const asked = async () => (await backend.challenged('ada')) !== undefined;
    await backend.challenge(id, {}, ORIGIN);
    await resources.put(id, { email: 'a text' }, ORIGIN);
    expect(await asked()).toBe(true);
    await resources.put(id, { pin: Secret.ofText('87654321') }, ORIGIN);
    expect(await asked()).toBe(false);
  });
});
