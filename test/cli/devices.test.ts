import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';

type Shown = Record<string, unknown>;

/** A home with a PIN and an EMAIL device of ada's, and a PIN device of bob's. */
async function peopled(): Promise<string> {
  const home = temporaryHome();
  await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin: '12345678' });
  await otpctl(['device', 'create', 'email', '--user', 'ada', '--email', 'ada@example.com'], { home });
  await otpctl(['device', 'create', 'pin', '--user', 'bob', '--pin-stdin'], { home, stdin: '12345678\n' });
  return home;
}

describe('naming devices', () => {
  it('takes an id, an exact name, or the user', async () => {
    const home = await peopled();
    for (const line of ['2', 'Email message to ad*@ex*****.co*']) {
      expect(await json(['device', 'show', line], { home })).toMatchObject({ id: '2' });
    }
    expect(await json(['device', 'show', '--user', 'BOB'], { home })).toMatchObject({ id: '3' });
    expect(await json(['device', 'show', '--user', 'ada', '--type', 'email'], { home })).toMatchObject({ id: '2' });
  });

  it.each([
    ['device show Security\u00a0number', 3, 'device-not-found'],
    ['device show 99', 3, 'device-not-found'],
    ['device show --user nobody', 3, 'device-not-found'],
    ['device show --user bob --type totp', 3, 'device-not-found'],
    ['device show --user ada', 5, 'ambiguous'],
    ['device enable --user ada', 5, 'ambiguous'],
    ['device show', 2, 'usage'],
    ['device show 1 --user ada', 2, 'usage'],
    ['device enable 1 --all', 2, 'usage'],
    ['device show 1 --type pin', 2, 'usage'],
    ['device enable 1 -', 2, 'usage'],
    ['device enable 1 99', 3, 'device-not-found'],
    ['device show 1 2', 2, 'usage'],
    ['device show --user ', 2, 'invalid-value'],
    ['device list --user ', 2, 'invalid-value'],
    ['audit list --user ', 2, 'invalid-value'],
  ])('%s  is exit %i, %s', async (line, exit, code) => {
    const home = await peopled();
    const outcome = await otpctl([...line.split(' '), '-o', 'json'], { home });
    expect({ exit: outcome.exit, stdout: outcome.stdout }).toEqual({ exit, stdout: '' });
    expect(JSON.parse(outcome.stderr)).toMatchObject({ error: { code, exitCode: exit } });
  });

  it('lists the devices that a name is too short for', async () => {
    const home = await peopled();
    const { exit, stderr } = await otpctl(['device', 'show', 'Security number'], { home });
    expect(exit).toBe(5);
    expect(stderr).toContain('2 devices are called "Security number"');
    expect(stderr).toContain('1  Security number  PIN  ada  created');
    expect(stderr).toContain('3  Security number  PIN  bob  created');
  });
});

describe('changing devices', () => {
  it('answers an array, also for one', async () => {
    const home = await peopled();
    expect(await json<Shown[]>(['device', 'enable', '1'], { home })).toMatchObject([{ id: '1', status: 'V' }]);
    expect(await json<Shown[]>(['device', 'lock', '1', '2'], { home })).toMatchObject([
      { id: '1', status: 'L' },
      { id: '2', status: 'L' },
    ]);
    expect(await json<Shown[]>(['device', 'unlock', '--user', 'ada', '--all'], { home })).toMatchObject([
      { id: '1', status: 'V' },
      { id: '2', status: 'C' },
    ]);
  });

  it('reads ids from stdin, each device once', async () => {
    const home = await peopled();
    const { exit, stdout } = await otpctl(['device', 'disable', '-', '-q'], { home, stdin: '1\n 3\r\n\n1\n' });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: '1\n3\n' });
  });

  it('does nothing for an empty stdin, and says so', async () => {
    const home = await peopled();
    const { exit, stdout, stderr } = await otpctl(['device', 'disable', '-', '-o', 'json'], { home, stdin: '\n' });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: '[]\n' });
    expect(stderr).toContain('notice: stdin named no device');
  });

  it('changes nothing when one of the devices is unknown', async () => {
    const home = await peopled();
    expect(await otpctl(['device', 'disable', '1', '99', '2'], { home })).toMatchObject({ exit: 3, stdout: '' });
    expect(await json<Shown[]>(['device', 'list', '--status', 'disabled'], { home })).toEqual([]);
  });

  it('goes on after a refusal, and says which: exit 6', async () => {
    const home = await peopled();
    await otpctl(['device', 'disable', '2'], { home });
    const { exit, stdout, stderr } = await otpctl(['device', 'lock', '1', '2', '3', '-q'], { home });
    expect({ exit, stdout }).toEqual({ exit: 6, stdout: '1\n3\n' });
    expect(stderr).toContain('is disabled and cannot be locked');
  });

  it.each(['lock', 'unlock'])('is exit 5 where the status forbids it: %s of a disabled device', async (verb) => {
    const home = await peopled();
    await otpctl(['device', 'disable', '1'], { home });
    const { exit, stderr } = await otpctl(['device', verb, '1'], { home });
    expect(exit).toBe(5);
    expect(stderr).toBe(
      `error: device Security number is disabled and cannot be ${verb}ed\nhint: enable it with  otpctl device enable 1\n`,
    );
  });

  it('asks from eleven devices on, and needs --yes without a terminal', async () => {
    const home = temporaryHome();
    for (let at = 0; at < 11; at++) {
      await otpctl(['device', 'create', 'email', '--user', 'ada', '--email', `a${at}@example.com`], { home });
    }
    const all = ['device', 'disable', '--user', 'ada', '--all'];
    expect(await otpctl(all, { home })).toMatchObject({ exit: 2, stderr: expect.stringContaining('--yes') });
    expect((await otpctl(['device', 'list', '--status', 'D', '--count'], { home })).stdout).toBe('0\n');
    expect(await otpctl([...all, '--yes'], { home })).toMatchObject({ exit: 0 });
    const ten = ['device', 'enable', ...Array.from({ length: 10 }, (_, at) => String(at + 1))];
    expect(await otpctl(ten, { home })).toMatchObject({ exit: 0 });
  });

  it('deletes only with --yes where nobody can be asked', async () => {
    const home = await peopled();
    const refused = await otpctl(['device', 'delete', '1'], { home });
    expect(refused).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining('loses its PIN') });
    expect((await otpctl(['device', 'list', '--count'], { home })).stdout).toBe('3\n');
    expect(await json(['device', 'delete', '1', '3', '--yes'], { home })).toEqual([
      { id: '1', deleted: true },
      { id: '3', deleted: true },
    ]);
    expect((await otpctl(['device', 'list', '-q'], { home })).stdout).toBe('2\n');
  });

  it('updates an address, and refuses what the type does not have', async () => {
    const home = await peopled();
    expect(await json(['device', 'update', '2', '--email', 'b@example.org'], { home })).toMatchObject({
      email: 'b@example.org',
    });
    expect(await otpctl(['device', 'update', '2', '--phone', '666555444'], { home })).toMatchObject({ exit: 2 });
    expect(await otpctl(['device', 'update', '2'], { home })).toMatchObject({ exit: 2 });
    expect(await otpctl(['device', 'update', '2', '--email', 'nobody'], { home })).toMatchObject({ exit: 2 });
  });

  it('says how an address is given back, and nothing where it is what it was', async () => {
    const home = await peopled();
    const { email = '' } = await json<{ email?: string }>(['device', 'show', '2'], { home });
    const update = (address: string) => otpctl(['device', 'update', '2', '--email', address, '-q'], { home });
    const way = (address: string) => `take it back with  otpctl device update 2 --email ${address}\n`;
    expect(await update('b@example.org')).toEqual({ exit: 0, stdout: '2\n', stderr: way(email) });
    expect(await update('b@example.org')).toEqual({ exit: 0, stdout: '2\n', stderr: '' });
    expect(await update(email)).toMatchObject({ stderr: way('b@example.org') });
    expect(await json(['device', 'show', '2'], { home })).toMatchObject({ email });
  });
});

describe('verifying', () => {
  it('exits 0 or 1, and says the same in json', async () => {
    const home = await peopled();
    const { positions } = await json<{ positions: number[] }>(['device', 'challenge', '1'], { home });
    const answer = positions.join('');
    const wrong = await otpctl(['device', 'verify', '1', '000', '-o', 'json'], { home });
    expect(wrong.exit).toBe(1);
    expect(JSON.parse(wrong.stdout)).toEqual({ id: '1', success: false, locked: false, status: 'C', fails: 1 });
    expect(await json(['device', 'verify', '1', answer], { home })).toEqual({
      id: '1',
      success: true,
      locked: false,
      status: 'V',
      fails: 0,
    });
  });

  it('takes the code from stdin, and refuses an empty one without an attempt', async () => {
    const home = await peopled();
    expect(await otpctl(['device', 'verify', '1', '--code-stdin'], { home, stdin: '123\n' })).toMatchObject({
      exit: 1,
    });
    expect(await otpctl(['device', 'verify', '1', '--code-stdin'], { home, stdin: '\n' })).toMatchObject({ exit: 2 });
    expect(await otpctl(['device', 'verify', '1', '123', '--code-stdin'], { home, stdin: '123' })).toMatchObject({
      exit: 2,
    });
    expect(await otpctl(['device', 'verify', '1'], { home })).toMatchObject({ exit: 2, stdout: '' });
    expect(await json(['device', 'show', '1'], { home })).toMatchObject({ fails: 1 });
  });

  it('finds, for a user, the device with a challenge under way, else the newest enabled one', async () => {
    const home = await peopled();
    const none = await otpctl(['device', 'verify', '--user', 'ada', '123', '-o', 'json'], { home });
    expect(none.exit).toBe(5);
    expect(JSON.parse(none.stderr)).toMatchObject({ error: { code: 'no-enabled-device' } });
    const excused = await otpctl(['device', 'verify', '--user', 'ada', '123', '--if-enrolled'], { home });
    expect(excused).toMatchObject({ exit: 0, stdout: '', stderr: 'notice: user "ada" has no enabled device\n' });
    expect(await otpctl(['device', 'verify', '--user', 'nobody', '123', '--if-enrolled'], { home })).toMatchObject({
      exit: 3,
    });
    const { positions } = await json<{ positions: number[] }>(['device', 'challenge', '1'], { home });
    await otpctl(['device', 'enable', '2'], { home });
    expect(await json(['device', 'verify', '--user', 'ada', positions.join('')], { home })).toMatchObject({ id: '1' });
    const newest = await otpctl(['device', 'verify', '--user', 'ada', '123', '-o', 'json'], { home });
    expect(JSON.parse(newest.stdout)).toMatchObject({ id: '2' });
  });

  it.each([
    ['without a terminal', [], {}],
    ['under --no-input or CI=true', ['--no-input'], {}],
    ['under --no-input or CI=true', [], { CI: 'true' }],
  ])('says that it cannot ask %s %j %j', async (why, more, environment) => {
    const home = await peopled();
    const { exit, stderr } = await otpctl(['device', 'delete', '1', ...more], { home, environment });
    expect({ exit, stderr }).toMatchObject({ exit: 2, stderr: expect.stringContaining(`error: cannot ask ${why}: `) });
  });

  it('says of several devices that --all takes them, where it does', async () => {
    const home = await peopled();
    const enabled = await otpctl(['device', 'enable', '--user', 'ada'], { home });
    expect(enabled.stderr).toContain('hint: name one by its id, or take all with  --all:\n  1  ');
    const shown = await otpctl(['device', 'show', '--user', 'ada'], { home });
    expect(shown.stderr).toContain('hint: name one by its id:\n  1  ');
  });

  it('names a user in a hint as one word of a shell', async () => {
    const home = await peopled();
    await otpctl(['device', 'create', 'totp', '--user', "o'hara $(id)", '--show-secret'], { home });
    const none = await otpctl(['device', 'verify', '--user', "o'hara $(id)", '123'], { home });
    expect(none.stderr).toContain("otpctl device list --user 'o'\\''hara $(id)'\n");
  });

  it('does not excuse a user whose device was locked by wrong codes', async () => {
    const home = await peopled();
    for (let time = 0; time < 10; time++) await otpctl(['device', 'verify', '3', '000'], { home });
    const excused = await otpctl(['device', 'verify', '--user', 'bob', '123', '--if-enrolled'], { home });
    expect(excused).toMatchObject({ exit: 5, stderr: expect.stringContaining('has no enabled device') });
  });

  it('answers a locked or disabled device with exit 1, and leaves its fails', async () => {
    const home = await peopled();
    for (const [verb, word] of [
      ['lock', 'locked'],
      ['disable', 'disabled'],
    ] as const) {
      await otpctl(['device', verb, '1'], { home });
      expect(await otpctl(['device', 'verify', '1', '123'], { home })).toMatchObject({
        exit: 1,
        stdout: `Security number: rejected, the device is ${word}\n`,
      });
    }
    expect(await json(['device', 'show', '1'], { home })).toMatchObject({ fails: 0 });
  });

  it('wants two codes for a resync', async () => {
    const home = await peopled();
    expect(await otpctl(['device', 'resync', '1', '123456'], { home })).toMatchObject({ exit: 2 });
    expect(await otpctl(['device', 'resync', '1', '1', '2', '3'], { home })).toMatchObject({ exit: 2 });
    expect(await otpctl(['device', 'resync', '1', '1', '2'], { home })).toMatchObject({ exit: 5 });
    expect(await otpctl(['device', 'challenge', '2'], { home })).toMatchObject({ exit: 5 });
  });
});
