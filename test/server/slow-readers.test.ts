import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Replacements } from '../../src/compose/open-context.ts';
import { ORIGIN } from '../support/backends.ts';
import { temporaryHome } from '../support/home.ts';
import { openBackend } from '../support/open-context.ts';
import { type ServedStore, servedStore } from '../support/served-store.ts';

/** Far more than all buffers on the way hold. */
const USERS = 2500;
const ATTRIBUTES = Object.fromEntries(Array.from({ length: 4 }, (_, at) => [`note${at}`, '界'.repeat(1000)]));

let filled = '';
beforeAll(async () => {
  filled = mkdtempSync(join(tmpdir(), 'otpctl-test-'));
  const backend = await openBackend(filled);
  const names = Array.from({ length: USERS }, (_, at) => `user${String(at).padStart(5, '0')}`);
  for (const attributes of [ATTRIBUTES, { fullName: 'x' }]) {
    const patches = names.map((name) => ({ name, attributes }));
    // Each of them is an entry of the log as long as this reason.
    await backend.users.set(patches, { ...ORIGIN, reason: '界'.repeat(1000) });
  }
  backend.close();
  return () => rmSync(filled, { recursive: true, force: true });
});

/** A server over a copy of a store with many users and a long log. */
function servedMany(replaced: Replacements = {}): Promise<ServedStore> {
  const home = temporaryHome();
  cpSync(filled, home, { recursive: true });
  return servedStore(replaced, home);
}

/** Waits until an answer has begun to arrive, and reads no more of it. */
async function begun(socket: Socket): Promise<string> {
  await once(socket, 'readable');
  return String(socket.read(200));
}

async function rest(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.resume();
  if (!socket.closed) await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('a client that does not read', () => {
  it.each(['/otpctl/v1/users', '/otpctl/v1/audit', '/otpctl/v1/audit/chain'])(
    'of %s keeps nobody from writing, and no key alive that was revoked',
    async (path) => {
      const served = await servedMany();
      const [key, revoked] = [await served.key('super'), await served.key('query')];
      const socket = served.silent(key, path);
      expect(await begun(socket)).toContain('200 OK');

      // Somebody else commits: a statement that is still open would be of a snapshot that nobody can write over.
      await served.beside.users.set([{ name: 'new', attributes: {} }], ORIGIN);
      const patch = { users: [{ name: 'ada', attributes: { mail: 'ada@example.com' } }] };
      expect((await served.send(key, 'PATCH', '/otpctl/v1/users', patch)).status).toBe(200);
      const device = { type: 'TOTP', user: 'ada' };
      expect((await served.send(key, 'POST', '/otpctl/v1/devices', device)).status).toBe(201);

      expect((await served.send(revoked, 'GET', '/otpctl/v1/whoami')).status).toBe(200);
      await served.beside.apiKeys.revoke('key2', ORIGIN);
      expect((await served.send(revoked, 'GET', '/otpctl/v1/whoami')).status).toBe(401);
      expect(socket.destroyed).toBe(false);
    },
  );

  it('is given up after a while, with an answer that nobody takes for whole', async () => {
    const served = await servedMany({ limits: { streamPause: 300 } });
    const socket = served.silent(await served.key('query'), '/otpctl/v1/users');
    await begun(socket);
    await expect.poll(() => served.logged(), { timeout: 20_000 }).toContain('read nothing for 1 second');
    expect((await rest(socket)).endsWith('\r\n0\r\n\r\n')).toBe(false);
  });

  it('has an answer for so long and no longer, however it reads', async () => {
    const served = await servedMany({ limits: { streamLife: 300 } });
    const socket = served.silent(await served.key('query'), '/otpctl/v1/users');
    await begun(socket);
    await expect.poll(() => served.logged(), { timeout: 20_000 }).toContain('took longer than 1 second');
    expect((await rest(socket)).endsWith('\r\n0\r\n\r\n')).toBe(false);
  });

  it('gets no more of it when its key is revoked', async () => {
    const served = await servedMany();
    const socket = served.silent(await served.key('query'), '/otpctl/v1/users');
    await begun(socket);
    await served.beside.apiKeys.revoke('key1', ORIGIN);
    const text = await rest(socket);
    expect(text.endsWith('\r\n0\r\n\r\n')).toBe(false);
    expect(text).not.toContain(`user0${USERS - 1}`);
    expect(served.logged()).toContain('its key is not good any more');
  });

  it('has so many answers under way with one key, and as many again when it closes them', async () => {
    const served = await servedMany({ limits: { streams: 3 } });
    const [key, other] = [await served.key('super'), await served.key('super')];
    const paths = ['/otpctl/v1/users', '/otpctl/v1/audit', '/otpctl/v1/audit/chain'];
    const sockets = paths.map((path) => served.silent(key, path));
    for (const socket of sockets) expect(await begun(socket)).toContain('200 OK');
    for (const path of paths) {
      const refused = await served.send(key, 'GET', path);
      expect(refused.status).toBe(429);
      expect(await refused.json()).toMatchObject({
        error: { message: 'the API key has 3 long answers under way: read or close one first' },
      });
    }
    expect((await served.send(key, 'GET', '/otpctl/v1/whoami')).status).toBe(200);
    expect(await begun(served.silent(other, '/otpctl/v1/users'))).toContain('200 OK');
    for (const socket of sockets) socket.destroy();
    const status = async () => {
      const answer = await served.send(key, 'GET', '/otpctl/v1/users');
      await answer.body?.cancel();
      return answer.status;
    };
    await expect.poll(status).toBe(200);
  });

  it('has no more of them by asking for many on one connection', async () => {
    const served = await servedMany({ limits: { streams: 3 } });
    const key = await served.key('super');
    const socket = served.silent(key, '/otpctl/v1/users');
    await begun(socket);
    for (let asked = 0; asked < 10; asked++) {
      socket.write(`GET /otpctl/v1/users HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\n\r\n`);
    }
    const answer = async () => (await served.send(key, 'GET', '/otpctl/v1/audit')).status;
    await expect.poll(answer).toBe(429);
    socket.destroy();
    await expect.poll(answer, { timeout: 20_000 }).toBe(200);
  });

  it('gets all of it in the end, if it begins to read in time', async () => {
    const served = await servedMany();
    const socket = served.silent(await served.key('query'), '/otpctl/v1/users');
    await begun(socket);
    await served.beside.users.remove('user00001', ORIGIN);
    await served.beside.users.set([{ name: 'user99999', attributes: {} }], ORIGIN);
    const text = new Promise<string>((resolve) => {
      let read = '';
      socket.on('data', (chunk) => {
        read = read.slice(-1000) + String(chunk);
        if (read.endsWith('\r\n0\r\n\r\n')) resolve(read);
      });
      socket.resume();
    });
    expect(await text).toContain('user99999');
  });
});
