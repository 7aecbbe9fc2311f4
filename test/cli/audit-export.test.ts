import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { tamper } from '../support/sql.ts';

const DAY = 86_400;

/** A store with an entry a day: 1 and 2 on the first, 3 to 6 on the days after it. */
async function history() {
  const home = temporaryHome();
  const clock = fixedClock();
  const run = (argv: readonly string[], stdin = '') => otpctl(argv, { home, clock, stdin });
  await run(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], '12345678');
  for (const verb of ['enable', 'lock', 'unlock', 'disable']) {
    clock.advance(DAY);
    await run(['device', verb, '1', '--reason', verb]);
  }
  clock.advance(DAY);
  return { home, clock, run };
}

/** Writes an export to a file; `change` may do what it likes to its lines. */
async function exported(
  { home, run }: Awaited<ReturnType<typeof history>>,
  change: (lines: string[]) => string[] = (lines) => lines,
  ...options: string[]
): Promise<string> {
  const { exit, stdout, stderr } = await run(['audit', 'export', ...options]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  const file = join(home, 'audit.jsonl');
  writeFileSync(file, `${change(stdout.trimEnd().split('\n')).join('\n')}\n`);
  return file;
}

const verified = async (file: string) => {
  const { exit, stdout } = await otpctl(['audit', 'verify', file, '-o', 'json'], { home: temporaryHome() });
  return { exit, ...(JSON.parse(stdout) as object) };
};

const without = (seq: number) => (lines: string[]) => lines.filter((_, at) => at !== seq - 1);
const edited = (seq: number, from: string | RegExp, to: string) => (lines: string[]) =>
  lines.map((line, at) => (at === seq - 1 ? line.replace(from, to) : line));

describe('an export on its own', () => {
  it('is verified without a store and without a key', async () => {
    const store = await history();
    expect(await verified(await exported(store))).toEqual({
      exit: 0,
      intact: true,
      entries: 6,
      first: 1,
      last: 6,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { stdout } = await otpctl(['audit', 'verify', join(store.home, 'audit.jsonl')], { home: temporaryHome() });
    expect(stdout).toMatch(/^the export is whole: 6 entries, 1 to 6, and hash [0-9a-f]{64}\n$/);
  });

  it.each([
    ['a changed entry', edited(3, '"enable"', '"a guess"'), 3],
    ['a changed HMAC', edited(4, /"mac":"../, '"mac":"00'), 4],
    ['a changed hash', edited(5, /"hash":"../, '"hash":"zz'), 5],
    ['a reason that was taken out', edited(3, /"reason":"[^"]*",/, ''), 3],
    ['a removed entry', without(3), 3],
    ['a cut beginning', without(1), 1],
    ['a cut end', (lines: string[]) => lines.slice(0, 4), 5],
    ['a last entry that was cut', without(6), 6],
    ['an end without its proof', (lines: string[]) => lines.slice(0, -1), 7],
    ['an inserted entry', (lines: string[]) => lines.toSpliced(3, 0, lines[2] ?? ''), 4],
    ['a reordering', (lines: string[]) => [lines[0], lines[2], lines[1], ...lines.slice(3)].map(String), 2],
    ['half a line', edited(2, /.{20}$/, ''), 2],
    ['what follows the proof', (lines: string[]) => [...lines, ...lines.slice(-1)], 6],
    ['a proof of another end', edited(7, /("proof":.*"hash":")../, '$100'), 6],
    ['nothing', () => [], 1],
  ])('shows %s, and names the first bad entry', async (_what, change, seq) => {
    const file = await exported(await history(), change);
    expect(await verified(file)).toEqual({ exit: 1, intact: false, seq, finding: expect.stringMatching(/./) });
  });

  it('can be of a part of the log, in which nothing is left out', async () => {
    const store = await history();
    const options = ['--since', '2022-01-02', '--until', '2022-01-04'];
    expect(await verified(await exported(store, (lines) => lines, ...options))).toMatchObject({ exit: 0, entries: 3 });
    expect(await verified(await exported(store, without(2), ...options))).toMatchObject({ exit: 1, seq: 4 });
    expect(await verified(await exported(store, without(1), ...options))).toMatchObject({ exit: 1, seq: 3 });
  });

  it('says its hash in every format, the one that the log of the store has', async () => {
    const store = await history();
    const file = await exported(store);
    const [line = ''] = (await store.run(['audit', 'list', '--action', 'audit.export', '-o', 'jsonl'])).stdout.split(
      '\n',
    );
    for (const more of [
      ['-o', 'json'],
      ['-o', 'jsonl'],
      ['-o', 'csv'],
      ['--columns', 'hash'],
      ['-o', 'table'],
    ]) {
      const { stdout } = await otpctl(['audit', 'verify', file, ...more], { home: temporaryHome() });
      const [hash = 'none'] = /[0-9a-f]{64}/.exec(stdout) ?? [];
      expect({ more, line }).toEqual({ more, line: expect.stringContaining(hash) });
    }
  });

  it('that nobody reads to its end is exit 7 and a sentence, and is not written down', async () => {
    const store = await history();
    const { exit, stderr } = await otpctl(['audit', 'export'], { ...store, closed: true });
    expect({ exit, stderr }).toEqual({
      exit: 7,
      stderr: expect.stringMatching(/^error: the export of the audit log was cut: .*\nhint: .*\n$/),
    });
    expect((await store.run(['audit', 'list', '--action', 'audit.export', '-o', 'json'])).stdout).toBe('[]\n');
    expect(await otpctl(['settings', 'export'], { ...store, closed: true })).toMatchObject({
      exit: 7,
      stderr: expect.stringContaining('error: the export of the settings was cut'),
    });
    expect(await otpctl(['device', 'list'], { ...store, closed: true })).toMatchObject({ exit: 0, stderr: '' });
  });

  it('needs a file that can be read', async () => {
    const { exit, stderr } = await otpctl(['audit', 'verify', '/nonexistent'], { home: temporaryHome() });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: 'error: the file /nonexistent is not there\n' });
  });

  it('is made without the key too, and says that it was not written down', async () => {
    const { home } = await history();
    const environment = { OTPCTL_MASTER_KEY_FILE: '/nonexistent' };
    const { exit, stdout, stderr } = await otpctl(['audit', 'export'], { home, environment });
    expect({ exit, lines: stdout.split('\n').length }).toEqual({ exit: 0, lines: 8 });
    expect(stderr).toContain('could not be written down');
  });
});

describe('audit prune', () => {
  const prune = ['audit', 'prune', '--before', '2022-01-03', '--yes'];

  it('refuses what was not exported, and what is exported only in part', async () => {
    const store = await history();
    expect(await store.run(prune)).toMatchObject({ exit: 5, stderr: expect.stringContaining('entry 1 ') });
    await exported(store, (lines) => lines, '--since', '2022-01-02');
    expect(await store.run(prune)).toMatchObject({ exit: 5, stderr: expect.stringContaining('entry 1 ') });
    await exported(store, (lines) => lines, '--until', '2022-01-01');
    expect(await store.run(prune)).toMatchObject({ exit: 0, stdout: 'removed 3 entries, 1 to 3\n' });
  });

  it('asks, and keeps everything where nobody can be asked', async () => {
    const store = await history();
    await exported(store);
    expect(await store.run(prune.slice(0, -1))).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('3 entries'),
    });
    expect(await store.run(['audit', 'verify'])).toMatchObject({ stdout: 'the audit log is whole: 7 entries\n' });
  });

  it('leaves a log that is listed, verified, exported, added to and pruned again', async () => {
    const store = await history();
    await exported(store);
    const before = await json<{ result: string }[]>(['audit', 'list', '--limit', '1'], store);
    expect(await json(prune, store)).toEqual({ first: 1, last: 3, entries: 3 });
    const list = await json<{ seq: number; action: string; object: string; result: string }[]>(
      ['audit', 'list'],
      store,
    );
    expect(list.map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8]);
    expect(list.at(-1)).toMatchObject({ action: 'audit.prune', object: 'audit entries 1 to 3' });
    expect(list.at(-1)?.result).toMatch(/^ok: hash [0-9a-f]{64}, HMAC [0-9a-f]{64}$/);
    expect(before[0]?.result).toMatch(/^ok: hash [0-9a-f]{64}, HMAC [0-9a-f]{64}$/);
    expect(await json(['audit', 'verify'], store)).toEqual({ intact: true, entries: 5 });
    expect(await store.run(['store', 'check'])).toMatchObject({ exit: 0 });

    await store.run(['device', 'enable', '1']);
    expect(await verified(await exported(store))).toMatchObject({ exit: 0, entries: 6 });
    expect(await store.run(['audit', 'prune', '--before', '2022-01-05', '--yes'])).toMatchObject({ exit: 0 });
    expect(await json(['audit', 'verify'], store)).toMatchObject({ intact: true });
    expect(await store.run(['audit', 'prune', '--before', '2021-01-05', '--yes'])).toMatchObject({
      exit: 0,
      stdout: 'no entry is before 2021-01-05T00:00:00Z\n',
    });
  });

  it.each([
    ['more is cut', 'DELETE FROM audit WHERE seq = 4', 4],
    ['the cut is forgotten', 'DELETE FROM audit_floor', 1],
    ['the cut is moved', 'DELETE FROM audit WHERE seq = 4; UPDATE audit_floor SET seq = 4', 5],
    ['the cut has another HMAC', 'UPDATE audit_floor SET head = randomblob(32)', 4],
    ['the entry of the cut is changed', `UPDATE audit SET object = 'audit entries 1 to 2' WHERE seq = 8`, 8],
  ])('leaves a log that shows it when %s', async (_what, sql, seq) => {
    const store = await history();
    await exported(store);
    await store.run(prune);
    tamper(storeOf(store.home), sql);
    const { exit, stdout } = await store.run(['audit', 'verify', '-o', 'json']);
    expect({ exit, ...(JSON.parse(stdout) as object) }).toMatchObject({ exit: 1, intact: false, seq });
  });

  it('removes nothing of a log that is not whole', async () => {
    const store = await history();
    await exported(store);
    tamper(storeOf(store.home), `UPDATE audit SET object = 'audit entries 1 to 9' WHERE seq = 7`);
    expect(await store.run(prune)).toMatchObject({ exit: 7 });
  });
});
