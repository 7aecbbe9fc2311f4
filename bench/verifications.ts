// How many TOTP verifications a second one process does through the local backend, in units of what it cannot do
// without: its HMACs, a durable transaction, and the statements that a verification runs.
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempDisposableSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { totp } from '../src/domain/otp/totp.ts';
import { Secret } from '../src/domain/secret.ts';
import { DEFAULT_SETTINGS, type Settings } from '../src/domain/settings.ts';
import { fixedClock } from '../test/support/fixed.ts';
import { ORIGIN, openLocal } from './local-backend.ts';
import { median, medianRatio } from './median.ts';
import { createReplay, type RecordedStatement, recordStatements } from './recorded-statements.ts';
import { figure, textTable } from './text-table.ts';

// Short batches and many rounds: what a disk does changes within a second.
const ROUNDS = 300;
const WARM_UP = 30;
/** Verifications, or transactions, that a round times together. */
const BATCH = 10;
/** Transactions until the log of a store is as long as it gets and is written over: until then each makes it longer. */
const FULL_LOG = 1_100;
/** The HMAC loop takes microseconds where the others take milliseconds. */
const HMAC_BATCH = 200;
const STEPS = 3;
const TMPFS = 0x01021994;

const PARAMETERS = { algorithm: 'SHA1', digits: 6 } as const;
const { period } = DEFAULT_SETTINGS.totp;
const settings: Settings = {
  ...DEFAULT_SETTINGS,
  totp: { ...DEFAULT_SETTINGS.totp, lockAfter: Number.MAX_SAFE_INTEGER },
};

using folder = mkdtempDisposableSync(join(tmpdir(), 'otpctl-bench-'));
const secret = new Secret(randomBytes(20));
const key = createSecretKey(secret.expose());
const empty = join(folder.path, 'empty.db');
const id = await enrolDevice(empty);

const right = await verifications('right', true);
const wrong = await verifications('wrong', false);
const bare = bareTransactions(join(folder.path, 'bare.db'));

const subjects: Record<string, { readonly batch: number; readonly work: () => void | Promise<void> }> = {
  right: { batch: BATCH, work: right.verify },
  rightStatements: { batch: BATCH, work: right.replay },
  wrong: { batch: BATCH, work: wrong.verify },
  wrongStatements: { batch: BATCH, work: wrong.replay },
  bare: { batch: BATCH, work: bare.work },
  hmacs: { batch: HMAC_BATCH, work: hmacs },
};
const rates: Record<string, number[]> = {};
const cpu: Record<string, number[]> = {};
for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const [name, { batch, work }] of Object.entries(subjects)) {
    const used = process.cpuUsage();
    const start = performance.now();
    for (let count = 0; count < batch; count++) await work();
    const seconds = (performance.now() - start) / 1_000;
    const { user, system } = process.cpuUsage(used);
    rates[name] ??= [];
    cpu[name] ??= [];
    if (round < 0) continue;
    rates[name].push(batch / seconds);
    cpu[name].push((user + system) / batch);
  }
}
for (const { close } of [right, wrong, bare]) close();

const place = statfsSync(folder.path).type === TMPFS ? 'tmpfs, which is no disk' : 'a disk';
console.log(`verifications: medians of ${ROUNDS} rounds of ${BATCH}, the store in ${tmpdir()} on ${place}\n`);
const heading = ['', 'a second', 'us each', 'us of CPU', 'to HMACs', 'to bare', 'to its statements'];
console.log(
  textTable(heading, [
    row('verification, right code', 'right', 'rightStatements'),
    row('verification, wrong code', 'wrong', 'wrongStatements'),
    row(`statements of the first (${right.statements})`, 'rightStatements'),
    row(`statements of the second (${wrong.statements})`, 'wrongStatements'),
    row('bare: durable transaction of one UPDATE', 'bare'),
    row(`HMACs: ${STEPS} steps`, 'hmacs'),
  ]),
);

function row(title: string, name: string, statements?: string): readonly string[] {
  const own = rates[name] ?? [];
  const to = (other: string) => figure(medianRatio(own, rates[other] ?? []));
  const rate = median(own);
  return [
    title,
    figure(rate),
    figure(1_000_000 / rate),
    figure(median(cpu[name] ?? [])),
    to('hmacs'),
    name === 'hmacs' ? '' : to('bare'),
    statements ? to(statements) : '',
  ];
}

/** A store with one device whose secret is known. */
async function enrolDevice(store: string): Promise<string> {
  const backend = await openLocal({ home: folder.path, store, create: true });
  try {
    return (await backend.create({ type: 'TOTP', user: 'ada', secret, ...PARAMETERS, period }, ORIGIN)).device.id;
  } finally {
    backend.close();
  }
}

/**
 * Verifications on a copy of the store, each a period after the one before it; and, on another copy, nothing but the
 * statements of the same verifications, which were recorded on a third one.
 */
async function verifications(name: string, accepted: boolean) {
  const copy = (purpose: string) => {
    const path = join(folder.path, `${name}-${purpose}.db`);
    copyFileSync(empty, path);
    return path;
  };
  const open = async (store: string) => {
    const clock = fixedClock();
    const backend = await openLocal({ home: folder.path, store, clock, settings });
    const codes = codesFrom(clock.now() + period, accepted);
    const verify = async () => {
      clock.advance(period);
      const { success } = await backend.verify(id, codes.next().value, ORIGIN);
      if (success !== accepted) throw new Error(`the ${name} code was ${success ? 'accepted' : 'rejected'}`);
    };
    return { verify, close: () => backend.close() };
  };

  const rehearsal = await open(copy('recorded'));
  const script: (readonly RecordedStatement[])[] = [];
  // The first one also reads the keys.
  await rehearsal.verify();
  for (let count = 0; count < (WARM_UP + ROUNDS) * BATCH; count++) {
    script.push(await recordStatements(rehearsal.verify));
  }
  rehearsal.close();

  const measured = await open(copy('measured'));
  const replayed = copy('replayed');
  const ahead = await open(replayed);
  await Promise.all([measured.verify(), ahead.verify()]);
  ahead.close();
  const database = durable(replayed);
  const replay = createReplay(database);
  let at = 0;
  return {
    verify: measured.verify,
    replay: () => replay(script[at++] ?? []),
    statements: script[0]?.length ?? 0,
    close: () => {
      measured.close();
      database.close();
    },
  };
}

/** Codes for a moment and each period after it: the right one, or the least that is wrong in every step of the window. */
function* codesFrom(moment: number, accepted: boolean): Generator<string, never> {
  for (let step = Math.floor(moment / period); ; step++) {
    const window = [step, step - 1, step + 1].map((each) => totp(secret, each, PARAMETERS));
    const unlike = ['000000', '000001', '000002', '000003'].find((code) => !window.includes(code));
    yield (accepted ? window[0] : unlike) ?? '';
  }
}

/** The store's transaction with the least in it. */
function bareTransactions(path: string) {
  const database = durable(path);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT');
  database.exec('INSERT INTO t VALUES (1, 0)');
  const [begin, update, commit] = ['BEGIN IMMEDIATE', 'UPDATE t SET n = n + 1 WHERE id = 1', 'COMMIT'].map((sql) =>
    database.prepare(sql),
  );
  const work = () => {
    begin?.run();
    update?.run();
    commit?.run();
  };
  for (let count = 0; count < FULL_LOG; count++) work();
  return { work, close: () => database.close() };
}

function durable(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF');
  return database;
}

/** The HMACs of one verification, each cut to a code (RFC 4226 section 5.3). */
function hmacs(): void {
  const counter = Buffer.alloc(8);
  for (let step = 0; step < STEPS; step++) {
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac('sha1', key).update(counter).digest();
    const code = (mac.readUInt32BE((mac[19] ?? 0) & 15) & 0x7fffffff) % 1_000_000;
    if (String(code).padStart(6, '0') === '') throw new Error('a code is empty');
  }
}
