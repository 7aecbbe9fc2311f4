import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { otpctl } from '../support/cli.ts';
import { keyFilesOf, storeOf, temporaryHome } from '../support/home.ts';

const PIN = 'device create pin --user ada --pin-stdin';

describe('the first store that a command makes', () => {
  it.each([
    [PIN, '12345678'],
    ['device create totp --user ada --show-secret -o json', ''],
    ['device create totp --user ada --secret-stdin -q', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'],
    ['settings set totp.digits=8', ''],
    ['user set ada --attr fullName=Ada', ''],
    ['apikey create monitor --role query --expires 90d', ''],
    ['ds100 add 140100080 --token-serial 014010008031 --user-id u', ''],
    ['bulk create - --yes', 'type,user,email\nemail,ada,ada@example.com\n'],
  ])('is said on stderr once, with its key, by  %s', async (line, stdin) => {
    const home = temporaryHome();
    const { exit, stdout, stderr } = await otpctl(line.split(' '), { home, stdin });
    const said = `made the store ${storeOf(home)}; its key is in ${keyFilesOf(home).join()}: keep a copy of both, apart\n`;
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining(said) });
    expect(stdout).not.toContain('made the store');
    const again = await otpctl(PIN.split(' '), { home, stdin: '12345678' });
    expect({ exit: again.exit, stderr: again.stderr }).toEqual({
      exit: 0,
      stderr: expect.not.stringContaining('made'),
    });
  });

  it('may have its key elsewhere', async () => {
    const home = temporaryHome();
    const environment = {
      OTPCTL_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
      OTPCTL_STORE: join(home, 'a b.db'),
    };
    const { stderr } = await otpctl(PIN.split(' '), { home, environment, stdin: '12345678' });
    expect(stderr).toContain(
      `made the store ${join(home, 'a b.db')}; its key is in environment (OTPCTL_MASTER_KEY_FILE`,
    );
    expect(stderr).not.toContain(environment.OTPCTL_MASTER_KEY);
  });
});

describe('where a secret went', () => {
  it.each(['ada.png', 'ada.svg'])('is said on stderr: %s', async (name) => {
    const home = temporaryHome();
    const file = join(home, name);
    for (const more of [[], ['-o', 'json'], ['-q']]) {
      const line = ['device', 'create', 'totp', '--user', 'ada', '--qr-file', file, '--force', ...more];
      const { exit, stdout, stderr } = await otpctl(line, { home });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining(`the QR code is in ${file}: `) });
      expect(stdout).not.toContain(file);
    }
  });

  it('is said of those of a file too, where any were made', async () => {
    const home = temporaryHome();
    const outputs = ['--qr-dir', join(home, 'codes'), '--uris-out', join(home, 'uris.csv')];
    const run = (stdin: string) => otpctl(['bulk', 'create', '-', '--yes', ...outputs], { home, stdin });
    const said = `the secrets are there: QR codes in ${join(home, 'codes')}, URIs in ${join(home, 'uris.csv')}\n`;
    expect(await run('type,user\ntotp,ada\n')).toMatchObject({ exit: 0, stderr: expect.stringContaining(said) });
    const { stderr } = await run('type,user,email\nemail,ada,ada@example.com\n');
    expect(stderr).not.toContain('secrets are there');
  });
});
