import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ListedEntry } from '../../src/domain/audit/entry-proof.ts';
import { parseProxies } from '../../src/server/network/proxies.ts';
import { registerScim } from '../../src/server/scim/register-scim.ts';
import { json, otpctl } from '../support/cli.ts';
import { contextOf } from '../support/open-context.ts';
import { servedStore } from '../support/served-store.ts';
import { type TestServer, testServer } from '../support/server.ts';

type Line = Record<string, unknown>;

/** A server with both of its doors, behind a proxy at 10.0.0.5. */
function behindProxy(): Promise<TestServer> {
  return testServer({
    trustProxy: parseProxies(['10.0.0.5']),
    mounts: [(app, context) => registerScim(app, { ...context, qrPng: () => new Uint8Array() })],
  });
}

async function entriesOf({ backend }: TestServer): Promise<readonly ListedEntry[]> {
  const entries: ListedEntry[] = [];
  for await (const page of backend.audit.list({})) entries.push(...page);
  return entries;
}

async function linesAt({ send }: TestServer, key: string, query: string): Promise<readonly Line[]> {
  const { status, text } = await send('GET', `/otpctl/v1/audit${query}`, key);
  expect({ status, text }).toMatchObject({ status: 200 });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

describe('an entry of what was asked of a server', () => {
  it('says by which door, from which address and for whom it came, and in which run', async () => {
    const server = await behindProxy();
    const authorization = `Bearer ${await server.key('super')}`;
    const schemas = ['urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice'];
    const ask = async (url: string, remoteAddress: string, body: object, headers: Record<string, string> = {}) => {
      const response = await server.app.inject({
        ...{ method: 'POST', url, remoteAddress, body },
        headers: { authorization, host: 'otp.example.com', ...headers },
      });
      expect({ url, status: response.statusCode, text: response.body }).toMatchObject({
        status: expect.toSatisfy((status: number) => status < 300),
      });
    };
    await ask('/otpctl/v1/devices', '192.0.2.9', { type: 'TOTP', user: 'ada' });
    await ask('/otpctl/v1/devices/1/lock', '10.0.0.5', {}, { 'x-forwarded-for': '198.51.100.7' });
    await ask('/otpctl/v1/devices/1/unlock', '10.0.0.5', {}, { 'otpctl-run': '0123456789abcdef' });
    // Nobody believes a client that is no proxy.
    await ask('/otpctl/v1/devices/1/lock', '192.0.2.9', {}, { 'x-forwarded-for': '198.51.100.7' });
    await ask('/scim/v2/OtpDevice', '::ffff:192.0.2.9', { schemas, type: 'TOTP', user: 'bob' });
    const [, , ...entries] = await entriesOf(server);
    expect(
      entries.map(({ action, actor, door, peer, client, run, user, type }) => [
        ...[action, actor, door, peer, client, run, user, type],
      ]),
    ).toEqual([
      ['device.create', 'key:key1', 'v1', '192.0.2.9', undefined, undefined, 'ada', 'TOTP'],
      ['device.lock', 'key:key1', 'v1', '10.0.0.5', '198.51.100.7', undefined, 'ada', 'TOTP'],
      ['device.unlock', 'key:key1', 'v1', '10.0.0.5', undefined, '0123456789abcdef', 'ada', 'TOTP'],
      ['device.lock', 'key:key1', 'v1', '192.0.2.9', undefined, undefined, 'ada', 'TOTP'],
      ['device.create', 'key:key1', 'scim', '192.0.2.9', undefined, undefined, 'bob', 'TOTP'],
    ]);
  });

  it('has the same fields in a list at the server as at its store', async () => {
    const served = await servedStore();
    const key = await served.key('super');
    expect((await served.send(key, 'POST', '/otpctl/v1/devices', { type: 'TOTP', user: 'ada' })).status).toBe(201);
    const home = served.store.replace(/\/store\.db$/, '');
    const remote = { home, environment: { OTPCTL_URL: served.url, OTPCTL_TOKEN: key } };
    const there = await json<Line[]>(['audit', 'list'], remote);
    expect(there).toEqual(await json<Line[]>(['audit', 'list', '--store', served.store], { home }));
    expect(there.at(-1)).toMatchObject({ door: 'v1', peer: '127.0.0.1', user: 'ada', deviceId: '1', type: 'TOTP' });
    const [first] = there;
    const since = ['audit', 'list', '--after', String(first?.['cursor'])];
    expect(await json<Line[]>(since, remote)).toEqual(there.slice(1));
    expect(await json<Line[]>([...since, '--limit', '1'], remote)).toEqual(there.slice(1, 2));
  });

  it('is exported through a server as at its store, also where texts of it were erased, and proven alike', async () => {
    const served = await servedStore();
    const key = await served.key('super');
    const home = served.store.replace(/\/store\.db$/, '');
    for (const user of ['ada', 'bob']) await served.send(key, 'POST', '/otpctl/v1/devices', { type: 'TOTP', user });
    const reason = { 'otpctl-reason': '', authorization: `Bearer ${key}` };
    expect((await fetch(`${served.url}/otpctl/v1/devices/2/lock`, { method: 'POST', headers: reason })).ok).toBe(true);
    const { audit } = await contextOf(home).storeAdmin();
    expect(await audit.erase({ userId: '1', user: 'ada' })).toMatchObject({ entries: 1, kept: 0 });
    const remote = { home, environment: { OTPCTL_URL: served.url, OTPCTL_TOKEN: key } };
    const { stdout } = await otpctl(['audit', 'export'], remote);
    expect(stdout).toContain('"reason":""');
    expect((await otpctl(['audit', 'export', '--store', served.store], { home })).stdout).toBe(stdout);
    const file = join(home, 'audit.jsonl');
    writeFileSync(file, stdout);
    expect(await json(['audit', 'verify', file], { home })).toMatchObject({ intact: true, entries: 6 });
    expect(await json(['audit', 'verify'], remote)).toMatchObject({ intact: true });
    const [, , erased] = await json<Line[]>(['audit', 'list'], remote);
    expect(erased).toMatchObject({ object: 'device 1 (erased)', erased: ['subject', 'network'], door: 'v1' });
    const { stdout: csv } = await otpctl(['audit', 'list', '-o', 'csv', '--columns', 'seq,object,erased'], remote);
    expect(csv.split('\n')[3]).toMatch(/^3,device 1 \(erased\),.*subject.*network/);
  });

  it('is on the machine of the store by no door, and from nowhere', async () => {
    const server = await behindProxy();
    await server.backend.create({ type: 'TOTP', user: 'ada' }, { actor: 'user:root' });
    const [, entry] = await entriesOf(server);
    expect(Object.keys(entry ?? {})).not.toEqual(expect.arrayContaining(['door']));
    expect(entry).toMatchObject({ chain: 1, type: 'TOTP' });
  });
});

describe('the cursor of an entry', () => {
  it('leads to what is behind it, each entry once, whatever is asked for', async () => {
    const server = await behindProxy();
    const key = await server.key('audit');
    for (const user of ['ada', 'bob', 'ada', 'cy', 'ada']) {
      await server.backend.create({ type: 'TOTP', user }, { actor: 'user:root' });
    }
    const all = await linesAt(server, key, '');
    for (const query of ['', '&user=ada', '&action=device.create']) {
      const whole = await linesAt(server, key, `?limit=100${query}`);
      const read: Line[] = [];
      for (let after = String(all[0]?.['cursor']); ; ) {
        const page = await linesAt(server, key, `?after=${after}&limit=2${query}`);
        if (page.length === 0) break;
        read.push(...page);
        after = String(page.at(-1)?.['cursor']);
      }
      expect(read).toEqual(whole.filter(({ seq }) => seq !== 1));
    }
  });

  it.each(['', '2', 'a', 'aMi4x', 'bMS4x', 'aMS4x=', 'aMS4xx', 'a%20', 'aMS4tMS4x', 'aLTEuMQ', 'aMS4wMQ'])(
    'is none that another made: %j',
    async (cursor) => {
      const server = await behindProxy();
      const { status, text } = await server.send('GET', `/otpctl/v1/audit?after=${cursor}`, await server.key('audit'));
      expect({ status, text }).toEqual({
        status: 400,
        text: expect.stringContaining('the cursor is none that otpctl'),
      });
    },
  );
});
