import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';

const TOTP = ['device', 'create', 'totp', '--user', 'ada'];
const BASE32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const count = async (home: string) =>
  existsSync(storeOf(home)) ? (await otpctl(['device', 'list', '--count'], { home })).stdout : '0\n';

describe('enrolling without a terminal', () => {
  it('makes nothing that could never be set up', async () => {
    const home = temporaryHome();
    for (const more of [[], ['--qr', 'never'], ['--qr', 'auto'], ['-o', 'json']]) {
      const { exit, stdout, stderr } = await otpctl([...TOTP, ...more], { home });
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
      expect(stderr).toContain('--qr-file FILE.png,  --show-secret  or  --qr always');
    }
    expect(existsSync(storeOf(home))).toBe(false);
  });

  it('needs no way out for a secret that was brought along', async () => {
    const home = temporaryHome();
    expect(await json([...TOTP, '--secret-stdin'], { home, stdin: BASE32 })).toMatchObject({ name: 'TOTP00000001' });
  });

  it('warns of what apps ignore, on stderr, where it is asked for something else', async () => {
    const home = temporaryHome();
    const create = (type: string, ...more: string[]) =>
      otpctl(['device', 'create', type, '--user', 'ada', '--show-secret', '-o', 'json', ...more], { home });
    const warned = (stderr: string) =>
      [...stderr.matchAll(/^warning: some apps ignore the (\w+) of a QR code and take (\w+)/gm)].map(([, ...found]) =>
        found.join(' '),
      );
    expect(warned((await create('totp', '--period', '60')).stderr)).toEqual(['period 30']);
    expect(warned((await create('hotp', '--digits', '8')).stderr)).toEqual(['digits 6']);
    const all = await create('totp', '--algorithm', 'sha256', '--digits', '7', '--period', '15');
    expect(warned(all.stderr)).toEqual(['algorithm SHA1', 'digits 6', 'period 30']);
    expect(JSON.parse(all.stdout)).toMatchObject({ type: 'TOTP' });
    expect((await create('totp', '--algorithm', 'SHA1', '--digits', '6', '--period', '30')).stderr).not.toContain(
      'apps',
    );
  });

  it('shows the secret when it is asked to by name: URI, Base32 and PNG', async () => {
    const home = temporaryHome();
    const shown = await json<Record<string, string>>([...TOTP, '--show-secret', '--secret-stdin'], {
      home,
      stdin: BASE32,
    });
    expect(Object.keys(shown)).toEqual([
      'id',
      'name',
      'type',
      'user',
      'status',
      'created',
      'fails',
      'otpauthUri',
      'secret',
      'image',
    ]);
    expect(shown['secret']).toBe(BASE32);
    expect(shown['otpauthUri']).toBe(`otpauth://totp/otpctl:ada?secret=${BASE32}&issuer=otpctl`);
    expect(
      Buffer.from(shown['image'] ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const table = await otpctl([...TOTP, '--show-secret'], { home });
    expect(table.stdout).toMatch(
      /^otpauthUri +otpauth:\/\/totp\/otpctl:ada\?secret=[A-Z2-7]{32}&issuer=otpctl\nsecret +[A-Z2-7]{32}$/m,
    );
  });

  it('draws the QR code to stdout for a table, and to stderr for json', async () => {
    const home = temporaryHome();
    const drawn = (text: string) => text.includes('\u001b[38;5;231;48;5;16m\u2588\u2588\u2588\u2588');
    const table = await otpctl([...TOTP, '--qr', 'always'], { home });
    expect([drawn(table.stdout), drawn(table.stderr)]).toEqual([true, false]);
    const inJson = await otpctl([...TOTP, '--qr', 'always', '-o', 'json'], { home });
    expect([drawn(inJson.stdout), drawn(inJson.stderr)]).toEqual([false, true]);
    expect(JSON.parse(inJson.stdout)).not.toHaveProperty('secret');
  });

  it('writes the QR code to a file of its owner, and overwrites none unasked', async () => {
    const home = temporaryHome();
    for (const name of ['ada.png', 'ada.svg']) {
      const file = join(home, name);
      expect(await otpctl([...TOTP, '--qr-file', file], { home })).toMatchObject({ exit: 0 });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const before = readFileSync(file);
      const again = await otpctl([...TOTP, '--qr-file', file, '-o', 'json'], { home });
      expect({ exit: again.exit, code: JSON.parse(again.stderr).error.code }).toEqual({ exit: 2, code: 'file-exists' });
      expect(readFileSync(file).equals(before)).toBe(true);
      expect(await otpctl([...TOTP, '--qr-file', file, '--force'], { home })).toMatchObject({ exit: 0 });
      expect(readFileSync(file).equals(before)).toBe(false);
    }
    expect(await count(home)).toBe('4\n');
    expect(readdirSync(home).sort()).toEqual(['.config', '.local', 'ada.png', 'ada.svg']);
  });

  it.each(['x.gif', 'png', 'missing/x.png', 'folder.png'])(
    'refuses the file %s before it makes anything',
    async (name) => {
      const home = temporaryHome();
      mkdirSync(join(home, 'folder.png'));
      const { exit, stderr } = await otpctl([...TOTP, '--qr-file', join(home, name), '--force'], { home });
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(name) });
      expect(await count(home)).toBe('0\n');
      expect(readdirSync(home).filter((each) => each.includes('.new'))).toEqual([]);
    },
  );

  it.each([
    [['card', '--user', 'ada'], '', 'unknown device type "card"'],
    [['email', '--user', 'ada'], '', 'needs an e-mail address'],
    [['sms', '--user', 'ada'], '', 'needs a phone number'],
    [['pin', '--user', 'ada'], '', 'needs a PIN'],
    [['pin', '--user', 'ada', '--pin-stdin'], '1234567', 'needs at least 8'],
    [['pin', '--user', 'ada', '--pin-stdin'], '12345678 ', 'something else than the digits'],
    [['pin', '--user', 'ada', '--pin-stdin'], '', 'has 0 digits'],
    [['totp'], '', 'no user is given'],
    [['totp', '--user', ' ', '--show-secret'], '', 'the user name is empty'],
    [['totp', '--user', 'a:b', '--show-secret'], '', 'contains a colon'],
    [['totp', '--user', 'ada', '--show-secret', '--digits', '40'], '', 'digits is 40'],
    [['totp', '--user', 'ada', '--show-secret', '--digits', 'six'], '', 'not a whole number'],
    [['totp', '--user', 'ada', '--show-secret', '--period', '0'], '', 'the period is 0'],
    [['totp', '--user', 'ada', '--show-secret', '--algorithm', 'MD5'], '', 'unknown algorithm "MD5"'],
    [['hotp', '--user', 'ada', '--show-secret', '--counter', '9223372036854775808'], '', 'may be 0 to'],
    [['totp', '--user', 'ada', '--show-secret', '--issuer', 'a:b'], '', 'contains a colon'],
    [['totp', '--user', 'ada', '--show-secret', '-q'], '', 'exclude one another'],
    [['totp', '--user', 'ada', '--show-secret', '--columns', 'id,user'], '', 'leaves out what --show-secret asks for'],
    [['totp', '--user', '李'.repeat(256), '--issuer', '李'.repeat(64), '--qr', 'always'], '', 'no QR code holds it'],
    [['totp', '--user', 'ada', '--secret-stdin'], 'x'.repeat(5000), 'more than 4,096 bytes'],
    [['totp', '--user', 'ada', '--secret-stdin'], 'not!base32', 'neither Base32 nor hex'],
    [['totp', '--user', 'ada', '--secret-stdin'], 'JBSWY3DPEHPK3PXP', 'needs at least 16'],
    [['totp', '--user', 'ada', '--secret-stdin', '--pin-stdin'], BASE32, 'exclude one another'],
    [['totp', '--user', 'ada', '--confirm'], '', 'no terminal'],
    [['email', '--user', 'ada', '--email', 'a@b.c', '--show-secret'], '', 'has no secret to show'],
    [[], '', 'no device type is given'],
  ])('answers %j with exit 2 and one sentence, and leaves nothing', async (line, stdin, sentence) => {
    const home = temporaryHome();
    const { exit, stdout, stderr } = await otpctl(['device', 'create', ...line], { home, stdin });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toContain(sentence);
    expect(existsSync(storeOf(home))).toBe(false);
  });
});

describe('the QR code on a terminal', () => {
  it('is refused before anything is made when the window is too small for it', async () => {
    const home = temporaryHome();
    for (const terminal of [
      { columns: 40, rows: 50 },
      { columns: 80, rows: 20 },
    ]) {
      const { exit, stderr } = await otpctl(TOTP, { home, terminal });
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('--qr-file FILE.png') });
    }
    expect(existsSync(storeOf(home))).toBe(false);
  });

  it('fits a window of 80 columns and 24 rows, with its quiet zone', async () => {
    const home = temporaryHome();
    const { exit, stdout } = await otpctl(TOTP, { home, terminal: { columns: 80, rows: 24 } });
    expect(exit).toBe(0);
    const drawn = stdout.split('\n').filter((line) => line.startsWith('\u001b[38;5;231;48;5;16m'));
    expect(drawn).toHaveLength(23);
    const rows = drawn.map((line) => line.slice('\u001b[38;5;231;48;5;16m'.length, -'\u001b[0m'.length));
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([45]));
    for (const row of [...rows.slice(0, 2), ...rows.slice(-2)]) expect(row).toBe('\u2588'.repeat(45));
    for (const row of rows) expect(row).toMatch(/^█{4}.*█{4}$/u);
  });

  it('is only said not to fit where the secret has another way out', async () => {
    const home = temporaryHome();
    const options = { home, terminal: { columns: 40, rows: 12 } };
    const { exit, stdout, stderr } = await otpctl([...TOTP, '--show-secret'], options);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining('notice: the window has 40 columns') });
    expect(stdout).not.toContain('\u2588');
    expect((await otpctl([...TOTP, '--qr', 'always'], options)).stdout).toContain('\u2588');
  });
});
