import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { countedRandom } from '../support/fixed.ts';
import { keyFilesOf, temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { sessionBus } from '../support/session-bus.ts';
import { needs } from '../support/tools.ts';

async function enrolled() {
  const home = temporaryHome();
  await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin: '12345678' });
  const [file = ''] = keyFilesOf(home);
  return { home, file };
}

const move = (to: string) => ['store', 'key', 'move', '--to', to];

describe('a key that is moved', () => {
  beforeEach((context) => {
    needs(context, 'gnome-keyring-daemon', 'gnome-keyring');
    needs(context, 'dbus-daemon', 'dbus-x11');
  });

  it('goes into the keyring, is read from there by the built program, rotates there, and comes back', async () => {
    const { home, file } = await enrolled();
    const environment = await sessionBus('gnome-keyring');
    const run = (...argv: string[]) => program(argv, { home, environment });
    const { keyId } = await json<{ keyId: string }>(['store', 'key', 'show'], { home });
    expect(await run(...move('keyring'))).toEqual({
      exit: 0,
      stdout: `the key ${keyId} is in the keyring of the desktop\n`,
      stderr: expect.stringContaining('2.5 times as long'),
    });
    expect(existsSync(file)).toBe(false);
    expect(await run('store', 'check')).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
    expect(await run('device', 'enable', '1')).toMatchObject({ exit: 0 });
    expect(await json(['store', 'key', 'show'], { home })).toMatchObject({ place: 'keyring', keyId });
    // Without the desktop there is no key, and that is not damage.
    expect(await program(['device', 'disable', '1'], { home })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(`the keyring, which has the key ${keyId} of this store, cannot be asked`),
    });

    expect(await run('store', 'key', 'rotate', '--yes')).toMatchObject({ exit: 0 });
    expect(await run('store', 'check')).toMatchObject({ exit: 0 });
    expect(await run(...move('file'))).toMatchObject({ exit: 0, stderr: '' });
    expect(keyFilesOf(home)).toEqual([file]);
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
    expect(await json<object[]>(['audit', 'list', '--action', 'store.key.move'], { home })).toHaveLength(2);
  });

  it('is moved again to where it is, and what was left over goes', async () => {
    const { home, file } = await enrolled();
    const environment = await sessionBus('gnome-keyring');
    const copy = `${home}/copy`;
    copyFileSync(file, copy);
    await otpctl(move('keyring'), { home, environment });
    copyFileSync(copy, file);
    expect(await otpctl(move('keyring'), { home, environment })).toMatchObject({ exit: 0 });
    expect(existsSync(file)).toBe(false);
    expect(await otpctl(['store', 'check'], { home, environment })).toMatchObject({ exit: 0 });
  });

  it('stays where it is when the keyring hangs', async () => {
    const { home, file } = await enrolled();
    const environment = await sessionBus('hanging');
    expect(await otpctl(move('keyring'), { home, environment })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('it did not answer within 3 seconds'),
    });
    expect(existsSync(file)).toBe(true);
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
  });
});

describe('a key that cannot be moved', () => {
  it('stays where it is where there is no keyring', async () => {
    const { home, file } = await enrolled();
    const { exit, stderr } = await otpctl(move('keyring'), { home });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringMatching(/^error: there is no keyring that/) });
    expect(keyFilesOf(home)).toEqual([file]);
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
  });

  it('is one from the environment', async () => {
    const home = temporaryHome();
    const file = `${home}/key`;
    writeFileSync(file, Buffer.from(countedRandom().bytes(32)).toString('base64'), { mode: 0o600 });
    const environment = { OTPCTL_MASTER_KEY_FILE: file };
    await otpctl(['store', 'init'], { home, environment });
    for (const to of ['file', 'keyring']) {
      const { exit, stderr } = await otpctl(move(to), { home, environment });
      expect({ exit, why: stderr.split('\n')[0] }).toEqual({
        exit: 2,
        why: 'error: the master key comes from the environment, and cannot be moved',
      });
    }
  });

  it('is not moved to nowhere', async () => {
    const { home } = await enrolled();
    expect(await otpctl(['store', 'key', 'move'], { home })).toMatchObject({ exit: 2 });
    expect(await otpctl(move('drawer'), { home })).toMatchObject({ exit: 2 });
  });
});
