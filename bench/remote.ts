// The built program at servers on this machine, against what people do with curl and jq, and against a bare pool.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempDisposableSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPERATOR } from '../test/support/soffid/soffid-server.ts';
import { environmentOf, ORIGIN, openLocal } from './local-backend.ts';
import { median, medianRatio } from './median.ts';
import { makeStore } from './synthetic-store.ts';
import { figure, textTable } from './text-table.ts';

const LIST = 100_000;
const BULK = 5000;
/** Rows that the shell loop is given; its time is taken as many times as there are more. */
const LOOPED = 250;
const CONCURRENCY = 8;
const ROUNDS = 5;
/** Of two programs that are nearly as fast: their ratio is wanted to a hundredth. */
const PAIRS = 15;
const SHOWS = 30;

interface Run {
  readonly milliseconds: number;
  /** The most memory that the process ever had, in MiB; of a shell, its own alone. */
  readonly peak: number;
  readonly output: string;
}

/** Lists a page and sends a PATCH for each device, as scripts do. */
const LOOP = `
  curl -sf -H "$AUTH" "$URL/OtpDevice?sortBy=id&count=${LOOPED}" | jq -r '.Resources[].id' | while read -r id; do
    curl -sf -X PATCH -H "$AUTH" -H 'content-type: application/scim+json' "$URL/OtpDevice/$id" \\
      -d '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"status","value":"'$STATUS'"}]}' |
      jq -r .status
  done | sort | uniq -c`;

const root = join(import.meta.dirname, '..');
const program = join(root, 'bin/otpctl.js');
using folder = mkdtempDisposableSync(join(tmpdir(), 'otpctl-bench-'));
const home = folder.path;
const processes: ChildProcess[] = [];
const wanted = process.argv.slice(2);
const only = (name: string) => wanted.length === 0 || wanted.includes(name);

try {
  for (const tool of ['curl', 'jq']) {
    if ((await shell(`command -v ${tool} || true`, {})).output === '') throw new Error(`this needs ${tool}`);
  }
  if (only('list')) await lists();
  if (only('show')) await shows();
  if (only('bulk')) await bulkAtOtpctl();
  if (only('soffid')) await bulkAtSoffid();
} finally {
  for (const child of processes) child.kill('SIGKILL');
}

async function lists(): Promise<void> {
  const { url, token } = await served(LIST);
  const [ours, loop]: [Run[], Run[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const listed = await otpctl(['device', 'list', '--all', '-o', 'jsonl'], { OTPCTL_URL: url, OTPCTL_TOKEN: token });
    const looped = await shell(
      `at=1; while page=$(curl -sf -H "authorization: Bearer $TOKEN" "$URL/OtpDevice?sortBy=id&count=1000&startIndex=$at") \\
         && rows=$(printf %s "$page" | jq -c '.Resources[] | {id, name, type, user, status, created, lastUsed, fails}') \\
         && [ -n "$rows" ]; do printf '%s\\n' "$rows"; at=$((at + 1000)); [ $at -le ${LIST} ] || break; done`,
      { URL: url, TOKEN: token },
    );
    for (const { output } of [listed, looped]) {
      if (output.split('\n').length !== LIST + 1) throw new Error('a list is not whole');
    }
    ours.push({ ...listed, output: '' });
    loop.push({ ...looped, output: '' });
  }
  const few = await otpctl(['device', 'list', '--limit', '1000', '-o', 'jsonl'], {
    OTPCTL_URL: url,
    OTPCTL_TOKEN: token,
  });
  console.log(`list of ${LIST.toLocaleString('en')} devices of otpctl serve: medians of ${ROUNDS} rounds\n`);
  console.log(
    textTable(
      ['', 'ms', 'ratio', 'at most', 'peak MiB'],
      [
        ['curl and jq, pages of 1,000', figure(median(times(loop))), '1.00', '', ''],
        row('otpctl device list --all -o jsonl', ours, medianRatio(times(ours), times(loop)).toFixed(2), '1.00'),
        ['the same of 1,000 devices', figure(few.milliseconds), '', '', figure(few.peak)],
      ],
    ),
  );
}

async function shows(): Promise<void> {
  const { url, token } = await served(1000);
  const [ours, curl, floor]: [Run[], Run[], Run[]] = [[], [], []];
  for (let round = -3; round < SHOWS; round++) {
    const one = await otpctl(['device', 'show', '500', '-o', 'json'], { OTPCTL_URL: url, OTPCTL_TOKEN: token });
    const other = await run('curl', ['-sf', '-H', `authorization: Bearer ${token}`, `${url}/OtpDevice/500`], {});
    const nothing = await run(process.execPath, ['-e', '0'], {});
    if (round < 0) continue;
    ours.push(one);
    curl.push(other);
    floor.push(nothing);
  }
  console.log(`start-up at otpctl serve: medians of ${SHOWS} rounds\n`);
  console.log(
    textTable(
      ['', 'ms', 'times curl', 'times node -e 0'],
      [
        ['curl of one device', figure(median(times(curl))), '1.00', ''],
        ['node -e 0', figure(median(times(floor))), medianRatio(times(floor), times(curl)).toFixed(2), '1.00'],
        [
          'otpctl device show ID -o json',
          figure(median(times(ours))),
          medianRatio(times(ours), times(curl)).toFixed(2),
          medianRatio(times(ours), times(floor)).toFixed(2),
        ],
      ],
    ),
  );
}

async function bulkAtOtpctl(): Promise<void> {
  const { url, token } = await served(BULK);
  const environment = { OTPCTL_URL: url, OTPCTL_TOKEN: token };
  const { ours, loop } = await besideLoop(environment, `Bearer ${token}`, ['D', 'C']);
  console.log(`bulk of ${BULK.toLocaleString('en')} devices at otpctl serve: medians of ${ROUNDS} rounds\n`);
  console.log(bulkTable(ours, [['a loop of curl and jq', loop, times(ours), 'at least 20']]));
}

async function bulkAtSoffid(): Promise<void> {
  const url = await started([join(import.meta.dirname, 'soffid-double.ts'), String(BULK)]);
  const environment = { OTPCTL_URL: url, OTPCTL_USERNAME: OPERATOR.username, OTPCTL_PASSWORD: OPERATOR.password };
  const pool = async () => {
    const argv = [join(import.meta.dirname, 'bare-patches.ts'), url, 'V', '4000001', String(BULK), String(CONCURRENCY)];
    return (await run(process.execPath, argv, environment)).milliseconds;
  };
  const [ours, bare]: [Run[], number[]] = [[], []];
  await pool();
  await updated('D', environment);
  let before = await pool();
  for (let pair = 0; pair < PAIRS; pair++) {
    ours.push(await updated('D', environment));
    const after = await pool();
    // Each run of ours has a pool before it and one after it: a machine that grows slower meanwhile is in both.
    bare.push((before + after) / 2);
    before = after;
  }
  const basic = Buffer.from(`${OPERATOR.username}:${OPERATOR.password}`).toString('base64');
  const looped = await besideLoop(environment, `Basic ${basic}`, ['D', 'V']);
  console.log(
    `bulk of ${BULK.toLocaleString('en')} devices at the double of Soffid: medians of ${PAIRS} rounds, of ${ROUNDS} with the loop\n`,
  );
  console.log(
    bulkTable(ours, [
      ['a loop of curl and jq', looped.loop, times(looped.ours), 'at least 5'],
      [`a bare pool of ${CONCURRENCY}, PATCH alone`, bare, times(ours), 'at least 0.77 (1 / 1.3)'],
    ]),
  );
}

/** Runs of ours and of the shell loop, in turn; each takes the devices to a status in which the other did not leave them. */
async function besideLoop(
  environment: Readonly<Record<'OTPCTL_URL', string>> & Readonly<Record<string, string>>,
  authorization: string,
  [one, other]: readonly [string, string],
): Promise<{ readonly ours: readonly Run[]; readonly loop: readonly number[] }> {
  const [ours, loop]: [Run[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const [status, next] = round % 2 === 0 ? [one, other] : [other, one];
    ours.push(await updated(status, environment));
    const variables = { URL: environment.OTPCTL_URL, AUTH: `authorization: ${authorization}`, STATUS: next };
    loop.push(((await shell(LOOP, variables)).milliseconds * BULK) / LOOPED);
  }
  return { ours, loop };
}

async function updated(status: string, environment: Readonly<Record<string, string>>): Promise<Run> {
  const guards = ['--max', String(BULK), '--max-percent', '100', '--last-device', 'warn', '--yes', '-o', 'jsonl'];
  const select = ['--filter', `status ne "${status}"`, '--concurrency', String(CONCURRENCY)];
  const done = await otpctl(['bulk', 'update', '--set-status', status, ...select, ...guards], environment);
  const changed = done.output.split('"outcome":"changed"').length - 1;
  if (changed < BULK - LOOPED) throw new Error(`${changed} devices were changed`);
  return { ...done, output: '' };
}

type Compared = readonly [title: string, theirs: readonly number[], ours: readonly number[], target: string];

function bulkTable(ours: readonly Run[], others: readonly Compared[]): string {
  return textTable(
    ['', 'ms', 'times ours', '', 'peak MiB'],
    [
      row('otpctl bulk update', ours, '1.00', ''),
      ...others.map(([title, theirs, beside, target]) => [
        title,
        figure(median(theirs)),
        medianRatio(theirs, beside).toFixed(2),
        target,
        '',
      ]),
    ],
  );
}

function times(runs: readonly Run[]): number[] {
  return runs.map(({ milliseconds }) => milliseconds);
}

function row(title: string, runs: readonly Run[], ratio: string, target: string): string[] {
  return [title, figure(median(times(runs))), ratio, target, figure(median(runs.map(({ peak }) => peak)))];
}

/** An `otpctl serve` of so many devices, and a key to it. */
async function served(devices: number): Promise<{ readonly url: string; readonly token: string }> {
  const store = join(home, `store-${devices}-${processes.length}.db`);
  await makeStore(home, store, devices);
  const backend = await openLocal({ home, store });
  const { key } = await backend.apiKeys.create({ name: 'bench', roles: ['super'] }, ORIGIN);
  backend.close();
  const url = await started([program, 'serve', '--port', '0', '--store', store]);
  return { url: `${url}/scim/v2`, token: key.exposeText() };
}

/** Starts a server, and waits for where it listens. */
function started(argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { env: environmentOf(home), stdio: ['ignore', 'pipe', 'pipe'] });
    processes.push(child);
    let text = '';
    const hear = (chunk: unknown) => {
      text = (text + String(chunk)).slice(-1000);
      const [, url] = /^listening on (.*)$/m.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', (exit) => reject(new Error(`a server ended with ${exit}: ${text}`)));
  });
}

function otpctl(argv: readonly string[], environment: Readonly<Record<string, string>>): Promise<Run> {
  return run(process.execPath, [program, ...argv], environment);
}

function shell(script: string, environment: Readonly<Record<string, string>>): Promise<Run> {
  return run('/bin/sh', ['-c', script], environment);
}

/** Runs a program to its end, its output in a file, and watches the most memory that it had. */
function run(file: string, argv: readonly string[], environment: Readonly<Record<string, string>>): Promise<Run> {
  const path = join(home, 'output');
  const output = openSync(path, 'w');
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(file, argv, {
      env: { ...environmentOf(home), ...environment },
      stdio: ['ignore', output, 'pipe'],
    });
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += String(chunk);
    });
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid));
    }, 20);
    child.on('close', (exit) => {
      const milliseconds = performance.now() - start;
      clearInterval(watch);
      closeSync(output);
      if (exit !== 0) reject(new Error(`${file} exited with ${exit}: ${errors}`));
      else resolve({ milliseconds, peak, output: readFileSync(path, 'utf8') });
    });
  });
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
