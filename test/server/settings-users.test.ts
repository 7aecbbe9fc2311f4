import { describe, expect, it } from 'vitest';
import type { Origin } from '../../src/domain/audit/origin.ts';
import { OtpctlError } from '../../src/domain/errors.ts';
import type { SettingValue } from '../../src/domain/settings/setting-value.ts';
import { newUser, type User } from '../../src/domain/user.ts';
import type { SettingsAdmin } from '../../src/ports/settings-admin.ts';
import type { UserDirectory } from '../../src/ports/user-directory.ts';
import { testServer } from '../support/server.ts';

/** Settings in memory, and who changed them. */
function settingsInMemory(origins: Origin[]): SettingsAdmin {
  const values = new Map<string, SettingValue>([['totp.digits', 6]]);
  return {
    list: async () => [...values].map(([key, value]) => ({ key, value })),
    async change(wanted, origin, { dryRun = false } = {}) {
      const changes = Object.entries(wanted).map(([key, after]) => ({
        key,
        ...(values.has(key) && { before: values.get(key) as SettingValue }),
        ...(after !== null && { after }),
      }));
      if (!dryRun) {
        origins.push(origin);
        for (const [key, value] of Object.entries(wanted)) {
          if (value === null) values.delete(key);
          else values.set(key, value);
        }
      }
      return { changes, notices: [] };
    },
    async test(channel, _to, _origin, report) {
      report({ step: 'connect', detail: '127.0.0.1:2525' });
      if (channel === 'voice') throw new OtpctlError('delivery-failed', 'the provider answered 500');
    },
  };
}

function usersInMemory(): UserDirectory {
  const users = new Map<string, User>();
  return {
    async *list() {
      yield [...users.values()];
    },
    find: async (name) => users.get(name),
    async set(patches) {
      return patches.map(({ name, attributes = {}, ...more }) => {
        const kept = Object.entries(attributes).filter((pair): pair is [string, string] => pair[1] !== null);
        const times = { enrolledSince: 3, created: 1, modified: 2 };
        const user = { ...newUser(name), id: '7', ...times, attributes: Object.fromEntries(kept), ...more };
        users.set(name, user);
        return user;
      });
    },
    async remove(name) {
      users.delete(name);
    },
  };
}

async function serverWith() {
  const origins: Origin[] = [];
  const extra = { settings: settingsInMemory(origins), users: usersInMemory() };
  return { ...(await testServer({}, {}, (backend) => ({ ...backend, ...extra }))), origins };
}

describe('settings over HTTP', () => {
  it('are read with query, and changed with manage in the name of the key', async () => {
    const { key, send, origins } = await serverWith();
    const reader = await key('query');
    const manager = await key('manage');
    const change = { values: { 'totp.digits': 8, 'sms.from': null } };
    expect((await send('PATCH', '/otpctl/v1/settings', reader, change)).status).toBe(403);
    expect((await send('PATCH', '/otpctl/v1/settings', manager, { ...change, dryRun: true })).body).toEqual({
      changes: [{ key: 'totp.digits', before: 6, after: 8 }, { key: 'sms.from' }],
      notices: [],
    });
    expect((await send('GET', '/otpctl/v1/settings', reader)).body).toEqual({
      settings: [{ key: 'totp.digits', value: 6 }],
    });
    expect((await send('PATCH', '/otpctl/v1/settings', manager, change)).status).toBe(200);
    expect((await send('GET', '/otpctl/v1/settings', reader)).body).toEqual({
      settings: [{ key: 'totp.digits', value: 8 }],
    });
    expect(origins).toEqual([{ actor: 'key:key2', door: 'v1', peer: '127.0.0.1' }]);
    for (const wrong of [{}, { values: [] }, { values: { a: {} } }, { values: 'x' }, { values: {}, dryRun: 1 }])
      expect((await send('PATCH', '/otpctl/v1/settings', manager, wrong)).status).toBe(400);
  });

  it('are tested step by step, also when it fails on the way', async () => {
    const { key, send } = await serverWith();
    const manager = await key('manage');
    const steps = [{ step: 'connect', detail: '127.0.0.1:2525' }];
    const test = (channel: string) => send('POST', '/otpctl/v1/settings/test', manager, { channel, to: 'x' });
    expect(await test('email')).toMatchObject({ status: 200, body: { steps } });
    expect(await test('voice')).toMatchObject({
      status: 502,
      body: { error: { code: 'delivery-failed', message: 'the provider answered 500' }, steps },
    });
    expect((await test('pigeon')).status).toBe(400);
  });
});

describe('users over HTTP', () => {
  it('are set together, listed by line, shown and removed', async () => {
    const { key, send } = await serverWith();
    const reader = await key('query');
    const manager = await key('manage');
    const users = [
      { name: 'ada', attributes: { fullName: 'Ada Lovelace' } },
      { name: 'bob/é', attributes: { mail: 'bob@example.com' }, active: false, groups: ['vpn'] },
    ];
    const answered = users.map((user) => ({
      ...{ id: '7', active: true, groups: [], enrolledSince: '1970-01-01T00:00:03Z' },
      ...{ created: '1970-01-01T00:00:01Z', modified: '1970-01-01T00:00:02Z' },
      ...user,
    }));
    expect((await send('PATCH', '/otpctl/v1/users', reader, { users })).status).toBe(403);
    expect(await send('PATCH', '/otpctl/v1/users', manager, { users })).toMatchObject({
      status: 200,
      body: { users: answered },
    });
    const listed = await send('GET', '/otpctl/v1/users', reader);
    expect(listed.headers['content-type']).toBe('application/x-ndjson');
    expect(
      listed.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(answered);
    const path = `/otpctl/v1/users/${encodeURIComponent('bob/é')}`;
    expect((await send('GET', path, reader)).body).toEqual(answered[1]);
    expect((await send('DELETE', path, reader)).status).toBe(403);
    expect((await send('DELETE', path, manager)).status).toBe(204);
    expect((await send('GET', path, reader)).status).toBe(404);
    for (const wrong of [
      {},
      { users: [{}] },
      { users: [{ name: 'x' }] },
      { users: [{ name: 'x', attributes: { a: 1 } }] },
      { users: [{ name: 'x', active: 'true' }] },
      { users: [{ name: 'x', groups: 'vpn' }] },
      { users: [{ name: 'x', groups: ['a;b'] }] },
      { users: [{ name: 'x', groups: [1] }] },
      { users: [{ name: 'x', active: true, id: '3' }] },
    ])
      expect((await send('PATCH', '/otpctl/v1/users', manager, wrong)).status).toBe(400);
  });
});
