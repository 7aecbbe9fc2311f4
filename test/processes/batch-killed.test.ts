import { cpSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { type Asked, batchProgram, toldIn } from '../support/batches.ts';
import { otpctl } from '../support/cli.ts';
import { homeOfFile, keyFilesOf, storeOf, temporaryHome } from '../support/home.ts';
import { killable } from '../support/killed.ts';
import { openBackend } from '../support/open-context.ts';
import { addSealedDevices } from '../support/sealed-store.ts';
import { lastingIn } from '../support/store-content.ts';

const SECRET = Buffer.from('12345678901234567890');
const code = (counter: bigint) => hotp(new Secret(SECRET), counter, { algorithm: 'SHA1', digits: 6 });
const ORIGIN = { actor: 'tester' };

/** How many steps of a batch are tried: all of them by night. */
const MOST = Number(process.env['OTPCTL_STEPS'] ?? 12);

const everything = homeOfFile();
beforeAll(async () => {
  const home = everything();
  const run = async (line: string, stdin = '') => {
    const { exit, stderr } = await otpctl(line.split(' '), { home, stdin });
    if (exit !== 0) throw new Error(`${line}: ${stderr}`);
  };
  await run('store init');
  addSealedDevices(storeOf(home), keyFilesOf(home)[0] ?? '', 20, SECRET);
  for (const id of [21, 22]) await run(`device create email --user user${id} --email user${id}@example.com`);
  for (const id of [23, 24]) await run(`device create pin --user user${id} --pin-stdin`, '8675309123');
  await run('settings set hotp.lockAfter=2');
});

const right = (id: number): Asked => ({ does: 'verify', id: String(id), what: code(0n) });
const wrong = (id: number, what = '000000'): Asked => ({ does: 'verify', id: String(id), what });
const order = (does: Asked['does'], id: number, what = ''): Asked => ({ does, id: String(id), what });

const BATCHES: Record<string, { asked: readonly Asked[]; answers: readonly string[] }> = {
  'twenty right codes': {
    asked: Array.from({ length: 20 }, (_, at) => right(at + 1)),
    answers: Array(20).fill('yes'),
  },
  'whatever may come together': {
    asked: [
      ...[1, 2, 3].map(right),
      ...[4, 5, 6].map((id) => wrong(id)),
      // The second of them locks; a code counts once; what cannot be a code is told once, and counted.
      ...[7, 7].map((id) => wrong(id)),
      ...[8, 8].map(right),
      ...[9, 9].map((id) => wrong(id, 'x')),
      ...[order('lock', 10), order('lock', 11)],
      ...[order('update', 21, 'new@example.com'), order('update', 22, 'other@example.com')],
      ...[order('challenge', 23), order('challenge', 24)],
      // Nobody is harmed by those that are refused.
      ...[right(99), order('update', 12, 'new@example.com')],
    ],
    answers: [
      ...['yes', 'yes', 'yes', 'no', 'no', 'no', 'no', 'no', 'yes', 'no', 'no', 'no', 'L', 'L'],
      ...['new@example.com', 'other@example.com', '3 positions', '3 positions', 'device-not-found', 'invalid-value'],
    ],
  },
};

const file = batchProgram();
const program = killable(file);

describe('a process that is killed at any step of a batch', () => {
  it.each(Object.entries(BATCHES))('of %s has told nobody what is not so', async (_, { asked, answers }) => {
    const before = lastingIn(storeOf(everything()));
    const stdin = `${JSON.stringify({ asked })}\n`;
    const whole = copy();
    const { steps, exit, stdout } = await program.whole([storeOf(whole)], { home: whole, stdin });
    expect({ exit, told: toldIn(stdout) }).toEqual({ exit: 0, told: answers });
    const after = lastingIn(storeOf(whole));

    const seen = { undone: 0, halfTold: 0 };
    const killedAt = async (kill: number) => {
      const home = copy();
      const outcome = await program.run([storeOf(home)], kill, { home, stdin });
      expect({ kill, exit: outcome.exit }).toEqual({ kill, exit: null });
      const left = lastingIn(storeOf(home));
      await expectSound(home);
      const told = toldIn(outcome.stdout);
      const isUndone = told.length === 0 && isDeepStrictEqual(left, before);
      seen.undone += Number(isUndone);
      seen.halfTold += Number(told.length > 0 && Object.keys(told).length < answers.length);
      // All of it is there, or nothing; and what was told is there.
      expect({ kill, left }).toEqual({ kill, left: isUndone ? before : after });
      for (const [at, answer] of Object.entries(told)) expect(answer).toBe(answers[Number(at)]);
      await expectUsed(home, isUndone ? [] : answers, asked);
    };
    const points = chosen(steps);
    await Promise.all(
      [0, 1].map(async (half) => {
        for (const kill of points.filter((_, at) => at % 2 === half)) await killedAt(kill);
      }),
    );
    expect(Math.min(seen.undone, seen.halfTold)).toBeGreaterThan(0);
  });
});

/** The first and the last, and so many between, as far apart as they can be. */
function chosen(steps: number): readonly number[] {
  const count = Math.min(MOST, steps);
  const shift = Math.random();
  const between = Array.from(
    { length: count - 2 },
    (_, at) => 2 + Math.floor(((at + shift) * (steps - 2)) / (count - 2)),
  );
  return [1, ...between, steps];
}

/** A code that was told yes is not taken again, and one that was not is. */
async function expectUsed(home: string, answers: readonly string[], asked: readonly Asked[]): Promise<void> {
  const backend = await openBackend(home, {}, storeOf(home));
  const good = asked.filter(({ what, id }) => what === code(0n) && id !== '99');
  const used = new Set(asked.filter((_, at) => answers[at] === 'yes').map(({ id }) => id));
  const ids = [...new Set(good.map(({ id }) => id))];
  const verdicts = await Promise.all(ids.map((id) => backend.verify(id, code(0n), ORIGIN)));
  expect(verdicts.map(({ id, success }) => `${id} ${success}`)).toEqual(ids.map((id) => `${id} ${!used.has(id)}`));
  backend.close();
}

async function expectSound(home: string): Promise<void> {
  expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
  expect(await otpctl(['audit', 'verify'], { home })).toMatchObject({ exit: 0 });
}

function copy(): string {
  const home = temporaryHome();
  cpSync(everything(), home, { recursive: true });
  return home;
}
