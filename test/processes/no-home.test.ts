import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { command, type ProcessOutcome, ROOT } from '../support/process.ts';

/** A number that no list of users has, as containers are started with. */
const UID = '54321';

/** A folder that somebody without a name and a home may write, and the program run there as nobody in particular. */
function stranger() {
  const folder = mkdtempSync(join(tmpdir(), 'otpctl-test-'));
  chmodSync(folder, 0o777);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const run = (line: string, more: Record<string, string> = {}, stdin = ''): Promise<ProcessOutcome> => {
    const program = [process.execPath, join(ROOT, 'bin/otpctl.js'), ...line.split(' ')];
    const variables = Object.entries(more).map(([name, value]) => `${name}=${value}`);
    const alone = ['env', '-i', `PATH=${process.env['PATH']}`, ...variables];
    const switched = ['--reuid', UID, '--regid', UID, '--clear-groups', ...alone, ...program];
    return command('setpriv', switched, { home: folder, stdin });
  };
  return { folder, run, store: join(folder, 'a.db') };
}

describe.skipIf(process.getuid?.() !== 0)('a user without a name and without a home', () => {
  it('works on a store that is named, with its key from the environment, and is a number in the log', async () => {
    const { run, store } = stranger();
    const key = { OTPCTL_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
    const created = await run(`device create pin --user ada --pin-stdin --store ${store}`, key, '12345678');
    expect(created).toMatchObject({ exit: 0 });
    const { stdout, stderr } = await run('audit list -o jsonl', { ...key, OTPCTL_STORE: store });
    expect(stderr).toBe('');
    const actors = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).actor);
    expect(new Set(actors)).toEqual(new Set([`uid:${UID}`]));
    const looked = await run(`doctor --store ${store}`, key);
    expect({ exit: looked.exit, stderr: looked.stderr }).toEqual({ exit: 0, stderr: '' });
  });

  it('needs no home where XDG says what is where', async () => {
    const { run, folder } = stranger();
    const places = { XDG_DATA_HOME: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'config') };
    expect(await run('device create pin --user ada --pin-stdin', places, '12345678')).toMatchObject({ exit: 0 });
    expect(await run('device list -q', places)).toMatchObject({ exit: 0, stdout: '1\n' });
  });

  it('is told in a sentence what to set where a home is needed: exit 2, and nothing is left behind', async () => {
    const { run, store } = stranger();
    const url = '--url http://127.0.0.1:1';
    for (const [line, hint] of [
      ['device list', '--store PATH'],
      ['profile list', 'XDG_CONFIG_HOME'],
      ['profile add work --store /x/y.db', 'XDG_CONFIG_HOME'],
      ['ds100 list', '--store PATH'],
      [`device create pin --user ada --pin-stdin --store ${store}`, 'OTPCTL_MASTER_KEY_FILE'],
      [`store init --store ${store}`, 'OTPCTL_MASTER_KEY_FILE'],
    ] as const) {
      const { exit, stderr } = await run(line, {}, '12345678');
      expect({ line, exit }).toEqual({ line, exit: 2 });
      expect(stderr).toMatch(/^error: this user has no home folder, .*\nhint: set {2}HOME, .*\n$/);
      expect(stderr).toContain(hint);
    }
    expect(await run(`device list --store ${store}`)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('no store'),
    });
    expect(await run(`device list ${url}`)).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining('not signed in'),
    });
    const token = { OTPCTL_TOKEN: 'token-of-nobody' };
    expect(await run(`device list ${url}`, token)).toMatchObject({
      exit: 7,
      stderr: expect.stringContaining('127.0.0.1'),
    });
    expect(await run('doctor')).toMatchObject({ exit: 1, stdout: expect.stringContaining('no home folder') });
    for (const line of ['device list --help', '--version', 'completion bash']) {
      expect(await run(line)).toMatchObject({ exit: 0, stderr: '' });
    }
  });
});
