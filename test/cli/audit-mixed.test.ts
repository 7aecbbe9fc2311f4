import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formerHome } from '../support/audit-log.ts';
import { json, otpctl } from '../support/cli.ts';
import { environmentOf, storeOf, temporaryHome } from '../support/home.ts';
import { contextOf } from '../support/open-context.ts';
import { readRow, tamper } from '../support/sql.ts';

type Entry = Record<string, unknown>;

/** A store of the release before, in which this one went on: 13 entries of format 1, then others of format 2. */
async function mixed() {
  const place = formerHome();
  const run = (argv: readonly string[], stdin = '') => otpctl(argv, { ...place, stdin });
  expect(await run(['store', 'migrate'])).toMatchObject({ exit: 0 });
  for (const [verb, ...more] of [
    ['disable', '--reason', 'ada left, ask Grace', '--ticket', 'HD-77'],
    ['enable', '--reason', 'she is back'],
    ['lock'],
  ]) {
    expect(await run(['device', String(verb), '1', ...more])).toMatchObject({ exit: 0 });
  }
  const list = (...options: string[]) => json<Entry[]>(['audit', 'list', ...options], place);
  const verdict = async (...file: string[]) => {
    const { exit, stdout } = await run(['audit', 'verify', ...file, '-o', 'json']);
    return { exit, ...(JSON.parse(stdout) as Entry) };
  };
  const exported = async (name: string, ...options: string[]) => {
    const { exit, stdout, stderr } = await run(['audit', 'export', ...options]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const file = join(place.home, name);
    writeFileSync(file, stdout);
    return file;
  };
  const erase = async () => {
    const environment = environmentOf(place.home, place.environment);
    const context = contextOf(place.home, { options: { store: storeOf(place.home) }, io: { environment } });
    return (await context.storeAdmin()).audit.erase({ userId: '1', user: 'ada' });
  };
  return { ...place, store: storeOf(place.home), run, list, verdict, exported, erase };
}

const seqsOf = (entries: readonly Entry[]) => entries.map(({ seq }) => seq);

describe('a log that holds both formats', () => {
  it('verifies, is checked, and goes on, while what is sealed of it is known', async () => {
    const { run, verdict, list, store } = await mixed();
    expect(await verdict()).toMatchObject({ exit: 0, intact: true, entries: 16, sealed: [{ first: 10, by: 11 }] });
    expect(await run(['store', 'check'])).toMatchObject({ exit: 0 });
    expect((await list()).map(({ chain }) => chain ?? 0)).toEqual([...Array(13).fill(0), 1, 1, 1]);
    for (const [seq, sql] of [
      [3, `UPDATE audit SET reason = 'x' WHERE seq = 3`],
      [10, `UPDATE audit SET door = 'v1' WHERE seq = 10`],
      [14, `UPDATE audit SET reason = 'x' WHERE seq = 14`],
      [15, `UPDATE audit SET chain = NULL, salts = NULL WHERE seq = 15`],
    ] as const) {
      const keep = readFileSync(store);
      tamper(store, sql);
      expect({ sql, ...(await verdict()) }).toMatchObject({ sql, exit: 1, seq });
      writeFileSync(store, keep);
    }
  });

  it('is searched alike', async () => {
    const { list } = await mixed();
    expect(seqsOf(await list('--user', 'ADA'))).toEqual([2, 3, 4, 10, 12, 14, 15, 16]);
    expect(seqsOf(await list('--device', '1', '--action', 'device.enable'))).toEqual([3, 12, 15]);
    expect(seqsOf(await list('--reason', 'CALLED'))).toEqual([3]);
    expect(seqsOf(await list('--reason', 'grace'))).toEqual([14]);
    expect(seqsOf(await list('--ticket', 'HD-1'))).toEqual([1, 2]);
    expect(seqsOf(await list('--ticket', 'HD-77'))).toEqual([14]);
    expect(seqsOf(await list('--actor', 'user:root'))).toHaveLength(16);
    const [, second] = await list();
    expect(seqsOf(await list('--after', String(second?.['cursor']), '--limit', '3'))).toEqual([3, 4, 5]);
  });

  it('fits into a window of 80 columns', async () => {
    const { run, home, environment } = await mixed();
    const { stdout } = await otpctl(['audit', 'list', '--user', 'ada'], {
      home,
      environment,
      terminal: { columns: 80, rows: 50 },
    });
    expect(
      Math.max(
        ...stripVTControlCharacters(stdout)
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(80);
    const { stdout: csv } = await run(['audit', 'list', '-o', 'csv', '--limit', '1']);
    expect(csv.split('\n')[0]).toMatch(
      /^seq,time,actor,action,object,result,reason,ticket,verdict,deviceId,type,user,/,
    );
  });

  it('exports so that a file alone proves it, and an edit of a line is found', async () => {
    const { exported, verdict } = await mixed();
    const file = await exported('both.jsonl');
    expect(await verdict(file)).toMatchObject({ exit: 0, intact: true, entries: 16, first: 1, last: 16 });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const last = JSON.parse(String(lines[13])) as Entry;
    const salts = last['salts'] as Entry;
    const other = (JSON.parse(String(lines[14])) as Entry)['salts'];
    for (const change of [
      { object: 'device 9 of eve' },
      { user: 'eve' },
      { user: undefined },
      { reason: undefined },
      { reason: 'another' },
      { ticket: 'HD-78' },
      { result: 'ok' },
      { result: 'failed: enabled to disabled' },
      { actor: 'key:root' },
      { actor: 'user:eve' },
      { type: 'HOTP' },
      { door: 'v1' },
      { peer: '192.0.2.1' },
      { userId: '4' },
      { deviceId: '2' },
      { run: '3' },
      { chain: 2 },
      { chain: undefined },
      { chain: undefined, salts: undefined, type: undefined },
      { salts: undefined },
      { salts: other },
      { salts: { ...salts, subject: salts['actor'], actor: salts['subject'] } },
      { salts: { ...salts, network: salts['texts'] } },
      { salts: { ...salts, subject: 'zz' } },
      { salts: { ...salts, others: salts['texts'] } },
      { note: 'more' },
      { erasures: {} },
      { erasures: { subject: { commitment: '0'.repeat(64), by: 99, mac: '0'.repeat(64) } } },
      { mac: '00'.repeat(32) },
      { seq: 15 },
      { time: '2020-01-01T00:00:00Z' },
    ]) {
      const changed = join(dirname(file), 'changed.jsonl');
      const line = JSON.stringify({ ...last, ...change });
      writeFileSync(changed, `${lines.with(13, line).join('\n')}\n`);
      // An empty list of erasures is none.
      const isSame = JSON.stringify(change) === '{"erasures":{}}';
      expect({ change, exit: (await verdict(changed)).exit }).toEqual({ change, exit: isSame ? 0 : 1 });
    }
  });

  it('is pruned, repaired, backed up and restored', async () => {
    const { run, exported, verdict, store, home, list } = await mixed();
    await exported('all.jsonl');
    const time = String((await list('--action', 'device.lock')).at(-1)?.['time']);
    expect(await run(['audit', 'prune', '--before', time, '--yes'])).toMatchObject({ exit: 0 });
    expect(Number(readRow(store, 'SELECT min(seq) AS seq FROM audit')['seq'])).toBeGreaterThan(13);
    expect(await verdict()).toMatchObject({ exit: 0, intact: true });
    tamper(store, `UPDATE audit SET reason = 'x' WHERE seq = 17`);
    expect(await verdict()).toMatchObject({ exit: 1, seq: 17 });
    expect(await run(['audit', 'repair', '--yes', '--reason', 'a test'])).toMatchObject({ exit: 0 });
    expect(await verdict()).toMatchObject({ exit: 0, sealed: [{ first: 17 }] });
    const backup = join(home, 'b');
    expect(await run(['store', 'backup', backup])).toMatchObject({ exit: 0 });
    expect(await run(['store', 'restore', backup, '--yes'])).toMatchObject({ exit: 0 });
    expect(await verdict()).toMatchObject({ exit: 0, sealed: [{ first: 17 }] });
    tamper(store, `UPDATE audit SET salts = zeroblob(32) WHERE seq = 17`);
    expect(await verdict()).toMatchObject({ exit: 1 });
  });

  it('is read on from any cursor that it gave, also from one behind which entries were pruned', async () => {
    const { run, list, exported } = await mixed();
    const all = await list();
    const behind = async (entry: Entry | undefined) => seqsOf(await list('--after', String(entry?.['cursor'])));
    for (const [at, entry] of all.entries()) expect(await behind(entry)).toEqual(seqsOf(all).slice(at + 1));
    await exported('all.jsonl');
    const time = String(all.at(-1)?.['time']);
    expect(await run(['audit', 'prune', '--before', time, '--yes'])).toMatchObject({ exit: 0 });
    const left = seqsOf(await list());
    expect(left.length).toBeLessThan(all.length);
    for (const entry of all.slice(0, 13)) expect(await behind(entry)).toEqual(left);
    const [newest] = await list('--limit', '1');
    expect(await behind(newest)).toEqual([]);
    expect(await run(['audit', 'list', '--after', '14'])).toEqual({
      exit: 2,
      stdout: '',
      stderr: 'error: the cursor is none that otpctl gave\nhint: give the  cursor  of an entry of the log\n',
    });
  });

  it('is erased where it can be, which is not found any more, and still proven', async () => {
    const { run, exported, verdict, list, erase, store, home } = await mixed();
    const before = await exported('before.jsonl');
    expect(await erase()).toEqual({ entries: 3, first: 14, last: 16, kept: 5 });
    expect(await verdict()).toMatchObject({ exit: 0, intact: true, entries: 18 });
    expect(await run(['store', 'check'])).toMatchObject({ exit: 0 });
    expect(seqsOf(await list('--user', 'ada'))).toEqual([2, 3, 4, 10, 12]);
    expect(await list('--ticket', 'HD-77')).toEqual([]);
    expect(await list('--reason', 'grace')).toEqual([]);
    const [erased] = await list('--device', '1', '--action', 'device.lock');
    expect(erased).toMatchObject({ object: 'device 1 (erased)', result: 'ok', erased: ['subject', 'texts'] });
    expect(erased).not.toHaveProperty('user');
    const [by] = await list('--action', 'user.erase');
    expect(by).toMatchObject({ object: 'user id 1', userId: '1', actor: 'tester' });
    // The text is gone from the file, too.
    const files = readdirSync(dirname(store)).filter((name) => name === 'otpctl.db' || name.endsWith('-wal'));
    for (const name of files) expect(readFileSync(join(dirname(store), name), 'latin1')).not.toContain('ask Grace');

    const after = await exported('after.jsonl', '--until', '2999-01-01');
    expect(await verdict(after)).toMatchObject({ exit: 0, intact: true, entries: 18 });
    expect(readFileSync(after, 'utf8')).not.toContain('Grace');
    expect(await verdict(before)).toMatchObject({ exit: 0, intact: true, entries: 16 });
    // What was exported before has the same hashes: what was taken away is not under them.
    const hashesOf = (file: string) =>
      [...readFileSync(file, 'utf8').matchAll(/"hash":"([0-9a-f]+)"/g)].map(([, each]) => each);
    expect(hashesOf(after).slice(0, 16)).toEqual(hashesOf(before).slice(0, 16));

    const lines = readFileSync(after, 'utf8').trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('"seq":14,'));
    for (const [from, to] of [
      ['"object":""', '"object":"device 9"'],
      ['"result":"ok"', '"result":"ok: on request"'],
      ['"seq":14,', '"seq":14,"user":"eve",'],
      ['"seq":14,', '"seq":14,"reason":"",'],
      ['"commitment":"', '"commitment":"0'],
      ['"by":18', '"by":3'],
    ] as const) {
      const line = String(lines[at]).replace(from, to);
      expect(line).not.toBe(lines[at]);
      const changed = join(home, 'changed.jsonl');
      writeFileSync(changed, `${lines.with(at, line).join('\n')}\n`);
      expect({ to, exit: (await verdict(changed)).exit }).toEqual({ to, exit: 1 });
    }

    const backup = join(home, 'b');
    expect(await run(['store', 'backup', backup])).toMatchObject({ exit: 0 });
    expect(await run(['store', 'restore', backup, '--yes'])).toMatchObject({ exit: 0 });
    expect(await verdict()).toMatchObject({ exit: 0, intact: true });
  });
});

describe('an export of the release before', () => {
  const FOLDER = join(import.meta.dirname, '../formats/exports');
  it.each([
    ['format-1.jsonl', { entries: 8, first: 1, last: 8 }],
    ['format-1-repaired.jsonl', { entries: 12, sealed: [{ first: 10, by: 11 }] }],
  ])('%s verifies, and an edit of it is found', async (name, expected) => {
    const file = join(FOLDER, name);
    const home = temporaryHome();
    expect(await json(['audit', 'verify', file], { home })).toMatchObject({ intact: true, ...expected });
    const changed = join(home, name);
    for (const [from, to] of [
      ['"reason":"called back"', '"reason":"found"'],
      ['"reason":"called back"', '"reason":"called back","door":"v1"'],
      ['"reason":"called back"', '"reason":"called back","chain":1'],
      ['"action":"device.enable"', '"action":"device.lock"'],
    ] as const) {
      writeFileSync(changed, readFileSync(file, 'utf8').replace(from, to));
      const { exit } = await otpctl(['audit', 'verify', changed], { home });
      expect({ to, exit }).toEqual({ to, exit: 1 });
    }
  });

  it('is what this one writes of the same entries, byte for byte', async () => {
    const { run } = await mixed();
    const { stdout } = await run(['audit', 'export']);
    const entries = readFileSync(join(FOLDER, 'format-1-repaired.jsonl'), 'utf8').trimEnd().split('\n').slice(0, -1);
    expect(stdout.split('\n').slice(0, entries.length)).toEqual(entries);
  });
});
