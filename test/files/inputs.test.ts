import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { command, program, ROOT } from '../support/process.ts';
import { many, stocked } from '../support/stock.ts';

/** Every command that reads a file that somebody names: IN is the file. */
const INPUTS = [
  'user import IN',
  'bulk create IN --qr-dir codes --yes',
  'bulk update --set-status locked --from IN --yes',
  'bulk delete --from IN --yes',
  'bulk apply IN --yes',
  'ds100 disable --from IN --yes',
  'ds100 import IN',
  'settings import IN --yes',
  'settings set totp.issuer=@IN',
  'audit verify IN',
  'store restore IN --yes',
  'store backup x.backup --passphrase-file IN',
  'store key rotate --new-key-file IN --yes',
  'serve --port 0 --tls-cert IN --tls-key IN',
] as const;

const words = (line: string, path: string) => line.replaceAll('IN', path).split(' ');

describe.each(INPUTS)('%s', (line) => {
  it('reads a regular file, and waits for none', async () => {
    const { home } = await stocked(many(1, {}));
    const [pipe, socket, folder] = ['pipe', 'socket', 'folder'].map((name) => join(home, name)) as [
      string,
      string,
      string,
    ];
    spawnSync('mkfifo', ['-m', '600', pipe]);
    mkdirSync(folder);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    onTestFinished(() => void server.close());
    for (const path of [
      pipe,
      socket,
      folder,
      '/dev/zero',
      '/dev/null',
      '/dev/tty',
      '/proc/self/mem',
      join(home, 'nothing'),
    ]) {
      const { exit, stdout, stderr } = await otpctl(words(line, path), { home });
      expect({ path, exit, stdout }).toEqual({ path, exit: 2, stdout: '' });
      expect(stderr).toMatch(/^error: .* (is a |is not |cannot be read)/);
    }
  });
});

describe('text from outside', () => {
  const LATIN1 = Buffer.from('name,mail\nM\xfcller,x\n', 'latin1');

  it.each([
    'user import IN',
    'bulk create IN --qr-dir codes --yes',
    'bulk delete --from IN --yes',
    'ds100 import IN',
    'settings import IN --yes',
    'settings set totp.issuer=@IN',
    'bulk apply IN --yes',
  ])('is UTF-8, or refused where it is not:  otpctl %s', async (line) => {
    const { home } = await stocked(many(1, {}));
    const path = join(home, 'latin1');
    writeFileSync(path, LATIN1, { mode: 0o600 });
    const { exit, stdout, stderr } = await otpctl(words(line, path), { home });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(' is not UTF-8: line 2, column 2; it looks like Latin-1\n');
    expect(stderr).toContain('hint: convert it with  iconv -f ISO-8859-1 -t UTF-8');
  });

  it('also in the config', async () => {
    const home = temporaryHome();
    mkdirSync(join(home, '.config/otpctl'), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, '.config/otpctl/config.toml'), Buffer.from('# M\xfcller\n', 'latin1'), { mode: 0o600 });
    const { exit, stderr } = await otpctl(['profile', 'list'], { home });
    expect({ exit, stderr }).toEqual({
      exit: 2,
      stderr: expect.stringContaining('line 1, column 4; it looks like Latin-1'),
    });
  });

  it.each([
    'user import -',
    'bulk update --set-status locked --from - --yes',
    'device enable -',
    'settings set -',
    'device verify 1 --code-stdin',
    'device create pin --user ada --pin-stdin',
  ])('also on stdin of the built program:  otpctl %s', async (line) => {
    const { home } = await stocked(many(1, {}));
    const script = `printf 'a\\nM\\374ller\\n' | exec "$@"`;
    const { exit, stdout, stderr } = await shell(script, line.split(' '), home);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain('stdin is not UTF-8: line 2, column 2; it looks like Latin-1');
  });

  it('also as an argument, and in the environment', async () => {
    const { home } = await stocked(many(1, {}));
    const argument = await shell(`exec "$@" "$(printf 'M\\374ller')"`, ['device', 'list', '--user'], home);
    expect(argument).toMatchObject({ exit: 2, stdout: '' });
    expect(argument.stderr).toContain('error: argument 4, "M\ufffdller", is not UTF-8\n');
    const variable = await shell(
      `export OTPCTL_STORE="$(printf '/tmp/M\\374ller.db')"; exec "$@"`,
      ['store', 'init'],
      home,
    );
    expect(variable).toMatchObject({ exit: 2, stdout: '' });
    expect(variable.stderr).toContain('error: the variable OTPCTL_STORE is not UTF-8\n');
  });

  it('may begin with a byte order mark', async () => {
    const { home } = await stocked(many(2, {}));
    const file = (name: string, text: string) => {
      writeFileSync(join(home, name), `\ufeff${text}`, { mode: 0o600 });
      return join(home, name);
    };
    const run = async (line: string, stdin = '') => (await otpctl(line.split(' '), { home, stdin })).exit;
    expect(await run(`user import ${file('users.csv', 'name,mail\nada,a@example.com\n')}`)).toBe(0);
    expect(await run(`settings import ${file('s.toml', '[totp]\ndigits = 8\n')} --yes`)).toBe(0);
    expect(await run(`settings set totp.issuer=@${file('issuer', 'Example\n')}`)).toBe(0);
    expect(await run('device lock -', '\ufeff1\n2\n')).toBe(0);
    expect(await run('device create pin --user ada --pin-stdin', '\ufeff12345678\n')).toBe(0);
    expect(await json<{ value: unknown }>(['settings', 'get', 'totp.issuer'], { home })).toMatchObject({
      value: 'Example',
    });
    expect(await run(`user import -`, '\ufeff{"name":"bob"}\n')).toBe(0);
  });

  it('has no half of a surrogate pair', async () => {
    const { home } = await stocked(many(1, {}));
    const run = (line: string, stdin: string) => otpctl(line.split(' '), { home, stdin });
    expect(await run('bulk delete --from - --yes', '{"id":"\\ud800"}\n')).toMatchObject({ exit: 2 });
    expect(await run('bulk create - --qr-dir codes --yes', '{"type":"totp","user":"\\ud800"}\n')).toMatchObject({
      exit: 2,
    });
    const { stdout } = await run('user import - -o jsonl', '{"name":"ada","mail":"\\udfff"}\n');
    expect(stdout).toContain('half a surrogate pair');
  });
});

describe('a pipe of the shell', () => {
  it('is read where a text is read once, and a file of its own is not needed', async () => {
    const { home } = await stocked(many(3, {}));
    const lock = await shell(
      'exec "$@" --from <(sleep 0.3; echo 1; echo 2)',
      ['bulk', 'update', '--set-status', 'locked', '--yes', '--max-percent', '100'],
      home,
    );
    expect(lock.exit, lock.stderr).toBe(0);
    const users = await shell(`exec "$@" <(printf 'name,mail\\nada,a@example.com\\n')`, ['user', 'import'], home);
    expect(users.exit, users.stderr).toBe(0);
    const stdin = await shell(`printf 'name\\nbob\\n' | exec "$@" /dev/stdin`, ['user', 'import'], home);
    expect(stdin.exit, stdin.stderr).toBe(0);
  });

  it('is refused where a key is kept', async () => {
    const { home } = await stocked(many(1, {}));
    const { exit, stderr } = await shell('OTPCTL_MASTER_KEY_FILE=<(echo x) exec "$@"', ['store', 'check'], home);
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('the key file') });
  });
});

describe('an input without an end', () => {
  it.each([
    'user import -',
    'bulk delete --from - --yes',
    'device enable -',
    'bulk create - --qr-dir codes --yes',
    'api POST /x --input -',
    'settings set -',
    'device verify 1 --code-stdin',
  ])('ends at its limit, in little memory:  otpctl %s < /dev/zero', async (line) => {
    const { home } = await stocked(many(1, {}));
    const script = 'ulimit -v 24000000; exec timeout 100 "$@" < /dev/zero';
    const { exit, stdout, stderr } = await shell(
      `export OTPCTL_TOKEN=x; ${line.startsWith('api') ? 'export OTPCTL_URL=http://127.0.0.1:9/scim;' : 'unset OTPCTL_TOKEN;'} ${script}`,
      line.split(' '),
      home,
    );
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toMatch(/stdin has more than [0-9,]+ bytes/);
  });

  it.each([
    ['bulk apply IN --yes', 256 * 2 ** 20],
    ['user import IN', 64 * 2 ** 20],
    ['settings import IN --yes', 2 ** 20],
    ['settings set totp.issuer=@IN', 2 ** 16],
    ['store backup x --passphrase-file IN', 4096],
  ])('a file that is larger is not read at all:  otpctl %s', async (line, most) => {
    const { home } = await stocked(many(1, {}));
    const path = join(home, 'large');
    writeFileSync(path, '', { mode: 0o600 });
    spawnSync('truncate', ['-s', String(most + 1), path]);
    const { exit, stderr } = await otpctl(words(line, path), { home });
    expect({ exit, stderr }).toEqual({
      exit: 2,
      stderr: expect.stringContaining(`has more than ${most.toLocaleString('en')} bytes`),
    });
  });

  it('a line of an export has an end', async () => {
    const home = temporaryHome();
    const path = join(home, 'audit.jsonl');
    writeFileSync(path, 'a'.repeat(2 ** 20 + 70_000));
    const { exit, stderr } = await otpctl(['audit', 'verify', path], { home });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('line 1 of the file') });
  });
});

it.each(['user import -', 'settings set -', 'device verify 1 --code-stdin', 'device enable -'])(
  'a stdin that cannot be read is said to be none:  otpctl %s 0> /dev/null',
  async (line) => {
    const { home } = await stocked(many(1, {}));
    const { exit, stderr } = await shell('exec "$@" 0> /dev/null', line.split(' '), home);
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: 'error: stdin cannot be read: EBADF\n' });
  },
);

it('a link to a file is read as the file', async () => {
  const { home } = await stocked(many(1, {}));
  writeFileSync(join(home, 'users.csv'), 'name\nada\n');
  symlinkSync(join(home, 'users.csv'), join(home, 'link'));
  expect(await program(['user', 'import', join(home, 'link')], { home })).toMatchObject({ exit: 0 });
});

/** Runs the built program from a script of bash, in which it is "$@". */
function shell(script: string, argv: readonly string[], home: string) {
  return command('bash', ['-c', script, 'bash', process.execPath, join(ROOT, 'bin/otpctl.js'), ...argv], { home });
}
