import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import type { Replacements } from '../../src/compose/open-context.ts';
import type { Grant } from '../../src/domain/api-key/role.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { type AppDeps, buildApp } from '../../src/server/build-app.ts';
import { systemRandom } from '../../src/system/random.ts';
import { ORIGIN } from './backends.ts';
import { fixedClock } from './fixed.ts';
import { temporaryHome } from './home.ts';
import { openBackend } from './open-context.ts';

export interface TestServer {
  readonly app: FastifyInstance;
  readonly backend: ServableBackend;
  readonly clock: ReturnType<typeof fixedClock>;
  readonly home: string;
  /** Everything that was logged. */
  logged(): string;
  /** A new key with roles: its text. */
  key(...roles: Grant[]): Promise<string>;
  /** Sends a request that carries a key, and reads JSON. */
  send(method: string, url: string, key?: string, body?: unknown): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/** A server over a store of its own, at a clock that stands. */
export async function testServer(
  more: Partial<AppDeps> = {},
  replaced: Replacements = {},
  wrap: (backend: ServableBackend) => ServableBackend = (backend) => backend,
): Promise<TestServer> {
  const home = temporaryHome();
  const clock = fixedClock();
  const opened = await openBackend(home, { clock, ...replaced });
  const backend = wrap(opened);
  let logged = '';
  const app = await buildApp({
    backend,
    clock,
    random: systemRandom,
    log: {
      write: (line) => {
        logged += line;
      },
    },
    names: { names: ['otp.example.com'], any: false },
    ...more,
  });
  onTestFinished(async () => {
    await app.close();
    opened.close();
  });
  let keys = 0;
  return {
    app,
    backend,
    clock,
    home,
    logged: () => logged,
    async key(...roles) {
      keys += 1;
      return (await backend.apiKeys.create({ name: `key${keys}`, roles }, ORIGIN)).key.exposeText();
    },
    async send(method, url, key, body) {
      const response = await app.inject({
        method: method as 'GET',
        url,
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      });
      const text = response.body;
      const json =
        String(response.headers['content-type']).includes('json') &&
        !/ndjson/.test(String(response.headers['content-type']));
      return { status: response.statusCode, headers: response.headers, text, body: json ? JSON.parse(text) : {} };
    },
  };
}
