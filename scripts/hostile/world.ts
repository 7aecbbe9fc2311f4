import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../../bin/otpctl.js');
/** No command may take longer, in milliseconds. */
const LONGEST = 25_000;

/** An attack that worked. */
export class NotHeld extends Error {}

/** Says that an attack worked, unless something is so. */
export function held(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new NotHeld(otherwise);
}

interface Ended {
  /** Null where it had to be killed: it hung, or a signal ended it. */
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly stdin?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
  /** Kills it after so many milliseconds. */
  readonly killAfter?: number;
  /** Another copy of the program. */
  readonly program?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** A home of its own, on loopback and below the folder for temporary files; all of it ends with `end`. */
export interface World {
  readonly home: string;
  readonly store: string;
  /** A number from 0 to `below` - 1, from the seed. */
  random(below: number): number;
  pick<T>(from: readonly T[]): T;
  run(argv: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Runs what is only to set the scene. */
  must(argv: readonly string[], options?: RunOptions): Promise<string>;
  /** Makes a TOTP device of a user with a known secret: its id. */
  totp(user: string): Promise<string>;
  key(name: string, ...more: string[]): Promise<string>;
  serve(...more: string[]): Promise<{ readonly url: URL; log(): string }>;
  /** A server that answers what the attack says. */
  answering(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void): Promise<number>;
  socket(port: number): Promise<Socket>;
  end(): void;
}

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** The code of the secret at a time: RFC 6238 with SHA-1 and six digits. */
export function codeAt(milliseconds: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(milliseconds / 30_000)));
  const mac = createHmac('sha1', '12345678901234567890').update(counter).digest();
  const at = (mac.at(-1) as number) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export function newSeed(): number {
  return randomInt(2 ** 31);
}

export function createWorld(seed: number): World {
  const home = mkdtempSync(join(tmpdir(), 'otpctl-hostile-'));
  const children = new Set<ChildProcess>();
  const servers = new Set<Server>();
  const sockets = new Set<Socket>();
  let state = seed >>> 0;
  let over = false;
  const random = (below: number) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const start = (argv: readonly string[], { environment, program = PROGRAM }: RunOptions) => {
    const env = { HOME: home, PATH: process.env['PATH'] ?? '', ...environment };
    const child = spawn(process.execPath, [program, ...argv], { env, stdio: 'pipe', cwd: home });
    children.add(child);
    child.on('close', () => children.delete(child));
    child.stdin.on('error', () => {});
    return child;
  };
  const run = (argv: readonly string[], options: RunOptions = {}) =>
    new Promise<Ended>((resolve, reject) => {
      if (over) return reject(new Error('the attack is over'));
      const child = start(argv, options);
      const output = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].on('data', (chunk) => {
          if (output[name].length < 5_000_000) output[name] += String(chunk);
        });
      }
      const timer = setTimeout(() => child.kill('SIGKILL'), options.killAfter ?? LONGEST);
      child.on('error', reject);
      child.on('close', (exit) => {
        clearTimeout(timer);
        resolve({ exit, ...output });
      });
      child.stdin.end(options.stdin ?? '');
    });
  const must = async (argv: readonly string[], options?: RunOptions) => {
    const { exit, stdout, stderr } = await run(argv, options);
    if (exit !== 0) throw new Error(`the scene could not be set: otpctl ${argv.join(' ')} is ${exit}: ${stderr}`);
    return stdout;
  };
  return {
    home,
    store: join(home, '.local/share/otpctl/otpctl.db'),
    random,
    pick: (from) => from[random(from.length)] as (typeof from)[number],
    run,
    must,
    async totp(user) {
      const argv = ['device', 'create', 'totp', '--user', user, '--secret-stdin', '-o', 'json'];
      const { id } = JSON.parse(await must(argv, { stdin: SECRET })) as { id: string };
      await must(['device', 'enable', id]);
      return id;
    },
    async key(name, ...more) {
      return (await must(['apikey', 'create', name, '--expires', '90d', ...more])).trim();
    },
    serve: (...more) =>
      new Promise((resolve, reject) => {
        const child = start(['serve', '--port', '0', ...more], {});
        let log = '';
        child.stderr.on('data', (chunk) => {
          log += String(chunk);
          const [, url] = /^listening on (.*)$/m.exec(log) ?? [];
          if (url !== undefined) resolve({ url: new URL(url), log: () => log });
        });
        child.on('close', () => reject(new Error(`the server ended: ${log}`)));
      }),
    answering: (answer) =>
      new Promise((resolve) => {
        const server = createServer((incoming, response) => {
          let body = '';
          incoming.on('data', (chunk) => {
            body += String(chunk);
          });
          incoming.on('end', () => answer(incoming, response, body));
        });
        servers.add(server);
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      }),
    socket: (port) =>
      new Promise((resolve, reject) => {
        const socket = connect({ port, host: '127.0.0.1' });
        sockets.add(socket);
        socket.once('connect', () => resolve(socket.on('error', () => {})));
        socket.once('error', reject);
      }),
    end() {
      over = true;
      for (const socket of sockets) socket.destroy();
      for (const child of children) child.kill('SIGKILL');
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** One request with a key, and its whole answer; status 0 where none came in time. */
export function ask(
  base: URL,
  method: string,
  path: string,
  {
    key,
    body,
    headers = {},
    wait = 8000,
  }: { key?: string; body?: unknown; headers?: Record<string, string>; wait?: number } = {},
): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const sent = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
    const client = request(
      new URL(path, base),
      {
        method,
        timeout: wait,
        agent: false,
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(sent !== undefined && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(sent)),
          }),
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += String(chunk);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on('error', () => resolve({ status: 0, body: text }));
      },
    );
    client.on('timeout', () => client.destroy());
    client.on('error', () => resolve({ status: 0, body: '' }));
    client.end(sent);
  });
}
