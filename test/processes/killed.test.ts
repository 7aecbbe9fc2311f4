import { randomInt } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { toIso } from '../../src/domain/instant.ts';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Clock } from '../../src/ports/system/clock.ts';
import { otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { homeOfFile, storeOf, temporaryHome } from '../support/home.ts';
import { killable } from '../support/killed.ts';
import { startMailServer } from '../support/smtp.ts';
import { readRow } from '../support/sql.ts';
import { lastingIn } from '../support/store-content.ts';

const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const code = (counter: bigint) =>
  hotp(Secret.ofText('12345678901234567890'), counter, { algorithm: 'SHA1', digits: 6 });

/** Of a command of more steps, so many are drawn. */
const MOST = 10;
const DAY = 86_400;
const now = { now: () => Math.floor(Date.now() / 1000) };
const daysAgo = fixedClock(now.now() - 3 * DAY);

/** A command that is killed before its steps. `HOME` in it is the home. */
interface Killed {
  readonly line: string;
  /** Its exit code when nobody kills it: 0 if none is said. */
  readonly exit?: number;
  /** What is done before it, to a store that has everything. */
  readonly before?: (home: string) => unknown;
  /** What it prints is no answer: its end is. */
  readonly announces?: true;
  /** Many changes: of those that were killed over, this takes up the rest, where there is such a thing. */
  readonly goesOn?: string | 'with another file';
}

const COMMANDS: Record<string, Killed> = {
  'an enrolment': { line: 'device create totp --user kim --show-secret' },
  'an enrolment of many': { line: 'bulk create HOME/new.csv --yes', goesOn: 'with another file' },
  'a verification': { line: `device verify 2 ${code(41n)}` },
  'a verification that fails': { line: `device verify 2 ${code(90n)}`, exit: 1 },
  'a challenge': { line: 'device challenge 3' },
  'a challenge that sends': { line: 'device challenge 4', before: mailing },
  'a resync': { line: `device resync 2 ${code(50n)} ${code(51n)}` },
  'a change of status': { line: 'device lock 2' },
  'a change of several': { line: 'device disable 2 3 4', goesOn: 'bulk resume 1 --yes' },
  'a change of an address': { line: 'device update 4 --email new@example.com' },
  'a deletion': { line: 'device delete 3 --yes', before: (home) => run(home, 'device challenge 3') },
  'a change of settings': { line: 'settings set totp.lockAfter=7 email.smtpUrl=@HOME/url' },
  'an import of settings': { line: 'settings import HOME/settings.toml --yes', announces: true },
  'a new user': { line: 'user set kim --attr name=Kim' },
  'an import of users': { line: 'user import HOME/users.csv' },
  'the removal of a user': { line: 'user remove ada' },
  'an API key': { line: 'apikey create portal --role verify' },
  'a rotation of an API key': { line: 'apikey rotate desk --overlap 1d' },
  'the end of an API key': { line: 'apikey revoke desk' },
  'an export of the log': { line: 'audit export', announces: true },
  'a prune of the log': {
    line: `audit prune --before ${toIso(now.now() - DAY)} --yes`,
    before: (home) => run(home, 'audit export', now),
  },
  'a migration': { line: 'store migrate', before: placeOlder },
  'a rotation of the keys': { line: 'store key rotate --yes' },
  'a backup': { line: 'store backup HOME/new.backup' },
  'a restore': { line: 'store restore HOME/old.backup --yes' },
  'a restore where there is no store': {
    line: 'store restore HOME/old.backup --yes',
    before: (home) => rmSync(dirname(storeOf(home)), { recursive: true }),
  },
  'a new store': { line: 'store init', before: (home) => rmSync(home, { recursive: true }) },
};

const argvOf = (line: string, home: string) => line.replaceAll('HOME', home).split(' ');

/** Runs what must succeed and is not killed: days ago, if no time is said. */
async function run(home: string, line: string, clock: Clock = daysAgo, stdin = ''): Promise<string> {
  const { exit, stdout, stderr } = await otpctl(argvOf(line, home), { home, clock, stdin });
  if (exit !== 0) throw new Error(`${line}: ${stderr}`);
  return stdout;
}

async function mailing(home: string): Promise<void> {
  const { port } = await startMailServer();
  writeFileSync(join(home, 'url'), `smtp://127.0.0.1:${port}`);
  await run(home, 'settings set email.enabled=true email.smtpUrl=@HOME/url');
}

/** Puts a store of before users had ids in the place of the one that is there. */
function placeOlder(home: string): void {
  const older = join(import.meta.dirname, '../store/schemas/schema-7');
  writeFileSync(storeOf(home), readFileSync(`${older}.db`), { mode: 0o600 });
  for (const side of ['-wal', '-shm']) rmSync(`${storeOf(home)}${side}`, { force: true });
  const { id } = readRow(storeOf(home), 'SELECT id FROM store');
  writeFileSync(join(home, '.config/otpctl/keys', `${id}.key`), readFileSync(`${older}.key`), { mode: 0o600 });
}

const everything = homeOfFile();
beforeAll(async () => {
  const home = everything();
  await run(home, 'device create totp --user ada --secret-stdin', daysAgo, KEY);
  await run(home, 'device create hotp --user bob --secret-stdin --counter 40', daysAgo, KEY);
  await run(home, 'device create pin --user eve --pin-stdin', daysAgo, '8675309123');
  await run(home, 'device create email --user cy --email cy@example.com');
  await run(home, `device verify 2 ${code(40n)}`);
  await run(home, 'user set ada --attr name=Ada');
  await run(home, 'settings set email.from=otp@example.com');
  await run(home, 'apikey create desk --role query');
  await run(home, 'store backup HOME/old.backup');
  await run(home, 'device disable 1');
  const write = (name: string, text: string) => writeFileSync(join(home, name), text, { mode: 0o600 });
  write('url', 'smtps://mailer:hunter2-hunter2@mail.example.com');
  write('settings.toml', '[totp]\nlockAfter = 7\nissuer = "ACME"\n');
  write('users.csv', 'user,mail\nada,ada@example.com\nzoe,zoe@example.com\n');
  write('new.csv', 'type,user,email\nemail,kim,kim@example.com\nemail,lee,lee@example.com\n');
});

const program = killable();

describe('a process that is killed at any step', () => {
  it.each(Object.entries(COMMANDS))('of %s leaves a sound store, with all of it or nothing', async (_, command) => {
    const { line, exit = 0, goesOn } = command;
    const start = copyOf(everything());
    await command.before?.(start);
    const before = contentOf(start);
    const end = copyOf(start);
    const { steps, ...answer } = await program.whole(argvOf(line, end), { home: end });
    expect(answer).toMatchObject({ exit });
    const after = contentOf(end);
    expect(after).not.toEqual(before);

    let undone = 0;
    const killedAt = async (kill: number) => {
      const home = copyOf(start);
      const outcome = await program.run(argvOf(line, home), kill, { home });
      expect({ kill, ...outcome }).toMatchObject({ kill, exit: null });
      const left = contentOf(home);
      await expectSound(home);
      if (goesOn === 'with another file') return;
      const answered = outcome.stdout !== '' && !command.announces;
      if (!answered && isDeepStrictEqual(left, before)) {
        undone += 1;
        // What lies about does not keep anybody from doing it again.
        expect({ kill, ...(await otpctl(argvOf(line, home), { home })) }).toMatchObject({ kill, exit });
      } else if (goesOn !== undefined) {
        expect({ kill, ...(await otpctl(goesOn.split(' '), { home })) }).toMatchObject({ kill, exit: 0 });
      }
      expect({ kill, left: contentOf(home) }).toEqual({ kill, left: after });
    };
    const points = drawn(steps);
    // Half of them beside the other half: a process of its own each.
    await Promise.all(
      [0, 1].map(async (half) => {
        for (const kill of points.filter((_, at) => at % 2 === half)) await killedAt(kill);
      }),
    );
    if (goesOn !== 'with another file') expect(undone).toBeGreaterThan(0);
  });
});

it('a store that was made has nothing lying beside it', async () => {
  const home = temporaryHome();
  await run(home, 'store init');
  expect(readdirSync(dirname(storeOf(home)))).toEqual(['otpctl.db']);
});

/** Steps to be killed before: the first and the last, and some or all of those between. */
function drawn(steps: number): number[] {
  const points = Array.from({ length: steps }, (_, at) => at + 1);
  while (points.length > MOST) points.splice(randomInt(1, points.length - 1), 1);
  return points;
}

async function expectSound(home: string): Promise<void> {
  if (existsSync(join(home, 'new.backup'))) await run(home, 'store restore HOME/new.backup --store HOME/other.db', now);
  if (!existsSync(storeOf(home))) return;
  expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
  expect(await otpctl(['audit', 'verify'], { home })).toMatchObject({ exit: 0 });
}

function copyOf(start: string): string {
  const home = temporaryHome();
  if (existsSync(start)) cpSync(start, home, { recursive: true });
  return home;
}

/** What a home holds, but for what is drawn or told by the clock: its store, if there is one, and a new backup. */
function contentOf(home: string) {
  const backup = existsSync(join(home, 'new.backup'));
  return { backup, ...(existsSync(storeOf(home)) && lastingIn(storeOf(home))) };
}
