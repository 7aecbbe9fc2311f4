import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bulk, nothingChanged, OLD, rowsOf, statuses } from '../support/bulk.ts';
import { otpctl } from '../support/cli.ts';
import { many, stocked } from '../support/stock.ts';

const stale = 'disable-stale --unused-since 2022-01-01';
const NEW = 'type,user,email\ntotp,ada,\nemail,bob,no address\nemail,eve,eve@example.com\n';

/** Three stale devices, a run over them, and files for the next ones. */
async function place() {
  const { home, store } = await stocked(many(3, { lastUsed: OLD }));
  const [ids, enrolments, plan] = ['ids', 'new.csv', 'stale.plan'].map((name) => join(home, name));
  writeFileSync(ids as string, '1\n');
  writeFileSync(enrolments as string, NEW);
  return { home, store, ids, enrolments, plan };
}

describe('an output that cannot be written is found before the first change', () => {
  it.each([
    [`${stale} --report`, 'run.xml'],
    [`${stale} --plan-out`, 'stale.plan'],
    [`${stale} --plan-out p --report`, 'run.xml'],
    ['update --set-status locked --from IDS --report', 'run.json'],
    ['delete --from IDS --report', 'run.json'],
    ['create NEW --qr-dir codes --report', 'run.json'],
    ['create NEW --qr-dir codes --residue', 'rest.csv'],
    ['create NEW --uris-out', 'uris.csv'],
  ])('%s: exit 2, one sentence, and nothing was changed', async (line, name) => {
    const { home, ids = '', enrolments = '' } = await place();
    const path = join(home, 'no', 'such', name);
    const words = line
      .replace('IDS', ids)
      .replace('NEW', enrolments)
      .replace(/ (p|codes) /, ` ${home}/$1 `);
    const outcome = await bulk(home, `${words} ${path} --yes -o json`);
    expect(outcome).toMatchObject({ exit: 2, stdout: '' });
    expect(JSON.parse(outcome.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'output-unreachable', message: `${path} cannot be written: ENOENT` },
    });
    await nothingChanged(home);
    expect(existsSync(join(home, 'p'))).toBe(false);
  });

  it.each(['apply PLAN --yes', 'resume 1 --yes', 'undo 1 --yes', 'show 1'])('%s --report', async (line) => {
    const { home, store, plan = '' } = await place();
    expect(await bulk(home, `${stale} --plan-out ${plan}`)).toMatchObject({ exit: 0 });
    expect(await bulk(home, 'update --set-status locked --from - --yes', { stdin: '99\n1\n' })).toMatchObject({
      exit: 6,
    });
    const before = statuses(store);
    const path = join(home, 'no', 'run.xml');
    const outcome = await bulk(home, `${line.replace('PLAN', plan)} --report ${path}`);
    expect(outcome).toMatchObject({ exit: 2, stdout: '' });
    expect(outcome.stderr).toBe(`error: ${path} cannot be written: ENOENT\n`);
    expect(statuses(store)).toBe(before);
    expect(rowsOf(await bulk(home, 'runs -o jsonl'))).toHaveLength(1);
  });

  it('a folder for QR codes that is there, and takes no file', async () => {
    const { home, enrolments } = await place();
    const outcome = await bulk(home, `create ${enrolments} --qr-dir /proc --yes`);
    expect(outcome).toMatchObject({ exit: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^error: \/proc\/\.otpctl cannot be written: E\w+\n$/);
    await nothingChanged(home);
  });

  it('leaves a folder for QR codes, a report and a residue as the run makes them', async () => {
    const { home, enrolments } = await place();
    const [codes, report, residue] = ['codes', 'run.json', 'rest.csv'].map((name) => join(home, name));
    const files = `--qr-dir ${codes} --report ${report} --residue ${residue}`;
    expect(await bulk(home, `create ${enrolments} ${files} --yes`)).toMatchObject({ exit: 6 });
    expect(readdirSync(codes as string)).toEqual(['ada-4.png']);
    expect(readdirSync(home).filter((name) => name.endsWith('.new'))).toEqual([]);
    expect(readFileSync(residue as string, 'utf8')).toBe('type,user,email,phone\nemail,bob,no address,\n');
  });

  it('and no file beside them is touched', async () => {
    const { home } = await place();
    const [input, residue, report] = ['rest.csv.new', 'rest.csv', 'run.xml'].map((name) => join(home, name));
    writeFileSync(input as string, NEW);
    writeFileSync(`${report}.new`, 'kept');
    const files = `--qr-dir ${home}/codes --residue ${residue} --report ${report}`;
    expect(await bulk(home, `create ${input} ${files} --yes`)).toMatchObject({ exit: 6 });
    expect(readFileSync(input as string, 'utf8')).toBe(NEW);
    expect(readFileSync(`${report}.new`, 'utf8')).toBe('kept');
  });

  it.each(['--uris-out OUT --residue OUT', '--report OUT --residue ./x/../OUT --qr-dir codes'])(
    'two of them in one file would lose what is in one: %s',
    async (line) => {
      const { home, enrolments } = await place();
      const words = line.replaceAll('OUT', 'out.json').replaceAll(/ (?=out|\.|codes)/g, ` ${home}/`);
      const outcome = await bulk(home, `create ${enrolments} ${words} --yes`);
      expect(outcome).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining('are one file') });
      await nothingChanged(home);
    },
  );

  it('the rows that fail of a file of users', async () => {
    const { home } = await place();
    const users = join(home, 'users.csv');
    writeFileSync(users, 'name,mail\nada,a@example.com\n,nobody\n');
    const line = ['user', 'import', users, '--residue', join(home, 'no', 'rest.csv')];
    expect(await otpctl(line, { home })).toMatchObject({ exit: 2, stdout: '' });
    expect((await otpctl(['user', 'list', '-q'], { home })).stdout).not.toContain('ada');
  });
});

describe('an option is not ignored in silence', () => {
  it('--report beside --plan-out reports what the plan would do', async () => {
    const { home, plan = '' } = await place();
    const report = join(home, 'plan.xml');
    expect(await bulk(home, `${stale} --plan-out ${plan} --report ${report}`)).toMatchObject({ exit: 0 });
    expect(readFileSync(report, 'utf8')).toContain(
      '<testsuite name="otpctl bulk disable-stale, dry run" tests="3" failures="0" errors="0" skipped="0">',
    );
    await nothingChanged(home);
  });

  it.each(['--rate 5', '--concurrency 2', '--max-failures 0'])('%s beside --plan-out is exit 2', async (option) => {
    const { home, plan = '' } = await place();
    const outcome = await bulk(home, `${stale} --plan-out ${plan} ${option}`);
    expect(outcome).toMatchObject({ exit: 2, stdout: '' });
    expect(outcome.stderr).toContain(
      `error: a plan does not keep ${option.split(' ')[0]}\nhint: give it to  otpctl bulk`,
    );
    expect(existsSync(plan)).toBe(false);
  });

  it('--report of an enrolment is written in a dry run, and of --residue it is said that it is not', async () => {
    const { home, enrolments } = await place();
    const [report = '', residue = ''] = ['run.json', 'rest.csv'].map((name) => join(home, name));
    writeFileSync(residue, 'kept');
    const files = `--qr-dir ${home}/codes --report ${report} --residue ${residue}`;
    const outcome = await bulk(home, `create ${enrolments} ${files} --dry-run`);
    expect(outcome).toMatchObject({
      exit: 6,
      stderr: `dry run: 2 planned, 1 failed; nothing was created\na dry run writes no residue: ${residue} is left as it is\n`,
    });
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
      command: 'create',
      dryRun: true,
      counts: { planned: 2, failed: 1 },
    });
    expect(readFileSync(residue, 'utf8')).toBe('kept');
    expect(existsSync(join(home, 'codes'))).toBe(false);
    await nothingChanged(home);
  });
});
