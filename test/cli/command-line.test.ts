import { readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT, EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { COMMANDS } from '../../src/cli/parse/registry.ts';
import { SCIM_STATUS } from '../../src/scim/error-status.ts';
import { VERSION } from '../../src/version.ts';
import { otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { ROOT } from '../support/process.ts';

describe('the command line', () => {
  it('says its version, which is the one of the package', async () => {
    expect(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version).toBe(VERSION);
    expect(await otpctl(['--version'], { home: temporaryHome() })).toEqual({
      exit: 0,
      stdout: `${VERSION}\n`,
      stderr: '',
    });
  });

  it.each(COMMANDS.map(({ name }) => name))(
    'has help for  %s  with two examples of it, and opens nothing for it',
    async (name) => {
      const { exit, stdout, stderr } = await otpctl([...name.split(' '), '--help'], { home: '/nonexistent' });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      expect(stdout).toContain(`Usage: otpctl ${name}`);
      expect(stdout.split(`\n  otpctl ${name}`).length).toBeGreaterThanOrEqual(3);
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      const {
        summary,
        arguments: positions,
        options,
      } = await (COMMANDS.find((each) => each.name === name)?.load() ?? Promise.reject(new Error(name)));
      expect(summary).toMatch(/./);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(summary);
      for (const { name: placeholder, description } of positions) {
        expect(stdout).toContain(placeholder);
        expect(description).toMatch(/./);
      }
      for (const { flags, description, choices = [] } of Object.values(options)) {
        expect(stdout).toContain(flags);
        expect(description).toMatch(/./);
        for (const word of choices) expect(stdout.toLowerCase()).toContain(word.toLowerCase());
      }
    },
  );

  it('shows its help without arguments, and that of a noun', async () => {
    const home = temporaryHome();
    for (const line of [[], ['--help'], ['-h']]) {
      expect(await otpctl(line, { home })).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining('Usage: otpctl '),
      });
    }
    const { exit, stdout } = await otpctl(['device', '--help'], { home });
    expect(exit).toBe(0);
    for (const { name } of COMMANDS.filter((each) => each.name.startsWith('device ')))
      expect(stdout).toContain(name.slice(7));
  });

  it.each([
    ['devcie list', 'unknown command "devcie"', 'did you mean device'],
    ['device lst', 'unknown command "lst"', 'did you mean list'],
    ['device list --staus V', 'unknown option "--staus"', 'did you mean --status'],
    ['device', 'otpctl device wants a verb', 'otpctl device --help'],
    ['device list extra', 'too many arguments', 'otpctl device list --help'],
    ['help exit-cods', 'no command and no topic "exit-cods"', 'did you mean  otpctl help exit-codes'],
    ['help devcie', 'no command and no topic "devcie"', 'did you mean  otpctl help device'],
    ['device list --type topt', 'unknown device type "topt"', 'did you mean  totp'],
    ['device list --status lokced', 'unknown status "lokced"', 'did you mean  locked'],
    ['device list -o jsno', 'unknown output format "jsno"', 'did you mean  json'],
    ['device list --never-used xyz', 'unknown value "xyz"', 'include, exclude, only'],
    ['device list --limit', 'argument missing', 'otpctl device list --help'],
    ['serve --trust-proxy', 'argument missing', '--trust-proxy 10.0.0.5,192.168.7.0/24'],
    ['serve --trust-proxy --base-url https://x', 'names no proxies', '--trust-proxy unix'],
    ['serve --trust-proxy true', 'names no proxies', '--trust-proxy 10.0.0.5,192.168.7.0/24'],
    ['serve --trust-proxy 10.0.0.5,', 'names no proxies', '--trust-proxy unix'],
    ['device list --store a --profile local', '--profile and --store exclude one another', 'give one of them'],
    ['device list --profile nowhere', 'there is no profile "nowhere"', 'local'],
  ])('answers  %s  with one sentence and a hint', async (line, sentence, hint) => {
    const { exit, stdout, stderr } = await otpctl(line.split(' '), { home: temporaryHome() });
    expect({ exit, stdout }).toEqual({ exit: line.includes('nowhere') ? 3 : 2, stdout: '' });
    const [first = '', second = ''] = stderr.split('\n');
    expect(first).toMatch(/^error: [^A-Z].*[^.]$/);
    expect(first).toContain(sentence);
    expect(second).toContain(hint);
  });

  it('takes help for a word too', async () => {
    const home = temporaryHome();
    const text = async (...line: string[]) => (await otpctl(line, { home })).stdout;
    expect(await text('help')).toBe(await text('--help'));
    expect(await text('help', 'device')).toBe(await text('device', '--help'));
    expect(await text('help', 'device', 'list')).toBe(await text('device', 'list', '--help'));
    expect(await otpctl(['help', 'nonsense'], { home })).toMatchObject({ exit: 2, stdout: '' });
  });

  it.each(['exit-codes', 'filters', 'environment', 'scripting'])(
    'has help on  %s,  which opens nothing',
    async (name) => {
      const { exit, stdout, stderr } = await otpctl(['help', name], { home: '/nonexistent' });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      expect(stdout.length).toBeGreaterThan(500);
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      expect((await otpctl([], { home: '/nonexistent' })).stdout).toContain(`  ${name} `);
    },
  );

  it('says of every exit code and of every error code which it is', async () => {
    const { stdout } = await otpctl(['help', 'exit-codes'], { home: '/nonexistent' });
    for (const code of Object.values(EXIT)) expect(stdout).toMatch(new RegExp(`^ *${code}  [a-z]`, 'm'));
    for (const code of Object.keys(EXIT_CODES)) expect(stdout).toMatch(new RegExp(`\\b${code}\\b`));
  });

  it('names every variable of the environment that is read', async () => {
    const { stdout } = await otpctl(['help', 'environment'], { home: '/nonexistent' });
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const names = sources.flatMap(
      (file) => readFileSync(join(ROOT, 'src', file), 'utf8').match(/\bOTPCTL_[A-Z_]+\b/g) ?? [],
    );
    expect(new Set(names).size).toBeGreaterThan(8);
    for (const name of new Set(names)) expect(stdout).toContain(name);
  });

  it('takes global options before and after the command', async () => {
    const home = temporaryHome();
    const store = join(home, 'x.db');
    expect(await otpctl(['--store', store, '-o', 'json', 'store', 'init'], { home })).toMatchObject({ exit: 0 });
    for (const line of [
      ['--store', store, 'device', 'list', '--count'],
      ['device', 'list', '--count', `--store=${store}`],
      ['device', '--store', store, 'list', '--count'],
    ]) {
      expect(await otpctl(line, { home })).toMatchObject({ exit: 0, stdout: '0\n' });
    }
  });

  it('finds the store by option, by environment, by default, in that order', async () => {
    const home = temporaryHome();
    const at = (name: string) => join(home, name);
    const init = (line: string[], environment = {}) =>
      otpctl(['store', 'init', ...line, '--columns', 'path', '-o', 'jsonl'], { home, environment });
    const path = async (line: string[], environment = {}) =>
      JSON.parse((await init(line, environment)).stdout).path as string;
    expect(await path(['--store', at('a.db')], { OTPCTL_STORE: at('b.db') })).toBe(at('a.db'));
    expect(await path([], { OTPCTL_STORE: at('b.db') })).toBe(at('b.db'));
    expect(await path([], { OTPCTL_STORE: '', XDG_DATA_HOME: at('data') })).toBe(at('data/otpctl/otpctl.db'));
    expect(await path([], { XDG_DATA_HOME: 'relative' })).toBe(at('.local/share/otpctl/otpctl.db'));
    expect(await init([], { OTPCTL_STORE: at('c.db'), OTPCTL_PROFILE: 'local' })).toMatchObject({ exit: 2 });
    expect(await init(['--profile', 'local', '--store', at('d.db')])).toMatchObject({ exit: 2 });
  });

  it.each(['', 'relative'])(
    'takes the home that the OS knows where HOME is %j, and not the folder one stands in',
    async (home) => {
      const environment = { HOME: home, XDG_DATA_HOME: '' };
      const { stderr } = await otpctl(['device', 'list', '--verbose'], { home: temporaryHome(), environment });
      expect(stderr).toContain(` ${join(userInfo().homedir, '.local/share/otpctl/otpctl.db')}\n`);
    },
  );

  it('writes an error as one JSON object where JSON was asked for, wherever it was', async () => {
    for (const line of [
      ['-o', 'json', 'device', 'show', '1'],
      ['device', 'show', '1', '--output=jsonl'],
      ['device', 'nonsense', '-ojson'],
    ]) {
      const { exit, stdout, stderr } = await otpctl(line, { home: temporaryHome() });
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
      const { error } = JSON.parse(stderr) as { error: Record<string, unknown> };
      expect(Object.keys(error)).toEqual(['code', 'message', 'hint', 'exitCode']);
      expect(error['exitCode']).toBe(2);
    }
  });

  it.each([
    ['-vo json audit verify', '--verbose --output json'],
    ['-o json -- audit verify', 'after a separator'],
    ['audit verify -vo json', 'after the command'],
  ])('runs  %s  as it is meant: %s', async (line) => {
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home });
    const { exit, stdout } = await otpctl(line.split(' '), { home });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining('"intact": true') });
  });

  it.each(['--help', '-h', '--version', '-V', '-v', '-q', '--yes', '--if-enrolled', '--no-color'])(
    'never takes a code that reads  %s  for a yes',
    async (code) => {
      const home = temporaryHome();
      await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin: '12345678' });
      for (const line of [
        ['1', code],
        ['--user', 'ada', code],
        ['--user', 'nobody', code],
      ]) {
        const { exit, stdout } = await otpctl(['device', 'verify', ...line], { home });
        expect({ yes: exit === 0, stdout }).toEqual({ yes: false, stdout: '' });
      }
    },
  );

  it.each(['--', '-o json', '--yes', '--no-color -v'])(
    'runs nothing for  %s, and does not call it a success',
    async (line) => {
      const { exit, stderr } = await otpctl(line.split(' '), { home: temporaryHome() });
      expect({ exit, stderr: stderr.length > 0 }).toEqual({ exit: 2, stderr: true });
    },
  );

  it('finds a wrong column before it does anything', async () => {
    const home = temporaryHome();
    await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin: '12345678' });
    for (const { name, load } of COMMANDS.filter((each) => each.name !== 'device create')) {
      const wanted = (await load()).arguments.filter((each) => each.name.startsWith('<'));
      const line = [...name.split(' '), ...wanted.map(() => '1')];
      const { exit, stderr } = await otpctl([...line, '--columns', 'bogus'], { home });
      expect({ name, exit, stderr }).toEqual({ name, exit: 2, stderr: expect.stringMatching(/no column/) });
    }
    expect((await otpctl(['audit', 'list', '-q'], { home })).stdout).toBe('1\n2\n');
  });

  it('refuses notes that would break a log', async () => {
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home });
    for (const note of ['a\nb', 'a\u001bb', 'x'.repeat(1001)]) {
      expect(await otpctl(['device', 'lock', '1', '--reason', note], { home })).toMatchObject({ exit: 2 });
    }
  });
});

describe('docs/errors.md', () => {
  it('has a row for every error code with its exit code and its SCIM status, and for nothing else', () => {
    const document = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
    const rows = [...document.matchAll(/^\| `([a-z-]+)` \| (\d+) \| (\d+) \|/gm)];
    expect(Object.fromEntries(rows.map(([, code, exit]) => [code, Number(exit)]))).toEqual(EXIT_CODES);
    const statuses = Object.entries(SCIM_STATUS).map(([code, { status }]) => [code, status]);
    expect(rows.map(([, code, , status]) => [code, Number(status)]).sort()).toEqual(statuses.sort());
    expect(rows).toHaveLength(Object.keys(EXIT_CODES).length);
  });
});
