import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { json, otpctl, type RunOptions } from '../support/cli.ts';
import { countedRandom, fixedClock } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { OPERATOR, startSoffid } from '../support/soffid/soffid-server.ts';
import { stocked } from '../support/stock.ts';

interface Why {
  readonly user: string;
  readonly attributes: Record<string, string>;
  readonly devices: readonly Record<string, unknown>[];
  readonly audit: readonly Record<string, unknown>[] | null;
  readonly runs: readonly Record<string, unknown>[] | null;
  readonly next: readonly { device?: string; finding: string; command: string }[];
  readonly notes: readonly string[];
}

const why = (user: string, options: RunOptions) => json<Why & Record<string, unknown>>(['why', user], options);
const SCREEN = { columns: 80, rows: 24 };

async function withTotp(): Promise<RunOptions & { readonly home: string }> {
  const options = { home: temporaryHome(), clock: fixedClock() };
  await json(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], options);
  return options;
}

async function withPin(): Promise<RunOptions & { readonly home: string }> {
  const options = { home: temporaryHome(), clock: fixedClock() };
  await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { ...options, stdin: '12345678' });
  return options;
}

describe('why', () => {
  it('says to unlock a locked device, and how often it failed', async () => {
    const options = await withTotp();
    await json(['settings', 'set', 'totp.lockAfter=3'], options);
    for (let tries = 0; tries < 4; tries++) await otpctl(['device', 'verify', '1', '000000'], options);
    const { devices, audit, next } = await why('ada', options);
    expect(devices).toMatchObject([{ id: '1', status: 'L', fails: 3 }]);
    expect(audit?.[0]).toMatchObject({ action: 'device.verify', result: 'rejected: device locked' });
    expect(next).toEqual([{ device: '1', finding: 'locked after 3 failed codes', command: 'otpctl device unlock 1' }]);
    expect((await otpctl(next[0]?.command.split(' ').slice(1) ?? [], options)).exit).toBe(0);
    expect((await why('ADA', options)).next[0]?.finding).toContain('never confirmed');
  });

  it.each([
    ['device disable 1', '^disabled 2022-01-01 by \\S+$', 'otpctl device create totp --user ada'],
    [
      'device disable 1 --reason stolen --ticket HD-7',
      ': stolen, ticket HD-7$',
      'otpctl device create totp --user ada',
    ],
    ['device enable 1', 'nothing is wrong', 'otpctl device verify 1 CODE'],
    ['device lock 1', 'locked', 'otpctl device unlock 1'],
    ['settings set totp.enabled=false', 'all TOTP devices are switched off', 'otpctl settings set totp.enabled=true'],
    ['device verify 1 000000', '1 failed code since', 'otpctl device verify 1 CODE'],
    ['device enable 1; device verify 1 000000', '1 failed code since', 'otpctl device resync 1 CODE1 CODE2'],
    ['device delete 1 --yes', 'there is no device', 'otpctl device create --user ada'],
  ])('after  %s  says: %s', async (lines, finding, command) => {
    const options = await withTotp();
    for (const line of lines.split('; ')) await otpctl(line.split(' '), options);
    const { next } = await why('ada', options);
    expect(next).toEqual([
      expect.objectContaining({ finding: expect.stringMatching(new RegExp(finding)), command: expect.any(String) }),
    ]);
    expect(next[0]?.command).toBe(command);
  });

  it('knows of a challenge that waits, and of a channel that is missing', async () => {
    const options = await withPin();
    await json(['device', 'challenge', '1'], options);
    await json(['device', 'create', 'email', '--user', 'ada', '--email', 'ada@example.com'], options);
    const { devices, next } = await why('ada', options);
    expect(devices.map(({ challenge }) => challenge)).toEqual([true, undefined]);
    expect(next.map(({ command }) => command)).toEqual([
      'otpctl settings set email.enabled=true',
      'otpctl device verify 1',
    ]);
    expect((await otpctl(['why', 'ada'], options)).stdout).toMatch(/CHALLENGE\n(.|\n)*pending/);
  });

  it('lists the ten newest entries of the log and the runs that touched a device, the newest first', async () => {
    const options = await withTotp();
    for (let count = 0; count < 12; count++) await json(['device', count % 2 ? 'enable' : 'disable', '1'], options);
    await otpctl(['bulk', 'update', '--set-status', 'D', '--user', 'ada', '--max-percent', '100', '--yes'], options);
    const { audit, runs } = await why('ada', options);
    expect(audit).toHaveLength(10);
    expect(audit?.[0]).toMatchObject({ action: 'device.disable', result: expect.stringContaining('run 1') });
    expect(runs).toEqual([
      {
        run: '1',
        command: 'update',
        started: expect.any(String),
        state: 'finished',
        device: { id: '1', name: 'TOTP00000001', from: 'V', to: 'D', outcome: 'changed' },
      },
    ]);
  });

  it('says so of a user without devices, and is exit 3 for one that nobody knows', async () => {
    const options = await withTotp();
    await json(['user', 'set', 'zoe', '--attr', 'fullName=Zoe Z'], options);
    const { attributes, devices, next } = await why('zoe', options);
    expect({ attributes, devices }).toEqual({ attributes: { fullName: 'Zoe Z' }, devices: [] });
    expect(next).toEqual([{ finding: 'there is no device', command: 'otpctl device create --user zoe' }]);
    const { exit, stdout, stderr } = await otpctl(['why', 'nobody'], options);
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' });
    expect(stderr).toMatch(/nothing is known of a user "nobody".*\nhint: .*device list --text/);
    expect((await otpctl(['why', 'ada'], { home: temporaryHome() })).exit).toBe(2);
  });

  it('fits into a window of 80 by 24 with all that there can be, and is whole in a pipe', async () => {
    const { home } = await stocked(
      Array.from({ length: 30 }, () => ({ user: 'ada', status: 'L' as const, fails: 10, lastUsed: 1_600_000_000 })),
    );
    const options = { home, clock: fixedClock() };
    await json(['user', 'set', 'ada', '--attr', `fullName=${'long '.repeat(40)}`], options);
    for (let count = 0; count < 12; count++) {
      await json(['device', 'update', '1', '--email', 'ada@example.com', '--reason', 'r'.repeat(200)], options);
      await json(['device', 'reset-fails', String(count + 1), '--reason', 'r'.repeat(200)], options);
    }
    const { stdout } = await otpctl(['why', 'ada', '--no-color'], { ...options, terminal: SCREEN });
    const lines = stdout.split('\n').slice(0, -1);
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toContain('and 25 more:  otpctl device list --user ada');
    expect(stdout).toContain('otpctl device unlock');
    const piped = (await otpctl(['why', 'ada'], options)).stdout;
    expect(piped).toContain('r'.repeat(200));
    expect(piped.split('\n').filter((line) => line.includes('device unlock'))).toHaveLength(30);
    expect(piped).not.toContain('\u001b');
  });

  it('shows reasons whole and tickets in a window, and what a run by age disabled may be enabled again', async () => {
    const { home } = await stocked([
      { user: 'ada', status: 'V', lastUsed: 1_600_000_000 },
      { user: 'bob', status: 'V', lastUsed: 1_600_000_000 },
    ]);
    const options = { home, clock: fixedClock() };
    const reason = 'the phone was taken from a bag in the train, says ada, who calls from the number that is known';
    await json(['device', 'disable', '1', '--reason', reason, '--ticket', 'HD-7'], options);
    const { stdout } = await otpctl(['why', 'ada', '--no-color'], { ...options, terminal: SCREEN });
    expect(stdout.replaceAll(/\n {4}/g, ' ')).toContain(`${reason}, ticket HD-7`);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('device enable');
    await otpctl(['bulk', 'disable-stale', '--unused-for', '1y', '--yes'], options);
    expect((await why('bob', options)).next).toMatchObject([{ command: 'otpctl device enable 2' }]);
    await json(['device', 'disable', '2', '--reason', 'stolen'], options);
    expect((await why('bob', options)).next).toMatchObject([{ command: 'otpctl device create email --user bob' }]);
  });

  it('says that the user is inactive, since when and why, and proposes nothing that would undo it', async () => {
    const options = await withTotp();
    await json(['device', 'enable', '1'], options);
    const words = ['user', 'set', 'ada', '--active', 'false', '--reason', 'on leave', '--ticket', 'HR-3'];
    await json(words, options);
    await json(['user', 'set', 'ada', '--attr', 'city=Rom'], options);
    for (let tries = 0; tries < 12; tries++) await otpctl(['device', 'verify', '1', '000000'], options);
    const { devices, next } = await why('ada', options);
    expect(devices).toMatchObject([{ id: '1', status: 'V', fails: 0 }]);
    expect(next).toEqual([
      {
        finding: expect.stringMatching(/^the user is inactive since 2022-01-01 by user:\S+: on leave, ticket HR-3$/),
        command: 'otpctl audit list --user ada --action user.set',
      },
    ]);
    const { stdout } = await otpctl(['why', 'ada', '--no-color'], { ...options, terminal: SCREEN });
    expect(stdout.split('\n')[0]).toMatch(/^ada {2}inactive {2}city Rom/);
    expect(await otpctl(['device', 'show', '1'], options)).toMatchObject({
      stdout: expect.stringMatching(/user is +inactive: the device accepts nothing/),
    });
  });

  it('says of what a removed user left that it accepts nothing', async () => {
    const options = await withTotp();
    await json(['user', 'remove', 'ada'], options);
    expect((await why('ada', options)).next).toEqual([
      {
        device: '1',
        finding: 'its user was removed: no code is accepted',
        command: 'otpctl device create totp --user ada',
      },
    ]);
  });

  it('says of a device that came back from a backup to resynchronise it', async () => {
    const options = { home: temporaryHome(), clock: fixedClock() };
    await json(['device', 'create', 'hotp', '--user', 'ada', '--show-secret'], options);
    await json(['device', 'enable', '1'], options);
    await json(['store', 'backup', `${options.home}/b`], options);
    await json(['store', 'restore', `${options.home}/b`, '--yes'], options);
    expect((await why('ada', options)).next).toEqual([
      {
        device: '1',
        finding: 'came back from a backup: no code is accepted before a resync',
        command: 'otpctl device resync 1 CODE1 CODE2',
      },
    ]);
  });

  it('shows hostile names as text, and quotes them in what it proposes', async () => {
    const options = await withTotp();
    const hostile = "x'; touch pwned #\u001b[2J\u202e";
    const database = new DatabaseSync(storeOf(options.home));
    database.prepare(`UPDATE devices SET name = ?`).run(hostile);
    database.prepare(`UPDATE audit SET result = ?, object = ?`).run(hostile, hostile);
    database.close();
    for (const terminal of [undefined, SCREEN]) {
      const { exit, stdout } = await otpctl(['why', 'ada', '--no-color'], {
        ...options,
        ...(terminal && { terminal }),
      });
      expect(exit).toBe(0);
      for (const control of ['\u001b', '\u202e']) expect(stdout).not.toContain(control);
      expect(stdout).toContain('\\u{1b}');
    }
    await json(['user', 'set', "o'neil; x", '--attr', 'fullName=x'], options);
    expect((await why("o'neil; x", options)).next[0]?.command).toBe(`otpctl device create --user 'o'\\''neil; x'`);
  });

  it('says of a server without a log that there is none', async () => {
    const soffid = await startSoffid({ clock: fixedClock(), random: countedRandom() });
    onTestFinished(() => soffid.close());
    const options = {
      home: temporaryHome(),
      environment: { OTPCTL_URL: soffid.url, OTPCTL_USERNAME: OPERATOR.username, OTPCTL_PASSWORD: OPERATOR.password },
    };
    await json(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], options);
    const { devices, audit, notes, next } = await why('ada', options);
    expect(devices).toHaveLength(1);
    expect(audit).toBeNull();
    expect(notes.join('\n')).toContain('no audit log');
    expect(next[0]?.command).toMatch(/^otpctl device verify \d+ CODE$/);
    expect((await otpctl(['why', 'ada'], options)).stdout).toContain('note: this server has no audit log');
    expect((await otpctl(['why', 'nobody'], options)).exit).toBe(3);
  });
});
