import { describe, expect, it } from 'vitest';
import type { Credential } from '../../src/domain/api-key/api-key.ts';
import { Secret } from '../../src/domain/secret.ts';
import { IMPLEMENTATIONS, ORIGIN } from '../support/backends.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';

const shown = (password: string, user?: string): Credential => ({
  password: Secret.ofText(password),
  ...(user !== undefined && { user }),
});

// Only who has the keys can judge them.
describe.each(IMPLEMENTATIONS.slice(0, 1))('API keys of $name', ({ open }) => {
  it('are taken whole, or in their secret part by id or name', async () => {
    const { apiKeys } = await open({});
    const { id, key } = await apiKeys.create({ name: 'Portal', roles: ['query'] }, ORIGIN);
    const text = key.exposeText();
    const secret = text.slice(-48);
    for (const good of [
      shown(text),
      shown(text, id),
      shown(text, 'portal'),
      shown(secret, id),
      shown(secret, 'PORTAL'),
    ])
      expect(await apiKeys.authenticate(good)).toMatchObject({ id, name: 'Portal', roles: ['query'] });
    const wrong = `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
    for (const bad of [
      shown(wrong),
      shown(secret),
      shown(text, 'other'),
      shown(secret, 'other'),
      shown(wrong.slice(-48), id),
      shown(''),
      shown('', id),
      shown(text.replace(id, '000000000000')),
      shown(`${text} `),
      shown(text.toUpperCase()),
    ])
      expect(await apiKeys.authenticate(bad)).toBeUndefined();
  });

  it('end when they expire, and a rotated one when its overlap does', async () => {
    const clock = fixedClock();
    const { apiKeys } = await open({ clock });
    const old = await apiKeys.create({ name: 'portal', roles: ['query'], expires: NEW_YEAR + 100 }, ORIGIN);
    const now = await apiKeys.rotate('portal', NEW_YEAR + 10, ORIGIN);
    expect(now).toMatchObject({ name: 'portal', roles: ['query'], expires: NEW_YEAR + 100 });
    const good = async (text: Secret, user?: string) =>
      (await apiKeys.authenticate(shown(text.exposeText(), user)))?.id;
    clock.set(NEW_YEAR + 9);
    expect([await good(old.key), await good(now.key)]).toEqual([old.id, now.id]);
    // Both answer to the name, each to its own secret.
    const secretOf = (key: Secret) => Secret.ofText(key.exposeText().slice(-48));
    expect([await good(secretOf(old.key), 'portal'), await good(secretOf(now.key), 'portal')]).toEqual([
      old.id,
      now.id,
    ]);
    clock.set(NEW_YEAR + 10);
    expect([await good(old.key), await good(now.key)]).toEqual([undefined, now.id]);
    clock.set(NEW_YEAR + 100);
    expect(await good(now.key)).toBeUndefined();
  });

  it('end at once when they are rotated without an overlap, or revoked', async () => {
    const { apiKeys } = await open({});
    const old = await apiKeys.create({ name: 'portal', roles: ['super'] }, ORIGIN);
    const next = await apiKeys.rotate('portal', 0, ORIGIN);
    expect(await apiKeys.authenticate({ password: old.key })).toBeUndefined();
    expect(await apiKeys.authenticate({ password: next.key })).toMatchObject({ id: next.id });
    await apiKeys.revoke('portal', ORIGIN);
    expect(await apiKeys.authenticate({ password: next.key })).toBeUndefined();
    await expect(apiKeys.revoke('portal', ORIGIN)).rejects.toMatchObject({ code: 'apikey-not-found' });
    await expect(apiKeys.rotate('portal', 0, ORIGIN)).rejects.toMatchObject({ code: 'apikey-not-found' });
  });
});
