import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { OTHERS, readRow, tamper } from '../support/sql.ts';

const DAY = 86_400;

const HISTORY = ['enable', 'lock', 'unlock', 'disable', 'enable', 'lock', 'unlock', 'disable', 'enable', 'lock'];
let made: string;

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'otpctl-test-'));
  const clock = fixedClock();
  const options = { home: made, clock };
  await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { ...options, stdin: '12345678' });
  for (const verb of HISTORY) {
    clock.advance(DAY);
    await otpctl(['device', verb, '1', '--reason', verb], options);
  }
});

afterAll(() => rmSync(made, { recursive: true, force: true }));

/** A store with a history of twelve entries, one a day from the third on. */
function history() {
  const home = temporaryHome();
  cpSync(made, home, { recursive: true });
  const clock = fixedClock(NEW_YEAR + (HISTORY.length + 1) * DAY);
  const run = (argv: readonly string[]) => otpctl(argv, { home, clock });
  return { home, clock, run, sql: (text: string) => tamper(storeOf(home), text) };
}

type Home = ReturnType<typeof history>;
const REPAIR = ['audit', 'repair', '--yes', '--reason', 'text from outside', '--ticket', 'SEC-12'];
const verdict = async ({ run }: Home) => {
  const { exit, stdout } = await run(['audit', 'verify', '-o', 'json']);
  return {
    exit,
    ...(JSON.parse(stdout) as { intact: boolean; entries?: number; sealed?: object[]; finding?: string }),
  };
};

/** What is done to a log, and what of it is sealed: parts as `3-4`, `anchor`, `floor`. */
const BROKEN: readonly (readonly [what: string, sql: string, parts: readonly string[]])[] = [
  ['an edited entry', `UPDATE audit SET object = 'x' WHERE seq = 4`, ['4']],
  ['text that SQLite keeps otherwise', `UPDATE audit SET object = CAST(x'61ff00ed' AS TEXT) WHERE seq = 4`, ['4']],
  ['an edited first entry', `UPDATE audit SET actor = 'eve' WHERE seq = 1`, ['1']],
  ['an edited last entry', `UPDATE audit SET actor = 'eve' WHERE seq = 12`, ['12']],
  ['several places', `UPDATE audit SET actor = 'eve' WHERE seq IN (1, 4, 5, 9, 12)`, ['1', '4-5', '9', '12']],
  ['another HMAC', 'UPDATE audit SET mac = randomblob(32) WHERE seq = 4', ['4-5']],
  ['an HMAC of no length', `UPDATE audit SET mac = x'' WHERE seq = 12`, ['12']],
  ['a removed entry', 'DELETE FROM audit WHERE seq = 4', ['4-5']],
  ['a removed first entry', 'DELETE FROM audit WHERE seq = 1', ['1-2']],
  ['a closed gap', 'DELETE FROM audit WHERE seq = 4; UPDATE audit SET seq = seq - 1 WHERE seq > 4', ['4-12']],
  ['a cut tail', 'DELETE FROM audit WHERE seq > 9', ['10-12']],
  ['an empty log', 'DELETE FROM audit', ['1-12']],
  ['an entry put at the end', `INSERT INTO audit SELECT 13, ${OTHERS} FROM audit WHERE seq = 12`, ['13']],
  ['an entry put far beyond the end', `INSERT INTO audit SELECT 99, ${OTHERS} FROM audit WHERE seq = 12`, ['13-99']],
  ['an entry put before the beginning', `INSERT INTO audit SELECT -3, ${OTHERS} FROM audit WHERE seq = 12`, ['-3']],
  [
    'entries that changed places',
    'UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 99',
    ['4-6'],
  ],
  ['another user that it is filed under', `UPDATE audit SET user_fold = 'bob' WHERE seq = 4`, ['4']],
  ['a time that no calendar has', 'UPDATE audit SET time = 9000000000000 WHERE seq = 4', ['4']],
  ['a time beyond every number', 'UPDATE audit SET time = 9223372036854775807 WHERE seq = 4', ['4']],
  ['no anchor', 'DELETE FROM audit_anchor', ['anchor']],
  ['a forged anchor', 'UPDATE audit_anchor SET mac = randomblob(32)', ['anchor']],
  ['an anchor of a huge count', 'UPDATE audit_anchor SET count = 9223372036854775807', ['anchor']],
  [
    'a forged anchor of a cut tail',
    'DELETE FROM audit WHERE seq > 9; UPDATE audit_anchor SET count = 9, head = (SELECT mac FROM audit WHERE seq = 9)',
    ['anchor'],
  ],
  [
    'a broken entry, a removed one and no anchor',
    `UPDATE audit SET actor = 'eve' WHERE seq = 3; DELETE FROM audit WHERE seq = 7; DELETE FROM audit_anchor`,
    ['3', '7-8', 'anchor'],
  ],
  [
    'a forged place of a cut',
    'INSERT INTO audit_floor VALUES (1, 3, randomblob(32), randomblob(32)); DELETE FROM audit WHERE seq <= 3',
    ['floor', '4'],
  ],
  [
    'a place of a cut where nothing was cut',
    'INSERT INTO audit_floor VALUES (1, 9223372036854775807, randomblob(32), randomblob(32))',
    ['floor', '1'],
  ],
];

const named = ({ part, first, last }: Record<string, unknown>) =>
  part === 'entries' ? (first === last ? `${first}` : `${first}-${last}`) : String(part);

describe('audit repair', () => {
  it.each(BROKEN)('seals %s, and the log goes on', async (_what, sql, parts) => {
    const store = history();
    const { run } = store;
    store.sql(`PRAGMA foreign_keys = OFF; ${sql}`);
    expect((await verdict(store)).exit).toBe(1);

    const repaired = await run([...REPAIR, '-o', 'json']);
    expect(repaired).toMatchObject({ exit: 0 });
    const sealed = JSON.parse(repaired.stdout) as Record<string, unknown>[];
    expect(sealed.map(named)).toEqual(parts);

    const after = await verdict(store);
    expect(after).toMatchObject({ exit: 0, intact: true, sealed });
    expect((await run(['audit', 'verify'])).stdout).toContain('sealed as not what was written');
    const check = await run(['store', 'check', '-o', 'json']);
    const findings = JSON.parse(check.stdout) as { finding: string; known?: boolean }[];
    expect(findings.map(({ known }) => known)).toEqual(parts.map(() => true));
    expect(check.exit).toBe(0);
    expect(await run(REPAIR)).toMatchObject({
      exit: 0,
      stdout: '',
      stderr: expect.stringContaining('nothing to repair'),
    });

    // It is used as before.
    expect(await run(['device', 'disable', '1'])).toMatchObject({ exit: 0 });
    expect(await run(['audit', 'list'])).toMatchObject({ exit: 0 });
    const file = join(store.home, 'audit.jsonl');
    const exported = await run(['audit', 'export']);
    expect(exported).toMatchObject({ exit: 0, stderr: '' });
    writeFileSync(file, exported.stdout);
    const held = await run(['audit', 'verify', file, '-o', 'json']);
    expect({ exit: held.exit, ...JSON.parse(held.stdout) }).toMatchObject({
      exit: 0,
      intact: true,
      ...(parts[0] !== '-3' && { sealed }),
    });
    const backup = join(store.home, 'store.backup');
    expect(await run(['store', 'backup', backup])).toMatchObject({
      exit: 0,
      stderr: expect.stringContaining('known: '),
    });
    expect(await run(['store', 'restore', backup, '--yes'])).toMatchObject({ exit: 0 });
    expect(await verdict(store)).toMatchObject({ exit: 0, intact: true, sealed });
  });

  it('keeps who sealed what, why and for which ticket, and the entries as they are', async () => {
    const store = history();
    store.sql(`UPDATE audit SET object = CAST(x'61ff' AS TEXT) WHERE seq = 4; DELETE FROM audit WHERE seq = 7`);
    await store.run(REPAIR);
    const list = await json<Record<string, unknown>[]>(['audit', 'list'], store);
    expect(list.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14]);
    expect(list[3]).toMatchObject({ object: 'a\ufffd' });
    const note = { action: 'audit.repair', reason: 'text from outside', ticket: 'SEC-12' };
    expect(list.slice(-2)).toMatchObject([
      {
        ...note,
        object: 'audit entries 4 to 4',
        result: expect.stringMatching(
          /^ok: sealed, 1 of 1 there, hash [0-9a-f]{64}: entry 4 is not what was written, or not where it was$/,
        ),
      },
      {
        ...note,
        object: 'audit entries 7 to 8',
        result: expect.stringMatching(/^ok: sealed, 1 of 2 there, hash [0-9a-f]{64}: entry 7 is missing$/),
      },
    ]);
    expect((await store.run(['audit', 'verify'])).stdout).toBe(
      'the audit log is whole: 13 entries, 2 entries of it sealed as not what was written: entry 4 by entry 13, entries 7 to 8 (1 of 2 there) by entry 14\n',
    );
  });

  it('names an anchor for what it was, and keeps what it said', async () => {
    const store = history();
    const anchor = `UPDATE audit_anchor SET count = 9, head = (SELECT mac FROM audit WHERE seq = 9)`;
    store.sql(`DELETE FROM audit WHERE seq > 9; ${anchor}`);
    await store.run(REPAIR);
    const [entry] = await json<Record<string, unknown>[]>(['audit', 'list', '--action', 'audit.repair'], store);
    expect(entry).toMatchObject({
      seq: 10,
      object: 'audit anchor',
      result: expect.stringMatching(
        /^ok: sealed, it said entry 9, head [0-9a-f]{64}, HMAC [0-9a-f]{64}: the anchor of the log is not what was written$/,
      ),
    });
  });

  it('names an anchor that was set back to an earlier one', async () => {
    const store = history();
    const anchor = 'SELECT count, hex(head) AS head, hex(mac) AS mac FROM audit_anchor';
    const { count, head, mac } = readRow(storeOf(store.home), anchor);
    await store.run(['device', 'unlock', '1']);
    store.sql(`UPDATE audit_anchor SET count = ${count}, head = x'${head}', mac = x'${mac}'`);
    expect((await verdict(store)).exit).toBe(1);
    expect((await store.run(['device', 'lock', '1'])).exit).toBe(7);
    const repaired = await store.run([...REPAIR, '-o', 'json']);
    expect(JSON.parse(repaired.stdout)).toMatchObject([
      {
        part: 'anchor',
        finding: 'the anchor of the log was set back: it names entry 12, and the log goes on to entry 13',
      },
    ]);
    expect(await verdict(store)).toMatchObject({ exit: 0, entries: 14 });
  });

  it.each([
    ['an entry in the sealed part', `UPDATE audit SET object = 'y' WHERE seq = 4`],
    ['it back to what it was', `UPDATE audit SET object = (SELECT object FROM audit WHERE seq = 3) WHERE seq = 4`],
    ['an entry of it', 'DELETE FROM audit WHERE seq = 4'],
    ['a missing one', `INSERT INTO audit SELECT 7, ${OTHERS} FROM audit WHERE seq = 6`],
    ['the user that it is filed under', `UPDATE audit SET user_fold = 'bob' WHERE seq = 4`],
    ['an HMAC in it', 'UPDATE audit SET mac = randomblob(32) WHERE seq = 8'],
    ['the entry that seals it', `UPDATE audit SET object = 'audit entries 1 to 9' WHERE seq = 13`],
    ['the entry that seals it away', 'DELETE FROM audit WHERE seq = 13'],
    ['an entry beside it', `UPDATE audit SET object = 'x' WHERE seq = 5`],
    ['an entry before it', 'DELETE FROM audit WHERE seq = 2'],
    ['the end', 'DELETE FROM audit WHERE seq = 14'],
    ['the entries that seal', 'DELETE FROM audit WHERE seq > 12'],
  ])('leaves a log that shows it when somebody changes %s, and that can be sealed again', async (_what, sql) => {
    const store = history();
    store.sql(`UPDATE audit SET object = 'x' WHERE seq = 4; DELETE FROM audit WHERE seq = 7`);
    await store.run(REPAIR);
    expect((await verdict(store)).exit).toBe(0);
    store.sql(sql);
    expect((await verdict(store)).exit).toBe(1);
    expect((await store.run(['store', 'check'])).exit).toBe(1);
    expect(await store.run(REPAIR)).toMatchObject({ exit: 0 });
    expect((await verdict(store)).exit).toBe(0);
    expect((await store.run(['store', 'check'])).exit).toBe(0);
    store.sql(`UPDATE audit SET object = 'z' WHERE seq = 8`);
    expect((await verdict(store)).exit).toBe(1);
  });

  it.each([
    [2 ** 51, 0],
    [2 ** 52 - 3, 0],
    [2 ** 53 - 3, 7],
  ])('seals up to an entry behind which the log has room to go on, and no further: %i', async (seq, exit) => {
    const store = history();
    store.sql(`UPDATE audit SET seq = ${seq} WHERE seq = 12`);
    expect((await verdict(store)).exit).toBe(1);
    expect((await store.run(REPAIR)).exit).toBe(exit);
    if (exit !== 0) return;
    for (const verb of HISTORY) await store.run(['device', verb, '1', '--reason', verb]);
    expect((await verdict(store)).exit).toBe(0);
  });

  it('asks, and seals nothing where nobody can be asked', async () => {
    const store = history();
    store.sql(`UPDATE audit SET object = 'x' WHERE seq = 4`);
    const { exit, stderr } = await store.run(['audit', 'repair']);
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('entry 4 is not what was written') });
    expect((await verdict(store)).exit).toBe(1);
  });

  it('is nothing to do for a log that is whole', async () => {
    const store = history();
    const { exit, stdout, stderr } = await store.run(['audit', 'repair']);
    expect({ exit, stdout, stderr }).toEqual({
      exit: 0,
      stdout: '',
      stderr: 'the audit log is as it should be: there is nothing to repair\n',
    });
    expect((await store.run(['audit', 'repair', '-o', 'json'])).stdout).toBe('[]\n');
    expect(await verdict(store)).toEqual({ exit: 0, intact: true, entries: 12 });
  });

  it('needs the key, and a store on this machine', async () => {
    const store = history();
    store.sql(`UPDATE audit SET object = 'x' WHERE seq = 4`);
    const environment = { OTPCTL_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') };
    const { exit } = await otpctl(REPAIR, { home: store.home, environment });
    expect(exit).toBe(2);
    expect((await verdict(store)).exit).toBe(1);
    const remote = await otpctl([...REPAIR, '--url', 'https://otp.example.com'], { home: store.home });
    expect(remote).toMatchObject({ exit: 5, stderr: expect.stringContaining('keeps its own store') });
  });

  it('seals a thousand places together where there are more', async () => {
    const home = temporaryHome();
    await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin: '12345678' });
    tamper(
      storeOf(home),
      `WITH RECURSIVE n (seq) AS (SELECT 4 UNION ALL SELECT seq + 2 FROM n WHERE seq < 5000)
       INSERT INTO audit SELECT n.seq, ${OTHERS}
       FROM n, audit WHERE audit.seq = 2`,
    );
    const sealed = await json<unknown[]>(REPAIR, { home });
    expect(sealed.length).toBe(1);
    expect((await otpctl(['audit', 'verify'], { home })).exit).toBe(0);
  });

  it('leaves a log that can be pruned, and sealed entries together', async () => {
    const store = history();
    store.sql(`UPDATE audit SET object = 'x' WHERE seq IN (4, 5, 6); DELETE FROM audit WHERE seq = 9`);
    await store.run(REPAIR);
    expect((await store.run(['audit', 'export'])).exit).toBe(0);
    const day = (days: number) => new Date((NEW_YEAR + days * DAY) * 1000).toISOString();
    // Entries 4 to 6 are of days 2 to 4.
    expect(await json(['audit', 'prune', '--before', day(3), '--yes'], store)).toEqual({
      first: 1,
      last: 3,
      entries: 3,
    });
    expect((await verdict(store)).exit).toBe(0);
    expect(await json(['audit', 'prune', '--before', day(8), '--yes'], store)).toMatchObject({ first: 4 });
    expect(await verdict(store)).toMatchObject({ exit: 0, intact: true });
    expect((await store.run(['store', 'check'])).exit).toBe(0);
    expect((await store.run(['device', 'unlock', '1'])).exit).toBe(0);
    store.sql(`DELETE FROM audit WHERE seq = 11`);
    expect((await verdict(store)).exit).toBe(1);
  });
});
