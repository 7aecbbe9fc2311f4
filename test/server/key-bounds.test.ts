import { describe, expect, it } from 'vitest';
import type { Grant } from '../../src/domain/api-key/role.ts';
import { ORIGIN } from '../support/backends.ts';
import { NEW_YEAR } from '../support/fixed.ts';
import { testServer } from '../support/server.ts';

const KEYS = '/otpctl/v1/apikeys';
const HOUR = 3600;
const DAY = 24 * HOUR;

/** A server, and a key `short` that ends in an hour. */
async function server(roles: readonly Grant[] = ['manage']) {
  const made = await testServer();
  const { apiKeys } = made.backend;
  const add = async (name: string, wanted: readonly Grant[], life?: number) =>
    (
      await apiKeys.create(
        { name, roles: wanted, ...(life !== undefined && { expires: made.clock.now() + life }) },
        ORIGIN,
      )
    ).key.exposeText();
  const short = await add('short', roles, HOUR);
  const endOf = async (name: string) =>
    (await apiKeys.list()).find((each) => each.name === name && !each.rotated)?.expires;
  return { ...made, add, short, endOf };
}

const LONGER = { code: 'forbidden', message: 'the API key ends at 2022-01-01T01:00:00Z, and gives none a longer life' };

describe('a key that ends', () => {
  it.each([[undefined], ['61min'], ['1y']])('makes none that lives longer: %s', async (expires) => {
    const { send, short, endOf } = await server();
    const answer = await send('POST', KEYS, short, { name: 'x', roles: ['query'], ...(expires && { expires }) });
    expect(answer).toMatchObject({ status: 403, body: { error: LONGER } });
    expect(await endOf('x')).toBeUndefined();
  });

  it('makes one that lives as long, and what that makes lives no longer either', async () => {
    const { send, short, clock, endOf } = await server();
    const made = await send('POST', KEYS, short, { name: 'x', roles: ['manage'], expires: '60min' });
    expect(made).toMatchObject({ status: 201, body: { expires: '2022-01-01T01:00:00Z' } });
    clock.advance(1800);
    const key = String(made.body['key']);
    expect((await send('POST', KEYS, key, { name: 'y', roles: ['query'], expires: '31min' })).status).toBe(403);
    expect((await send('POST', KEYS, key, { name: 'y', roles: ['query'], expires: '30min' })).status).toBe(201);
    expect(await endOf('y')).toBe(NEW_YEAR + HOUR);
  });

  it.each([[undefined], [30 * DAY], [HOUR + 1]])('renews none that would outlive it: of a life of %s', async (life) => {
    const { send, short, add, endOf } = await server();
    const other = await add('other', ['manage'], life);
    const before = await endOf('other');
    for (const body of [{}, { overlap: '1min' }, { overlap: '1y' }])
      expect(await send('POST', `${KEYS}/other/rotate`, short, body)).toMatchObject({
        status: 403,
        body: { error: LONGER },
      });
    expect(await endOf('other')).toBe(before);
    expect((await send('GET', '/otpctl/v1/whoami', other)).status).toBe(200);
  });

  it('renews one whose successor ends before it', async () => {
    const { send, short, add, endOf } = await server();
    await add('other', ['query'], 600);
    expect((await send('POST', `${KEYS}/other/rotate`, short, { overlap: '1y' })).status).toBe(200);
    expect(await endOf('other')).toBe(NEW_YEAR + 600);
  });

  it('that renews itself gets another text, and no longer life', async () => {
    const { send, short, clock, endOf } = await server();
    clock.advance(1800);
    const answer = await send('POST', `${KEYS}/short/rotate`, short, { overlap: '1y' });
    expect(answer).toMatchObject({ status: 200, body: { expires: '2022-01-01T01:00:00Z' } });
    expect(await endOf('short')).toBe(NEW_YEAR + HOUR);
    // One that was replaced is not the one that is replaced now.
    expect((await send('POST', `${KEYS}/short/rotate`, short, {})).status).toBe(200);
    clock.advance(1800);
    for (const key of [short, String(answer.body['key'])])
      expect((await send('GET', '/otpctl/v1/whoami', key)).status).toBe(401);
  });

  it('that was replaced, and is good for a while, renews nothing beyond that while', async () => {
    const { send, add, backend, clock } = await server();
    const old = await add('long', ['manage']);
    await backend.apiKeys.rotate('long', clock.now() + HOUR, ORIGIN);
    expect((await send('POST', `${KEYS}/long/rotate`, old, {})).body).toMatchObject({ error: LONGER });
    expect((await send('POST', KEYS, old, { name: 'x', roles: ['query'] })).body).toMatchObject({ error: LONGER });
  });

  it('may revoke what lives longer, if that may do no more: it gets nothing by it', async () => {
    const { send, short, add } = await server();
    await add('other', ['query']);
    await add('boss', ['super']);
    expect((await send('DELETE', `${KEYS}/other`, short)).status).toBe(204);
    expect((await send('DELETE', `${KEYS}/boss`, short)).status).toBe(403);
  });

  it('is bound by no end when it is given by hand', async () => {
    const { backend, endOf } = await server();
    await backend.apiKeys.rotate('short', 0, ORIGIN);
    expect(await endOf('short')).toBe(NEW_YEAR + HOUR);
  });
});

describe('a key without an end', () => {
  it('makes and renews keys with and without one', async () => {
    const { send, add, endOf } = await server();
    const boss = await add('boss', ['super']);
    expect((await send('POST', KEYS, boss, { name: 'x', roles: ['super'] })).status).toBe(201);
    expect((await send('POST', KEYS, boss, { name: 'y', roles: ['audit'], expires: '1y' })).status).toBe(201);
    for (const name of ['short', 'x', 'y', 'boss']) {
      const own = name === 'boss' ? boss : await add(`${name}2`, ['super']);
      expect((await send('POST', `${KEYS}/${name}/rotate`, own, {})).status).toBe(200);
    }
    expect(await endOf('boss')).toBeUndefined();
  });

  it('gives no role that it lacks, whatever they are called, and touches no key that has one', async () => {
    const { send, add } = await server();
    const manager = await add('manager', ['manage']);
    const both = await add('both', ['query', 'audit']);
    for (const roles of [['audit'], ['super'], ['query', 'audit']])
      expect((await send('POST', KEYS, manager, { name: 'x', roles })).status).toBe(403);
    expect((await send('POST', KEYS, manager, { name: 'x', roles: ['helpdesk', 'manage'] })).status).toBe(201);
    expect((await send('POST', `${KEYS}/both/rotate`, manager, {})).status).toBe(403);
    expect((await send('DELETE', `${KEYS}/both`, manager)).status).toBe(403);
    expect((await send('POST', KEYS, both, { name: 'y', roles: ['query'] })).status).toBe(403);
  });

  it('that is revoked while its request is under way gives nothing any more', async () => {
    const { backend, add, clock } = await server();
    await add('gone', ['super']);
    const by = (await backend.apiKeys.list()).find(({ name }) => name === 'gone');
    await backend.apiKeys.revoke('gone', ORIGIN);
    const wanted = { name: 'x', roles: ['query'] } as const;
    await expect(backend.apiKeys.create(wanted, ORIGIN, by)).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(backend.apiKeys.rotate('short', clock.now(), ORIGIN, by)).rejects.toMatchObject({
      code: 'not-allowed',
    });
    await expect(backend.apiKeys.revoke('short', ORIGIN, by)).rejects.toMatchObject({ code: 'not-allowed' });
  });
});
