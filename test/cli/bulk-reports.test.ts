import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bulk, clock, OLD, RECENT } from '../support/bulk.ts';
import { otpctl } from '../support/cli.ts';
import { many, stocked } from '../support/stock.ts';

const STALE = 'disable-stale --unused-for 90d --yes';

/** Sixty devices of which twenty are stale: a third, which is more than a fifth. */
async function place() {
  const { home, store } = await stocked([...many(20, { lastUsed: OLD }), ...many(40, { lastUsed: RECENT }, 'new')]);
  const [xml, json] = [join(home, 'nightly.xml'), join(home, 'nightly.json')];
  return { home, store, xml, json };
}

describe('a report', () => {
  it('of a run that a guard stopped is a failing case with its sentence, whatever the report said before', async () => {
    const { home, xml, json } = await place();
    for (const file of [xml, json]) {
      expect(await bulk(home, `${STALE} --max-percent 100 --dry-run --report ${file}`)).toMatchObject({ exit: 0 });
    }
    expect(readFileSync(xml, 'utf8')).toContain('tests="20" failures="0"');
    expect(await bulk(home, `${STALE} --report ${xml}`)).toMatchObject({ exit: 5 });
    const text = readFileSync(xml, 'utf8');
    expect(text).toContain('tests="21" failures="1" errors="0" skipped="20"');
    expect(text).toContain(
      'name="guard-tripped"><failure message="nothing was changed: 20 devices would change, 33.3 %',
    );
    expect(await bulk(home, `${STALE} --report ${json}`)).toMatchObject({ exit: 5 });
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      command: 'disable-stale',
      refused: { code: 'guard-tripped', message: expect.stringContaining('(--max-percent P)') },
      counts: { planned: 20 },
    });
  });

  it('of a dry run that a guard would stop fails like the run', async () => {
    const { home, xml } = await place();
    expect(await bulk(home, `${STALE} --dry-run --report ${xml}`)).toMatchObject({ exit: 5 });
    expect(readFileSync(xml, 'utf8')).toContain('failures="1"');
  });

  it.each([
    ['nothing to do', 'update --set-status disabled --user nobody --yes', 0, 'tests="0" failures="0"'],
    ['a question that nobody can be asked', STALE.replace(' --yes', ' --max-percent 100'), 2, 'name="input-needed"'],
    ['a plan that is none', 'apply PLAN --yes', 5, 'failures="1"'],
    ['a run that is not there', 'undo 7 --yes', 3, 'failures="1"'],
    ['a run that cannot be resumed', 'resume 7 --yes', 3, 'failures="1"'],
    ['a selection that cannot be read', 'update --set-status disabled --from /nonexistent --yes', 2, 'failures="1"'],
    ['a place that is not there', `${STALE} --store /nonexistent/x.db`, 2, 'name="store-missing"'],
    ['an enrolment of nothing', 'create EMPTY --yes', 0, 'tests="0" failures="0"'],
  ])('of %s is written as well', async (_, line, exit, part) => {
    const { home, xml } = await place();
    const [plan, empty] = [join(home, 'x.plan'), join(home, 'empty.csv')];
    writeFileSync(plan, '{}');
    writeFileSync(empty, 'type,user\n');
    const words = line.replace('PLAN', plan).replace('EMPTY', empty);
    expect(await bulk(home, `${words} --report ${xml}`)).toMatchObject({ exit });
    expect(readFileSync(xml, 'utf8')).toContain(part);
    expect((await otpctl(['bulk', 'runs', '-q'], { home })).stdout).toBe('');
  });

  it('takes the place of a report, and of nothing else unless it is told to', async () => {
    const { home, xml } = await place();
    writeFileSync(xml, '<testsuite name="of somebody else"/>');
    expect(await bulk(home, `${STALE} --max-percent 100 --report ${xml}`)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('--force'),
    });
    expect(readFileSync(xml, 'utf8')).toContain('somebody else');
    expect(await bulk(home, `${STALE} --max-percent 100 --force --report ${xml}`)).toMatchObject({ exit: 0 });
    expect(readFileSync(xml, 'utf8')).toContain('otpctl bulk disable-stale, run 1');
    expect(await bulk(home, `undo 1 --yes --report ${xml}`)).toMatchObject({ exit: 0 });
    expect(readFileSync(xml, 'utf8')).toContain('otpctl bulk undo, run 2');
  });
});

describe('--first', () => {
  const devices = [
    { user: 'a', lastUsed: OLD + 3 },
    { user: 'b', lastUsed: OLD + 1 },
    { user: 'c', created: OLD - 100_000_000 },
    { user: 'd', lastUsed: OLD + 2 },
    { user: 'e', lastUsed: OLD },
  ];
  const ids = (stdout: string) => stdout.trim().split('\n').join(' ');

  it.each([
    ['disable-stale --unused-since 2022-01-01 --first 2', '2 5', 2],
    ['disable-stale --unused-since 2022-01-01 --first 3', '2 4 5', 1],
    ['disable-stale --unused-since 2022-01-01 --never-used include --first 1', '3', 4],
    ['disable-stale --unused-since 2022-01-01 --first 9', '1 2 4 5', 0],
    ['update --set-status disabled --unused-since 2022-01-01 --first 2', '1 2', 2],
    ['delete --unused-since 2022-01-01 --first 1', '1', 3],
  ])('of  %s  takes %s, and says how many remain', async (line, expected, remaining) => {
    const { home } = await stocked(devices);
    const report = join(home, 'r.json');
    const dry = await bulk(home, `${line} --dry-run -q`);
    const { exit, stdout, stderr } = await bulk(home, `${line} --yes -q --report ${report}`);
    expect({ exit, ids: ids(stdout), dry: ids(dry.stdout) }).toEqual({ exit: 0, ids: expected, dry: expected });
    const said = `${remaining} ${remaining === 1 ? 'device remains' : 'devices remain'}`;
    expect([stderr, dry.stderr]).toEqual([expect.stringContaining(said), expect.stringContaining(said)]);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ remaining });
  });

  it('is held against the guards, as any run: --max stops, and does not choose', async () => {
    const { home } = await stocked(devices);
    expect(await bulk(home, `${STALE} --first 2 --max 1`)).toMatchObject({ exit: 5 });
    expect(await bulk(home, `${STALE} --first 2 --max 2`)).toMatchObject({ exit: 0 });
    expect(await bulk(home, `${STALE} --first 0`)).toMatchObject({ exit: 2 });
  });

  it('may be said of a plan, when it is made or when it is applied', async () => {
    const { home } = await stocked(devices);
    const plan = join(home, 'p');
    await bulk(home, `disable-stale --unused-since 2022-01-01 --first 3 --plan-out ${plan}`);
    const { stdout, stderr } = await bulk(home, `apply ${plan} --first 1 --yes -q`);
    expect([ids(stdout), stderr]).toEqual(['5', expect.stringContaining('2 devices remain')]);
  });
});

describe('a dry run', () => {
  it('of an undo foretells what the undo does', async () => {
    const { home } = await stocked(many(5, { lastUsed: OLD }));
    await bulk(home, `${STALE} --max-percent 100`);
    for (const line of ['device delete 1 --yes', 'device enable 2', 'device disable 3 --reason stolen']) {
      await otpctl(line.split(' '), { home, clock });
    }
    const outcomes = async (line: string) => {
      const rows = JSON.parse((await bulk(home, `undo 1 ${line} -o json`)).stdout);
      return rows.map(({ id, outcome, reason }: Record<string, unknown>) => [id, outcome, reason]);
    };
    const dry = await outcomes('--dry-run');
    expect(dry).toEqual([
      ['1', 'skipped', 'deleted meanwhile'],
      ['2', 'skipped', expect.stringContaining('its status changed')],
      ['3', 'skipped', expect.stringContaining('was ordered since')],
      ['4', 'planned', undefined],
      ['5', 'planned', undefined],
    ]);
    const real = await outcomes('--yes');
    expect(real).toEqual(
      dry.map(([id, outcome, reason]: unknown[]) => [id, outcome === 'planned' ? 'changed' : outcome, reason]),
    );
  });

  it('with rows that would fail is exit 6, as the run is', async () => {
    const { home } = await stocked(many(2, { lastUsed: OLD }));
    const line = 'update --set-status disabled --from -';
    expect(await bulk(home, `${line} --dry-run`, { stdin: '1\n99\n' })).toMatchObject({ exit: 6 });
    expect(await bulk(home, `${line} --yes`, { stdin: '1\n99\n' })).toMatchObject({ exit: 6 });
  });
});
