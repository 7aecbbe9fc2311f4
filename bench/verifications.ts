// How many TOTP verifications a second one process does through the local backend, in units of what it cannot do
// without: its HMACs, a durable transaction, and the statements that a verification runs.
import { createSecretKey, randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempDisposableSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { totp } from '../src/domain/otp/totp.ts';
import { Secret } from '../src/domain/secret.ts';
import { DEFAULT_SETTINGS } from '../src/domain/settings/settings.ts';
import { fixedClock, NEW_YEAR } from '../test/support/fixed.ts';
import { bareCodes, createBareTransaction, openDurable } from './floors.ts';
import { ORIGIN, openLocal } from './local-backend.ts';
import { median, medianRatio } from './median.ts';
import { createReplay, type RecordedStatement, recordStatements } from './recorded-statements.ts';
import { figure, textTable } from './text-table.ts';

// Short batches and many rounds: what a disk does changes within a second.
const ROUNDS = 300;
const WARM_UP = 30;
/** Verifications, or transactions, that a round times together. */
const BATCH = 10;
/** Verifications of as many devices that are asked for at once. */
const AT_ONCE = 50;
/** Codes take microseconds where the others take a good part of a millisecond. */
const CODES_BATCH = 200;
const STEPS = 3;
const VERIFICATIONS = (WARM_UP + ROUNDS) * BATCH;
const TMPFS = 0x01021994;

const PARAMETERS = { algorithm: 'SHA1', digits: 6 } as const;
const { period } = DEFAULT_SETTINGS.totp;

using folder = mkdtempDisposableSync(join(tmpdir(), 'otpctl-bench-'));
const secret = new Secret(randomBytes(20));
const key = createSecretKey(secret.expose());
const enrolled = join(folder.path, 'enrolled.db');
const ids = await enrolDevices();
const [id = ''] = ids;

const right = await prepareVerifications('right', true);
const wrong = await prepareVerifications('wrong', false);
const atOnce = await prepareAtOnce();
const bare = createBareTransaction(join(folder.path, 'bare.db'));

interface Subject {
  readonly title: string;
  readonly batch: number;
  /** How many verifications a run is. */
  readonly each: number;
  readonly run: () => unknown;
  readonly rates: number[];
  /** Microseconds of processor time, each. */
  readonly cpu: number[];
}

const subject = (title: string, run: () => unknown, batch = BATCH, each = 1): Subject => ({
  title,
  batch,
  each,
  run,
  rates: [],
  cpu: [],
});
const rightOnes = subject('verification, right code', right.verify);
const rightStatements = subject(`statements of the first (${right.statements})`, right.replay);
const wrongOnes = subject('verification, wrong code', wrong.verify);
const wrongStatements = subject(`statements of the second (${wrong.statements})`, wrong.replay);
const manyOnes = subject(`verification, right code, ${AT_ONCE} at once`, atOnce.verify, AT_ONCE, AT_ONCE);
const transactions = subject('bare: durable transaction of one UPDATE', bare.run);
const codes = subject(`codes: the HMACs of ${STEPS} steps`, () => bareCodes(key, STEPS), CODES_BATCH);

for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const { batch, each, run, rates, cpu } of [
    rightOnes,
    rightStatements,
    wrongOnes,
    wrongStatements,
    manyOnes,
    transactions,
    codes,
  ]) {
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    for (let count = 0; count < batch; count += each) await run();
    const seconds = (performance.now() - start) / 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    if (round < 0) continue;
    rates.push(batch / seconds);
    cpu.push((user + system) / batch);
  }
}
for (const { close } of [right, wrong, atOnce, bare]) close();

const place = statfsSync(folder.path).type === TMPFS ? 'tmpfs, which is no disk' : 'a disk';
console.log(`verifications: medians of ${ROUNDS} rounds of ${BATCH}, the store in ${tmpdir()} on ${place}\n`);
const heading = ['', 'a second', 'us each', 'us of CPU', 'to codes', 'to bare', 'to its statements'];
console.log(
  textTable(heading, [
    row(rightOnes, codes, transactions, rightStatements),
    row(wrongOnes, codes, transactions, wrongStatements),
    row(manyOnes, codes, transactions),
    row(rightStatements, codes, transactions),
    row(wrongStatements, codes, transactions),
    row(transactions, codes),
    row(codes),
  ]),
);

/** A subject with its rate in units of the rates of others. */
function row({ title, rates, cpu }: Subject, ...others: readonly Subject[]): readonly string[] {
  const rate = median(rates);
  const ratios = others.map((other) => figure(medianRatio(rates, other.rates)));
  return [title, figure(rate), figure(1_000_000 / rate), figure(median(cpu)), ...ratios];
}

/** Makes a store with some devices, whose secret is known. */
async function enrolDevices(): Promise<readonly string[]> {
  const backend = await openLocal({ home: folder.path, store: enrolled, create: true });
  try {
    await backend.settings.change({ 'totp.lockAfter': 100 }, ORIGIN);
    const request = { type: 'TOTP', secret, ...PARAMETERS, period } as const;
    const made = Array.from({ length: AT_ONCE }, (_, at) => backend.create({ ...request, user: `user${at}` }, ORIGIN));
    return (await Promise.all(made)).map(({ device }) => device.id);
  } finally {
    backend.close();
  }
}

/** All devices verified at once, each with a right code, a period after the time before. */
async function prepareAtOnce() {
  const store = join(folder.path, 'at-once.db');
  copyFileSync(enrolled, store);
  const clock = fixedClock();
  const backend = await openLocal({ home: folder.path, store, clock });
  const typed = codesFrom(NEW_YEAR + period, true);
  let at = 0;
  return {
    async verify() {
      clock.advance(period);
      const code = typed[at++] ?? '';
      const verdicts = await Promise.all(ids.map((each) => backend.verify(each, code, ORIGIN)));
      if (!verdicts.every(({ success }) => success)) throw new Error('a right code was rejected');
    },
    close: () => backend.close(),
  };
}

/**
 * Verifications on a copy of the store, each a period after the one before it; and, on another copy, nothing but the
 * statements of the same verifications, which were recorded on a third one.
 */
async function prepareVerifications(name: string, accepted: boolean) {
  const typed = codesFrom(NEW_YEAR + period, accepted);
  const copyFor = (purpose: string) => {
    const path = join(folder.path, `${name}-${purpose}.db`);
    copyFileSync(enrolled, path);
    return path;
  };
  /** A backend that has done its first verification, which also reads the keys. */
  const open = async (store: string) => {
    const clock = fixedClock();
    const backend = await openLocal({ home: folder.path, store, clock });
    let at = 0;
    const verify = async () => {
      clock.advance(period);
      // No limit is higher than a hundred: the count starts anew before it locks the device.
      if (!accepted && at % 50 === 49) await backend.resetFails(id, ORIGIN);
      const { success } = await backend.verify(id, typed[at++] ?? '', ORIGIN);
      if (success !== accepted) throw new Error(`the ${name} code was ${success ? 'accepted' : 'rejected'}`);
    };
    await verify();
    return { verify, close: () => backend.close() };
  };

  const rehearsal = await open(copyFor('recorded'));
  const script: (readonly RecordedStatement[])[] = [];
  for (let count = 0; count < VERIFICATIONS; count++) script.push(await recordStatements(rehearsal.verify));
  rehearsal.close();

  const replayed = copyFor('replayed');
  (await open(replayed)).close();
  const database = openDurable(replayed);
  const replay = createReplay(database);
  const { verify, close } = await open(copyFor('measured'));
  let at = 0;
  return {
    verify,
    replay: () => replay(script[at++] ?? []),
    statements: script[0]?.length ?? 0,
    close: () => {
      close();
      database.close();
    },
  };
}

/** Codes for a moment and each period after it: the right one, or the least that is wrong in every step of the window. */
function codesFrom(moment: number, accepted: boolean): readonly string[] {
  return Array.from({ length: VERIFICATIONS + 1 }, (_, at) => {
    const step = Math.floor(moment / period) + at;
    const window = [step, step - 1, step + 1].map((each) => totp(secret, each, PARAMETERS));
    const wrongCode = ['000000', '000001', '000002', '000003'].find((code) => !window.includes(code));
    return (accepted ? window[0] : wrongCode) ?? '';
  });
}
