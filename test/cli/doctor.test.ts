import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, otpctl, type RunOptions } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';

interface Row {
  readonly check: string;
  readonly state: string;
  readonly finding: string;
  readonly remedy?: string;
}

async function doctor(
  options: RunOptions,
  ...more: string[]
): Promise<{ exit: number; row(name: string): Row | undefined }> {
  const { exit, stdout } = await otpctl(['doctor', '-o', 'json', ...more], options);
  const rows = JSON.parse(stdout) as Row[];
  return { exit, row: (name) => rows.find(({ check }) => check === name) };
}

describe('doctor', () => {
  it('finds no store, says how to make one, and makes none', async () => {
    const home = temporaryHome();
    const { exit, row } = await doctor({ home });
    expect(exit).toBe(0);
    expect(row('store')).toMatchObject({ state: 'warning', remedy: expect.stringContaining('store init') });
    expect((await otpctl(['store', 'info'], { home })).exit).toBe(2);
  });

  it('finds a sound store, its key and its clock, and changes nothing', async () => {
    const home = temporaryHome();
    await json(['store', 'init'], { home });
    const before = await json(['audit', 'list'], { home });
    const { exit, row } = await doctor({ home });
    expect(exit).toBe(0);
    for (const name of ['runtime', 'SQLite', 'store', 'master key', 'clock']) expect(row(name)?.state).toBe('ok');
    expect(await json(['audit', 'list'], { home })).toEqual(before);
  });

  it('fails when the key is gone, or others can reach the store', async () => {
    const home = temporaryHome();
    await json(['store', 'init'], { home });
    rmSync(join(home, '.config/otpctl/keys'), { recursive: true });
    const keyless = await doctor({ home });
    expect(keyless.exit).toBe(1);
    expect(keyless.row('master key')).toMatchObject({
      state: 'failure',
      remedy: expect.stringContaining('put it back'),
    });
    chmodSync(storeOf(home), 0o644);
    const wide = await doctor({ home });
    expect(wide.exit).toBe(1);
    expect(wide.row('store')).toMatchObject({ state: 'failure', remedy: expect.stringContaining('chmod 600') });
  });

  it('warns of a clock that was set back', async () => {
    const home = temporaryHome();
    const clock = fixedClock();
    await json(['store', 'init'], { home, clock });
    clock.set(NEW_YEAR - 60);
    const { exit, row } = await doctor({ home, clock });
    expect(exit).toBe(0);
    expect(row('clock')).toMatchObject({ state: 'warning', finding: expect.stringContaining('60 seconds before') });
  });

  it('says of each channel that is enabled what the standards hold against it', async () => {
    const home = temporaryHome();
    const settings = ['email.from=a@example.com', 'email.smtpUrl=smtps://mail.example.com', 'email.enabled=true'];
    await json(['settings', 'set', ...settings], { home });
    const { exit, row } = await doctor({ home });
    expect(exit).toBe(0);
    expect(row('email')).toMatchObject({ state: 'warning', finding: expect.stringContaining('NIST SP 800-63B') });
    expect(row('sms')).toBeUndefined();
  });

  it('is lines for a person, with what to do below', async () => {
    const home = temporaryHome();
    const { exit, stdout } = await otpctl(['doctor'], { home, terminal: { columns: 80, rows: 24 } });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^ok {7}SQLite {2,}3\.51\.3$/m);
    expect(stdout).toMatch(/^warning {2}store {2,}there is no store yet\n {5,}make one with {2}otpctl store init$/m);
  });

  it('fails at a server that is not there', async () => {
    const home = temporaryHome();
    const { exit, row } = await doctor({ home }, '--url', 'http://127.0.0.1:1');
    expect(exit).toBe(1);
    expect(row('server')?.state).toBe('failure');
  });
});
