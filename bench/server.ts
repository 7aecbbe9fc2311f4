// Requests a second at fifty connections, in units of a bare Fastify program that runs the same SQL on a copy of the
// same store. Server, bare program and load driver are processes of their own.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addSealedDevices } from '../test/support/sealed-store.ts';
import { readRow } from '../test/support/sql.ts';
import { createBareTransaction } from './floors.ts';
import { environmentOf, ORIGIN, openLocal } from './local-backend.ts';
import { median, medianRatio } from './median.ts';
import type { Load, Measured } from './server-load.ts';
import { makeStore } from './synthetic-store.ts';
import { figure, textTable } from './text-table.ts';

const ROUNDS = 5;
const SECONDS = 2;
const CONNECTIONS = 50;
const DEVICES = 1000;
const MANY = 1_000_000;
const SECRET = Buffer.from('12345678901234567890');
const TARGETS = { get: 0.7, list: 0.7, patch: 0.5 } as const;
const TITLES = { get: 'GET by id', list: 'list of 100', patch: 'PATCH status' } as const;

const root = join(import.meta.dirname, '..');
using folder = mkdtempDisposableSync(join(tmpdir(), 'otpctl-bench-'));
const home = folder.path;
const store = join(home, 'store.db');
await makeStore(home, store, DEVICES);
const backend = await openLocal({ home, store });
const { key } = await backend.apiKeys.create({ name: 'bench', roles: ['super'] }, ORIGIN);
backend.close();
const copy = join(home, 'bare.db');
copyFileSync(store, copy);

const server = await started(
  [join(root, 'bin/otpctl.js'), 'serve', '--port', '0', '--store', store],
  /^listening on (.*)$/m,
);
const bare = await started([join(import.meta.dirname, 'bare-server.ts'), copy], /^([0-9]+)$/m);
try {
  const rows: string[][] = [];
  for (const kind of ['get', 'list', 'patch'] as const) {
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let round = -1; round < ROUNDS; round++) {
      const pair = [await load(server.where, kind), await load(`http://127.0.0.1:${bare.where}`, kind)] as const;
      // The first round warms up.
      if (round < 0) continue;
      ours.push(pair[0]);
      theirs.push(pair[1]);
    }
    const rates = (measured: readonly Measured[]) => measured.map(({ perSecond }) => perSecond);
    const p99 = (measured: readonly Measured[]) => `${figure(median(measured.map((each) => each.p99)))} ms`;
    rows.push([
      TITLES[kind],
      figure(median(rates(ours))),
      p99(ours),
      figure(median(rates(theirs))),
      p99(theirs),
      medianRatio(rates(ours), rates(theirs)).toFixed(2),
      TARGETS[kind].toFixed(2),
    ]);
  }
  const heading = [`${CONNECTIONS} connections`, 'a second', 'p99', 'bare', 'p99', 'ratio', 'at least'];
  process.stdout.write(textTable(heading, rows));
} finally {
  for (const { child } of [server, bare]) child.kill('SIGTERM');
}

process.stdout.write(`\n${await verifications()}`);
process.stdout.write(`\n${await pauses()}`);

/** Right codes over HTTP, in units of the least durable transaction, which one process makes right beside it. */
async function verifications(): Promise<string> {
  const codes = join(home, 'codes.db');
  (await openLocal({ home, store: codes, create: true })).close();
  const { storeId, file } = keyOf(home, codes);
  addSealedDevices(codes, file, DEVICES, SECRET);
  const opened = await openLocal({ home, store: codes });
  const made = await opened.apiKeys.create({ name: 'bench', roles: ['verify'] }, ORIGIN);
  opened.close();
  const { child, where } = await started(
    [join(root, 'bin/otpctl.js'), 'serve', '--port', '0', '--store', codes],
    /^listening on (.*)$/m,
  );
  const floor = createBareTransaction(join(home, `${storeId}.bare`));
  try {
    const rows: string[][] = [];
    let counter = 0;
    for (const connections of [1, 10, 50]) {
      const measured: Measured[] = [];
      const floors: number[] = [];
      for (let round = -1; round < ROUNDS; round++) {
        const more = { key: made.key.exposeText(), connections, secret: Buffer.from(SECRET).toString('hex'), counter };
        const loaded = await load(where, 'verify', more);
        counter += Math.ceil(loaded.sent / DEVICES);
        const bareRate = rateOf(floor.run);
        if (round < 0) continue;
        measured.push(loaded);
        floors.push(bareRate);
      }
      const rates = measured.map(({ perSecond }) => perSecond);
      rows.push([
        `${connections}`,
        figure(median(rates)),
        `${figure(median(measured.map(({ p99 }) => p99)))} ms`,
        figure(median(floors)),
        medianRatio(rates, floors).toFixed(2),
        connections === CONNECTIONS ? '0.70' : '',
      ]);
    }
    return textTable(['codes, connections', 'a second', 'p99', 'bare transactions', 'ratio', 'at least'], rows);
  } finally {
    child.kill('SIGTERM');
    floor.close();
  }
}

/** How often a second something is done, over one second. */
function rateOf(work: () => void): number {
  const began = performance.now();
  let count = 0;
  for (; performance.now() - began < 1000; count++) work();
  return (count * 1000) / (performance.now() - began);
}

/** The key file of a store of this home. */
function keyOf(of: string, path: string): { readonly storeId: string; readonly file: string } {
  const storeId = String(readRow(path, 'SELECT id FROM store')['id']);
  return { storeId, file: join(of, '.config/otpctl/keys', `${storeId}.key`) };
}

/** The longest pause of the event loop of a server with many devices, as it says itself, under a mixed load. */
async function pauses(): Promise<string> {
  const large = join(home, 'large.db');
  await makeStore(home, large, MANY);
  const opened = await openLocal({ home, store: large });
  const made = await opened.apiKeys.create({ name: 'bench', roles: ['super'] }, ORIGIN);
  opened.close();
  const argv = ['--import', join(import.meta.dirname, 'loop-pauses.ts'), join(root, 'bin/otpctl.js')];
  const { child, where } = await started([...argv, 'serve', '--port', '0', '--store', large], /^listening on (.*)$/m);
  try {
    const rows: string[][] = [];
    for (let round = -1; round < ROUNDS; round++) {
      const { perSecond, p50, p99 } = await load(where, 'mixed', { key: made.key.exposeText(), devices: MANY });
      const said = new Promise<string>((resolve) => child.stdout?.once('data', (text) => resolve(String(text))));
      child.kill('SIGUSR2');
      const [, longest = '', computed = ''] = /pauses ([0-9.]+) ([0-9.]+)/.exec(await said) ?? [];
      // The first round warms up: threads start, statements are prepared.
      const name = round < 0 ? 'warming up' : `round ${round + 1}`;
      rows.push([name, figure(perSecond), `${figure(p50)} ms`, `${figure(p99)} ms`, `${computed} ms`, `${longest} ms`]);
    }
    const heading = [`mixed, ${MANY / 1e6} million devices`, 'a second', 'p50', 'p99', 'of computing', 'longest pause'];
    return textTable(heading, rows);
  } finally {
    child.kill('SIGTERM');
  }
}

/** Starts a program, and waits until it says where it listens. Its log is read and dropped. */
function started(argv: readonly string[], says: RegExp): Promise<{ child: ChildProcess; where: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { env: environmentOf(home), stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    let found = false;
    const read = (chunk: unknown) => {
      if (found) return;
      text += String(chunk);
      const [, where] = says.exec(text) ?? [];
      if (where === undefined) return;
      found = true;
      resolve({ child, where });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('close', (exit) => reject(new Error(`${argv[0]} ended with ${exit}: ${text}`)));
  });
}

async function load(url: string, kind: Load['kind'], more: Partial<Load> = {}): Promise<Measured> {
  const all = { url, key: key.exposeText(), connections: CONNECTIONS, seconds: SECONDS, kind, devices: DEVICES };
  const task: Load = { ...all, ...more };
  const argv = [join(import.meta.dirname, 'server-load.ts'), JSON.stringify(task)];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  return JSON.parse(stdout) as Measured;
}
