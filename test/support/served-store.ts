import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Replacements } from '../../src/compose/open-context.ts';
import type { Grant } from '../../src/domain/api-key/role.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { ORIGIN } from './backends.ts';
import { temporaryHome } from './home.ts';
import { contextOf, openBackend } from './open-context.ts';

export interface ServedStore {
  readonly url: string;
  readonly store: string;
  /** The same store, opened by somebody else. */
  readonly beside: ServableBackend;
  logged(): string;
  key(...roles: Grant[]): Promise<string>;
  send(key: string, method: string, path: string, body?: unknown): Promise<Response>;
  /** Sends a request, and reads nothing of its answer until it is told to. */
  silent(key: string, path: string): Socket;
}

/** `otpctl serve` as it is put together, in this process, and a second connection of somebody else to its store. */
export async function servedStore(replaced: Replacements = {}, home = temporaryHome()): Promise<ServedStore> {
  const store = join(home, 'store.db');
  const beside = await openBackend(home, replaced);
  const interruption = new AbortController();
  let logged = '';
  let ended: Promise<void> = Promise.resolve();
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    interruption.abort();
    await ended;
    beside.close();
  });
  const url = await new Promise<string>((resolve, reject) => {
    const stderr = new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        const [, where] = /^listening on (.*)\n/.exec(text) ?? [];
        if (where === undefined) logged += text;
        else resolve(where);
        done();
      },
    });
    const context = contextOf(home, { ...replaced, io: { stderr, interruption: interruption.signal } });
    ended = context.serve({ host: '127.0.0.1', port: 0, trustProxy: [], insecureHttp: false });
    ended.catch(reject);
  });
  let keys = 0;
  return {
    url,
    store,
    beside,
    logged: () => logged,
    key: async (...roles) => {
      keys += 1;
      return (await beside.apiKeys.create({ name: `key${keys}`, roles }, ORIGIN)).key.exposeText();
    },
    send: (key, method, path, body) =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    silent(key, path) {
      const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
      sockets.push(socket);
      socket.pause();
      socket.on('error', () => {});
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\n\r\n`);
      return socket;
    },
  };
}
