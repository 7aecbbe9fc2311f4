import { createSecretKey } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { systemRandom } from '../../src/system/random.ts';
import { json, otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { readRow, tamper } from '../support/sql.ts';

const KEY = createSecretKey(Buffer.alloc(32, 7));
const PLACE = { table: 'devices', column: 'secret', row: '1' };
const keysOf = (home: string) => join(home, '.config/otpctl/keys');
const keyFileOf = (home: string) => join(keysOf(home), readdirSync(keysOf(home))[0] as string);

/** Leaves a link where a file was. */
function linkInstead(path: string): void {
  renameSync(path, `${path}.real`);
  symlinkSync(`${path}.real`, path);
}

describe('a sealed value', () => {
  const sealer = createSealer(KEY, systemRandom.bytes);

  it('opens at its place and nowhere else', () => {
    const sealed = sealer.seal(Secret.ofText('x'), PLACE);
    expect(sealer.unseal(sealed, PLACE)?.exposeText()).toBe('x');
    for (const other of [{ row: '2' }, { column: 'pin' }, { table: 'store' }]) {
      expect(sealer.unseal(sealed, { ...PLACE, ...other })).toBeUndefined();
    }
    expect(
      createSealer(createSecretKey(Buffer.alloc(32, 8)), systemRandom.bytes).unseal(sealed, PLACE),
    ).toBeUndefined();
  });

  it('does not open when any bit of it was changed, or any of it cut off', () => {
    const sealed = sealer.seal(Secret.ofText('secret'), PLACE);
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Uint8Array.from(sealed);
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(sealer.unseal(changed, PLACE)).toBeUndefined();
      }),
    );
    for (let length = 0; length < sealed.length; length++) {
      expect(sealer.unseal(sealed.subarray(0, length), PLACE)).toBeUndefined();
    }
  });

  it('never repeats a nonce', () => {
    const nonces = new Set<string>();
    for (let time = 0; time < 100_000; time++) {
      nonces.add(Buffer.from(sealer.seal(Secret.ofText(''), PLACE).subarray(0, 12)).toString('latin1'));
    }
    expect(nonces.size).toBe(100_000);
  });
});

describe('a secret setting that does not open', () => {
  const damaged = async () => {
    const home = temporaryHome();
    const url = 'smtps://ada:s3cret@mail.example.com';
    await otpctl(['settings', 'set', '-'], { home, stdin: `email.from = "otp@example.com"\nemail.smtpUrl = "${url}"` });
    tamper(storeOf(home), "UPDATE settings SET sealed = randomblob(60) WHERE key = 'email.smtpUrl'");
    return home;
  };

  it('stands in the way of its use, and of no other setting', async () => {
    const home = await damaged();
    expect(await otpctl(['settings', 'test', 'email', '--to', 'ada@example.com'], { home })).toMatchObject({
      exit: 7,
      stderr: expect.stringContaining('the setting email.smtpUrl does not open'),
    });
    expect(await otpctl(['settings', 'set', 'totp.digits=8'], { home })).toMatchObject({ exit: 0 });
  });

  it.each([
    ['set again', ['settings', 'set', 'email.smtpUrl=smtps://mail.example.com']],
    ['unset', ['settings', 'unset', 'email.smtpUrl']],
  ])('can be %s', async (_, argv) => {
    const home = await damaged();
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 1 });
    expect(await otpctl(argv, { home })).toMatchObject({ exit: 0 });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
  });
});

describe('the secret of a device', () => {
  const enrol = (home: string, stdin: string) =>
    otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin });

  it('does not open in the row of another', async () => {
    const home = temporaryHome();
    await enrol(home, '11111111');
    await enrol(home, '22222222');
    tamper(storeOf(home), 'UPDATE devices SET secret = (SELECT secret FROM devices WHERE id = 1) WHERE id = 2');
    const { exit, stderr } = await otpctl(['device', 'challenge', '2'], { home });
    expect({ exit, stderr }).toEqual({
      exit: 7,
      stderr: expect.stringContaining('device 2, its user or a setting is not what otpctl wrote'),
    });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('the secret of device 2 (Security number) does not open'),
    });
  });

  it('is nowhere in any form: not in the files, not in what any command prints', async () => {
    const home = temporaryHome();
    const pin = '3141592653589793';
    const secret = Buffer.from('zq-this-is-a-canary!');
    const base32 = 'PJYS25DINFZS22LTFVQS2Y3BNZQXE6JB';
    const printed: string[] = [];
    const run = async (line: string, stdin = '') => {
      const { stdout, stderr } = await otpctl([...line.split(' '), '--verbose'], { home, stdin });
      printed.push(stdout, stderr);
    };
    await run('device create totp --user ada --secret-stdin --qr never', base32);
    // Held open, so that the write-ahead log stays to be looked at.
    const held = openConnection(storeOf(home));
    onTestFinished(() => held.close());
    await run('device create pin --user ada --pin-stdin', pin);
    await run('device create totp --user ada --secret-stdin --digits 40', base32);
    await run('device create hotp --user a:b --secret-stdin', base32);
    await run('device create pin --user ada --pin-stdin', `${pin}x`);
    await run('device create totp --user ada --secret-stdin', `${base32}!`);
    for (const format of ['table', 'json', 'jsonl', 'csv']) {
      for (const line of ['device list', 'device show 1', 'device challenge 2', 'audit list', 'store info']) {
        await run(`${line} -o ${format}`);
      }
    }
    await run('device verify 1 123456');
    await run('device verify 2 123');
    await run('device resync 1 123456 654321');
    await run('device lock 1 2');
    await run('audit export');
    await run('store check');
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toContain('otpctl.db-wal');
    const contents = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    const haystack = Buffer.concat([...contents, Buffer.from(printed.join('\n'))]);
    const forms = [secret, base32, secret.toString('hex'), secret.toString('base64'), pin].map((form) =>
      Buffer.from(form),
    );
    expect(haystack.includes('TOTP00000001')).toBe(true);
    for (const form of forms) expect(haystack.includes(form)).toBe(false);
    expect(haystack.toString('latin1').toUpperCase()).not.toContain(secret.toString('hex').toUpperCase());
  });
});

describe('the master key', () => {
  const create = (home: string, environment = {}) =>
    otpctl(['device', 'create', 'email', '--user', 'ada', '--email', 'ada@example.com'], { home, environment });

  it('is a file of its owner, apart from the store, named after it', async () => {
    const home = temporaryHome();
    await create(home);
    const { id, key } = await json<{ id: string; key: string }>(['store', 'info'], { home });
    expect(key).toBe(join(keysOf(home), `${id}.key`));
    expect(Buffer.from(readFileSync(key, 'utf8'), 'base64')).toHaveLength(32);
  });

  it('is not needed to read', async () => {
    const home = temporaryHome();
    await create(home);
    rmSync(keysOf(home), { recursive: true });
    for (const line of ['device list', 'device show 1', 'device list --count', 'audit list', 'store info']) {
      expect(await otpctl(line.split(' '), { home })).toMatchObject({ exit: 0 });
    }
  });

  it.each([
    ['missing', (path: string) => rmSync(path), 'key-missing'],
    ['reachable by others', (path: string) => chmodSync(path, 0o640), 'permissions'],
    ['a link', linkInstead, 'key-missing'],
    ['of another store', (path: string) => writeFileSync(path, Buffer.alloc(32, 1).toString('base64')), 'key-wrong'],
    ['cut short', (path: string) => writeFileSync(path, 'c2hvcnQ='), 'key-wrong'],
    ['not Base64', (path: string) => writeFileSync(path, '%'.repeat(44)), 'key-wrong'],
    ['empty', (path: string) => writeFileSync(path, ''), 'key-wrong'],
  ])('that is %s is one clear sentence, exit 2, and nothing is written', async (_what, spoil, code) => {
    const home = temporaryHome();
    await create(home);
    spoil(keyFileOf(home));
    const before = readRow(storeOf(home), 'SELECT count, hex(head) AS head FROM audit_anchor');
    for (const line of ['device disable 1', 'device verify 1 123456', 'audit verify', 'device delete 1 --yes']) {
      const { exit, stdout, stderr } = await otpctl([...line.split(' '), '-o', 'json'], { home });
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({ error: { code, exitCode: 2, hint: expect.any(String) } });
    }
    expect(readRow(storeOf(home), 'SELECT count, hex(head) AS head FROM audit_anchor')).toEqual(before);
  });

  it('named by the operator may be a link, as mounted secrets are', async () => {
    const home = temporaryHome();
    const file = join(home, 'mounted.key');
    writeFileSync(file, Buffer.alloc(32, 3).toString('base64'), { mode: 0o400 });
    symlinkSync(file, join(home, 'link.key'));
    expect(await create(home, { OTPCTL_MASTER_KEY_FILE: join(home, 'link.key') })).toMatchObject({ exit: 0 });
  });

  it('that is damaged is to be put back, never to be made anew', async () => {
    const home = temporaryHome();
    await create(home);
    writeFileSync(keyFileOf(home), 'c2hvcnQ=');
    const { stderr } = await otpctl(['device', 'disable', '1'], { home });
    expect(stderr).toContain('put its copy back');
    expect(stderr).not.toContain('urandom');
  });

  it('that is reachable by others comes with the command that mends it', async () => {
    const home = temporaryHome();
    await create(home);
    const path = keyFileOf(home);
    chmodSync(path, 0o644);
    expect((await otpctl(['device', 'disable', '1'], { home })).stderr).toContain(`chmod 600 ${path}`);
  });

  it('may come from the environment, by value or by file, and then no key file is made', async () => {
    const key = Buffer.alloc(32, 9).toString('base64');
    const home = temporaryHome();
    const file = join(home, 'my.key');
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
    expect(await create(home, { OTPCTL_MASTER_KEY: key })).toMatchObject({ exit: 0 });
    expect(await create(home, { OTPCTL_MASTER_KEY_FILE: file })).toMatchObject({ exit: 0 });
    expect(() => readdirSync(keysOf(home))).toThrow('ENOENT');
    expect((await create(home)).stderr).toContain('set OTPCTL_MASTER_KEY_FILE or OTPCTL_MASTER_KEY');
    const both = await create(home, { OTPCTL_MASTER_KEY: key, OTPCTL_MASTER_KEY_FILE: file });
    expect(both).toMatchObject({ exit: 2, stderr: expect.stringContaining('are both set') });
    const wrong = await create(home, { OTPCTL_MASTER_KEY: Buffer.alloc(32, 8).toString('base64') });
    expect(wrong).toMatchObject({ exit: 2, stderr: expect.stringContaining('the wrong one') });
  });
});
