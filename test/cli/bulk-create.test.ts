import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OtpctlError } from '../../src/domain/errors.ts';
import type { Backend } from '../../src/ports/backend.ts';
import { json, type Outcome, otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { tamper } from '../support/sql.ts';

const clock = fixedClock();
const CSV =
  'type,user,email,phone\ntotp,ada,,\nHOTP,bob,,\nemail,"o\'neil, x",x@example.com,\nsms,=eve,,+34666555444\n';

function written(text: string, home = temporaryHome()) {
  const file = join(home, 'new.csv');
  writeFileSync(file, text);
  return { home, file };
}

async function create(text: string, line: string, home = temporaryHome()) {
  const { file } = written(text, home);
  return { home, file, outcome: await again(home, `${file} ${line}`) };
}
const again = (home: string, line: string, more: object = {}): Promise<Outcome> =>
  otpctl(['bulk', 'create', ...line.split(' ')], { home, clock, ...more });
const rowsOf = ({ stdout }: Outcome) =>
  stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const devices = async (home: string) => Number((await otpctl(['device', 'list', '--count'], { home })).stdout);

describe('bulk create', () => {
  it('enrols the devices of a file, and writes a QR code for each that needs one', async () => {
    const home = temporaryHome();
    const codes = join(home, 'codes');
    const { outcome } = await create(CSV, `--qr-dir ${codes} --yes -o jsonl`, home);
    expect(outcome.exit).toBe(0);
    const made = rowsOf(outcome).map(({ id, user, outcome: what }) => [id, user, what]);
    expect(made.sort()).toEqual([
      ['1', 'ada', 'created'],
      ['2', 'bob', 'created'],
      ['3', "o'neil, x", 'created'],
      ['4', '=eve', 'created'],
    ]);
    expect(readdirSync(codes).sort()).toEqual(['ada-1.png', 'bob-2.png']);
    expect(statSync(join(codes, 'ada-1.png')).mode & 0o777).toBe(0o600);
    expect(await json(['device', 'list', '--user', 'ada'], { home })).toMatchObject([{ type: 'TOTP', status: 'C' }]);
  });

  it('writes URIs into a file for its owner alone, that set up what was made', async () => {
    const home = temporaryHome();
    const uris = join(home, 'uris.csv');
    expect((await create(CSV, `--uris-out ${uris} --yes`, home)).outcome.exit).toBe(0);
    const lines = readFileSync(uris, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('id,name,user,type,otpauthUri');
    expect(lines[1]).toMatch(/^1,TOTP00000001,ada,TOTP,otpauth:\/\/totp\/.*secret=[A-Z2-7]+/);
    expect(statSync(uris).mode & 0o777).toBe(0o600);
  });

  it('creates nothing twice, and what was deleted since again', async () => {
    const { home, file } = written(CSV);
    const uris = join(home, 'uris.csv');
    const line = `${file} --uris-out ${uris} --yes -o jsonl`;
    expect((await again(home, line)).exit).toBe(0);
    const before = readFileSync(uris, 'utf8');
    const second = await again(home, line);
    expect(second.exit).toBe(0);
    expect(rowsOf(second).map(({ outcome, reason }) => [outcome, reason])).toEqual(
      Array.from({ length: 4 }, () => ['skipped', 'created by run 1']),
    );
    expect(readFileSync(uris, 'utf8')).toBe(before);
    expect(await devices(home)).toBe(4);
    await otpctl(['device', 'delete', '1', '--yes'], { home, clock });
    expect(rowsOf(await again(home, line)).filter(({ outcome }) => outcome === 'created')).toMatchObject([
      { user: 'ada' },
    ]);
    expect(await devices(home)).toBe(4);
  });

  it('takes a line that is there twice for two devices', async () => {
    const { home, file, outcome } = await create(
      'type,user,email,phone\nemail,a,a@example.com,\nemail,a,a@example.com,\n',
      '--yes',
    );
    expect(outcome.exit).toBe(0);
    expect(await devices(home)).toBe(2);
    await again(home, `${file} --yes`);
    expect(await devices(home)).toBe(2);
  });

  it.each([
    [
      'csv',
      'type,user,email,phone\nemail,a,a@example.com,\nemail,b,no address,\ncard,c,,\n',
      'type,user,email,phone\nemail,b,no address,\ncard,c,,\n',
    ],
    [
      'JSON lines',
      '{"type":"EMAIL","user":"a","email":"a@example.com"}\n{"type":"SMS","user":"b","phone":"x"}\n',
      '{"type":"SMS","user":"b","phone":"x"}\n',
    ],
  ])('writes what failed into a file that can be run again: %s', async (_, text, rest) => {
    const home = temporaryHome();
    const residue = join(home, 'rest');
    const { outcome } = await create(text, `--residue ${residue} --yes`, home);
    expect(outcome.exit).toBe(6);
    expect(await devices(home)).toBe(1);
    expect(readFileSync(residue, 'utf8')).toBe(rest);
    const mended = rest
      .replace('no address', 'b@example.com')
      .replace('"x"', '"+34666555444"')
      .replace('card,c,,\n', '');
    writeFileSync(residue, mended);
    expect((await again(home, `${residue} --residue ${residue} --force --yes`)).exit).toBe(0);
    expect(await devices(home)).toBe(2);
    expect(readFileSync(residue, 'utf8')).toBe(text.startsWith('{') ? '' : 'type,user,email,phone\n');
  });

  it.each([
    [CSV, '--yes', 'output-unreachable'],
    ['type,user,secret\ntotp,ada,AAAA\n', '--uris-out u --yes', 'invalid-value'],
    ['{"type":"email","user":["a"]}\n', '--yes', 'invalid-value'],
    ['type,user\n"broken,ada\n', '--yes', 'invalid-value'],
    ['type,user,email\nemail,a,a@example.com\n', '--no-input', 'input-needed'],
  ])('creates nothing from  %j  with  %s', async (text, line, code) => {
    const { home, outcome } = await create(text, `${line} -o json`);
    expect(outcome).toMatchObject({ exit: 2, stdout: '' });
    // The store that it made for its journal is said before.
    expect(JSON.parse(outcome.stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ error: { code } });
    expect((await otpctl(['device', 'list', '--count'], { home })).stdout).not.toMatch(/[1-9]/);
  });

  it('takes a device away again whose secret cannot be written', async () => {
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home, clock });
    const codes = join(home, 'codes');
    const { file } = written('type,user\ntotp,ada\n', home);
    // The name of the first code is taken already.
    mkdirSync(codes);
    writeFileSync(join(codes, 'ada-1.png'), '');
    const run = await again(home, `${file} --qr-dir ${codes} --yes -o jsonl`);
    expect(rowsOf(run)).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('is there already') }]);
    expect(run.exit).toBe(6);
    expect(await devices(home)).toBe(0);
  });

  it('after a kill between a device and its journal makes neither a second one nor loses the first', async () => {
    const { home, file } = written('type,user,email\nemail,a,a@example.com\ntotp,t,\n');
    const uris = join(home, 'uris.csv');
    const line = `${file} --uris-out ${uris} --yes -o jsonl`;
    expect((await again(home, line)).exit).toBe(0);
    // What a kill at the worst moment leaves: both devices, and rows that were begun.
    tamper(storeOf(home), `UPDATE run_rows SET outcome = 'sent', device_id = '', name = ''`);
    const second = await again(home, line);
    expect(second.exit).toBe(6);
    expect(rowsOf(second)).toMatchObject([
      { id: '1', user: 'a', outcome: 'created' },
      { user: 't', outcome: 'failed', reason: expect.stringContaining('device 2') },
    ]);
    expect(await devices(home)).toBe(2);
    await otpctl(['device', 'delete', '2', '--yes'], { home, clock });
    expect((await again(home, line)).exit).toBe(0);
    expect(await devices(home)).toBe(2);
  });

  it('takes what nobody answered for neither made nor failed: the next run looks before it makes', async () => {
    const { home, file } = written(
      'type,user,email\nemail,a,a@example.com\nemail,b,b@example.com\nemail,c,c@example.com\n',
    );
    await otpctl(['store', 'init'], { home, clock });
    const lost =
      (arrives: boolean) =>
      (backend: Backend): Backend => ({
        ...backend,
        async create(request, origin) {
          if (request.user === 'c') return backend.create(request, origin);
          if (request.user === 'a' || arrives) await backend.create(request, origin);
          throw new OtpctlError('outcome-unknown', 'the connection broke before the answer');
        },
      });
    const residue = join(home, 'rest.csv');
    const first = await again(home, `${file} --residue ${residue} --yes -o jsonl`, { remote: lost(false) });
    expect(first.exit).toBe(6);
    expect(first.stderr).toContain('run 1 interrupted: 2 sent, 1 created; run the file again');
    expect(
      rowsOf(first)
        .map(({ user, outcome, reason }) => [user, outcome, reason])
        .sort(),
    ).toEqual([
      ['a', 'sent', 'the connection broke before the answer'],
      ['b', 'sent', 'the connection broke before the answer'],
      ['c', 'created', undefined],
    ]);
    expect(readFileSync(residue, 'utf8').split('\n').slice(1, 3)).toEqual([
      'email,a,a@example.com,',
      'email,b,b@example.com,',
    ]);
    const there = (backend: Backend) => backend;
    // The journal says "sent" of a, which is there, and of b, which is not.
    const second = await again(home, `${file} --yes -o jsonl`, { remote: there });
    expect(second.exit).toBe(0);
    expect(
      rowsOf(second)
        .map(({ user, outcome }) => [user, outcome])
        .sort(),
    ).toEqual([
      ['a', 'created'],
      ['b', 'created'],
      ['c', 'skipped'],
    ]);
    expect(await devices(home)).toBe(3);
    const third = await again(home, `${file} --yes -o jsonl`, { remote: there });
    expect(rowsOf(third).map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'skipped']);
    expect(await devices(home)).toBe(3);
  });

  it('is no failure of the outside that may be run blindly, when all that was sent is unknown', async () => {
    const { home, file } = written('type,user,email\nemail,a,a@example.com\nemail,b,b@example.com\n');
    await otpctl(['store', 'init'], { home, clock });
    const remote = (backend: Backend): Backend => ({
      ...backend,
      async create({ user }) {
        throw new OtpctlError(user === 'a' ? 'outcome-unknown' : 'disk', 'no answer');
      },
    });
    expect(await again(home, `${file} --yes`, { remote })).toMatchObject({ exit: 6 });
  });

  it('remembers a device whose secret is lost and that could not be taken away', async () => {
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home, clock });
    const codes = join(home, 'codes');
    const { file } = written('type,user\ntotp,ada\n', home);
    mkdirSync(codes);
    writeFileSync(join(codes, 'ada-1.png'), '');
    const remote = (backend: Backend): Backend => ({
      ...backend,
      async remove() {
        throw new OtpctlError('disk', 'the server cannot be reached');
      },
    });
    const run = await again(home, `${file} --qr-dir ${codes} --yes -o jsonl`, { remote });
    expect(run.exit).toBe(6);
    expect(rowsOf(run)).toMatchObject([
      {
        outcome: 'sent',
        reason: expect.stringContaining('device 1 could not be taken away: the server cannot be reached'),
      },
    ]);
    const second = await again(home, `${file} --qr-dir ${codes} --yes -o jsonl`, {
      remote: (backend: Backend) => backend,
    });
    expect(rowsOf(second)).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('delete that') }]);
    expect(await devices(home)).toBe(1);
  });

  it('gives no QR code a name that leads elsewhere, that is taken for an option, or that is not seen', async () => {
    const home = temporaryHome();
    const codes = join(home, 'codes');
    const { file } = written('type,user\ntotp,-rf *\ntotp,../../x\ntotp,李\n', home);
    const ids = ['1', '/../../y', '-\u2800\u3164'];
    const remote = (backend: Backend): Backend => ({
      ...backend,
      async create(request, origin) {
        const made = await backend.create(request, origin);
        return { ...made, device: { ...made.device, id: ids[Number(made.device.id) - 1] as string } };
      },
    });
    const run = await again(home, `${file} --qr-dir ${codes} --concurrency 1 --yes -o jsonl`, { remote });
    expect(run.exit).toBe(0);
    expect(readdirSync(codes).sort()).toEqual(['__.._x-_.._.._y.png', '_rf__-1.png', '李--__.png']);
  });

  it('keeps to --concurrency and to --rate', async () => {
    const text = `type,user,email\n${Array.from({ length: 12 }, (_, at) => `email,u${at},u${at}@example.com\n`).join('')}`;
    const { home, file } = written(text);
    await otpctl(['store', 'init'], { home, clock });
    let [underWay, most] = [0, 0];
    const remote = (backend: Backend): Backend => ({
      ...backend,
      async create(request, origin) {
        underWay += 1;
        most = Math.max(most, underWay);
        // On a busy machine the others may take their time to begin.
        for (let waited = 0; most < 3 && waited < 200; waited++)
          await new Promise((resolve) => setTimeout(resolve, 10));
        underWay -= 1;
        return backend.create(request, origin);
      },
    });
    expect(await again(home, `${file} --concurrency 3 --yes`, { remote })).toMatchObject({ exit: 0 });
    expect(most).toBe(3);
    const other = written(text.replaceAll('email,u', 'email,v'));
    await otpctl(['store', 'init'], { home: other.home, clock });
    const started = performance.now();
    expect(await again(other.home, `${other.file} --rate 40/s --yes`, { remote })).toMatchObject({ exit: 0 });
    expect(performance.now() - started).toBeGreaterThan((1000 / 40) * 11);
  });

  it.each([
    ['TOTP,ada\n', 'has a column "TOTP"'],
    [
      'Type,User,Mail\ntotp,ada,x\n',
      'has a column "Mail" (the separator is ",")\nhint: did you mean  email; the columns are',
    ],
    ['type|user\ntotp|ada\n', 'has a column "type|user" (there is no separator)'],
    ['user;email\nada;x\n', 'has no column "type" (the separator is ";")'],
    ['type,user,pin\n', 'has a column "pin"'],
    ['type,user,type\ntotp,ada,hotp\n', 'the column "type" is there twice'],
  ])('takes no file without its heading for an empty one: %j', async (text, message) => {
    const home = temporaryHome();
    const { outcome } = await create(text, `--uris-out ${home}/uris.csv --yes`, home);
    expect(outcome).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('that is interrupted says how to go on', async () => {
    const { file, home } = written('type,user,email\nemail,a,a@example.com\nemail,b,b@example.com\n');
    await otpctl(['store', 'init'], { home, clock });
    const outcome = await again(home, `${file} --yes`, { interruption: AbortSignal.abort() });
    expect(outcome).toMatchObject({
      exit: 130,
      stderr: 'run 1 interrupted: 2 waiting; run the file again, or its residue\n',
    });
  });

  it('holds rows against the settings of the place', async () => {
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home, clock });
    await otpctl(['settings', 'set', 'hotp.enabled=false'], { home, clock });
    const { outcome } = await create(
      'type,user\ntotp,a\nhotp,b\n',
      `--uris-out ${join(home, 'u')} --dry-run -o jsonl`,
      home,
    );
    expect(rowsOf(outcome)).toMatchObject([
      { user: 'a', outcome: 'planned' },
      { user: 'b', outcome: 'failed', reason: expect.stringContaining('hotp.enabled is false') },
    ]);
  });

  it('makes no PIN device, as a PIN does not belong in a file', async () => {
    const { outcome, home } = await create('type,user,email\npin,ada,\nemail,a,a@example.com\n', '--yes -o jsonl');
    expect(outcome.exit).toBe(6);
    expect(rowsOf(outcome)).toMatchObject([
      { user: 'ada', outcome: 'failed', reason: expect.stringContaining('line 2: a PIN cannot come from a file') },
      { user: 'a', outcome: 'created' },
    ]);
    expect(await devices(home)).toBe(1);
    const refused = await create('type,user,pin\npin,ada,1234\n', '--yes -o json');
    expect(refused.outcome).toMatchObject({ exit: 2, stdout: '' });
    expect(JSON.parse(refused.outcome.stderr)).toMatchObject({
      error: { code: 'invalid-value', hint: expect.stringContaining('a secret does not belong in such a file') },
    });
    expect(refused.outcome.stderr).not.toContain('1234');
  });

  it('goes on after a failure of the place, and stops after too many', async () => {
    const text = `type,user,email\n${Array.from({ length: 9 }, (_, at) => `email,u${at},u${at}@example.com\n`).join('')}`;
    const { home, file } = written(text);
    await otpctl(['store', 'init'], { home, clock });
    let calls = 0;
    const remote = (backend: Backend): Backend => ({
      ...backend,
      async create(request, origin) {
        calls += 1;
        if (calls > 4) throw new OtpctlError('disk', 'the server cannot be reached');
        return backend.create(request, origin);
      },
    });
    const outcome = await again(home, `${file} --max-failures 2 --concurrency 1 --yes -o jsonl`, { remote });
    expect(outcome.exit).toBe(6);
    expect(rowsOf(outcome).filter(({ outcome: what }) => what === 'failed')).toHaveLength(3);
    expect(await devices(home)).toBe(4);
    expect((await again(home, `${file} --yes`, { remote: (backend: Backend) => backend })).exit).toBe(0);
    expect(await devices(home)).toBe(9);
  });

  it('says in a dry run what it would create, and creates nothing', async () => {
    const { home, file } = written(CSV);
    await otpctl(['store', 'init'], { home, clock });
    const outcome = await again(home, `${file} --uris-out ${join(home, 'u')} --dry-run -o jsonl`);
    expect(outcome.exit).toBe(0);
    expect(rowsOf(outcome).map(({ outcome: what }) => what)).toEqual(['planned', 'planned', 'planned', 'planned']);
    expect(await devices(home)).toBe(0);
    expect(await json(['bulk', 'runs'], { home })).toEqual([]);
  });

  it('is a run that is shown, and neither resumed nor undone', async () => {
    const { home } = await create('type,user,email\nemail,a,a@example.com\n', '--yes');
    expect(await json(['bulk', 'runs'], { home })).toMatchObject([
      { id: '1', command: 'create', counts: { changed: 1 } },
    ]);
    for (const verb of ['resume', 'undo']) {
      expect(await otpctl(['bulk', verb, '1', '--yes'], { home, clock })).toMatchObject({ exit: 2 });
    }
    expect(await devices(home)).toBe(1);
  });
});
