import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/files/folders.ts';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';

describe('a folder', () => {
  it('is made with those above it, for its owner alone, and is left as it is where it is there', () => {
    const home = temporaryHome();
    const path = join(home, 'a', 'b', 'c');
    makeFolder(path);
    for (const made of [path, join(home, 'a')]) expect(statSync(made).mode & 0o777).toBe(0o700);
    mkdirSync(join(home, 'open'), { mode: 0o755 });
    makeFolder(join(home, 'open'));
    expect(statSync(join(home, 'open')).mode & 0o777).toBe(0o755);
    symlinkSync(path, join(home, 'link'));
    makeFolder(join(home, 'link', 'd'));
    expect(existsSync(join(path, 'd'))).toBe(true);
  });

  it('is not made below a file, or a link to nothing', () => {
    const home = temporaryHome();
    writeFileSync(join(home, 'file'), '');
    symlinkSync(join(home, 'nothing'), join(home, 'dangling'));
    expect(() => makeFolder(join(home, 'file', 'a', 'b'))).toThrow('ENOTDIR');
    expect(() => makeFolder(join(home, 'dangling', 'a'))).toThrow('EEXIST');
    expect(existsSync(join(home, 'nothing'))).toBe(false);
  });

  it.runIf(platform() === 'linux')(
    'is refused where a file system takes no names, and nobody waits for it',
    async () => {
      expect(() => makeFolder('/proc/otpctl/a/b')).toThrow('ENOENT');
      const home = temporaryHome();
      const places = { XDG_DATA_HOME: '/proc', XDG_CONFIG_HOME: '/proc', XDG_STATE_HOME: '/proc' };
      for (const line of [
        'device create totp --user ada --show-secret',
        'store init --store STORE',
        'bulk create - --store STORE --qr-dir /proc/codes --yes',
      ]) {
        const argv = line.replaceAll('STORE', join(home, 'store.db')).split(' ');
        const { exit, stderr } = await program(argv, {
          home,
          environment: places,
          stdin: 'type,user\ntotp,ada\n',
          killAfter: 20_000,
        });
        expect({ line, exit, stderr }).toEqual({ line, exit: 2, stderr: expect.stringMatching(/^error: .*ENOENT/) });
      }
    },
  );
});
