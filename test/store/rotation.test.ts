import { chmodSync, copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { json, otpctl } from '../support/cli.ts';
import { countedRandom } from '../support/fixed.ts';
import { environmentOf, keyFilesOf, storeOf, temporaryHome } from '../support/home.ts';
import { contextOf } from '../support/open-context.ts';
import { readRow, tamper } from '../support/sql.ts';

const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const code = (counter: bigint) =>
  hotp(new Secret(Buffer.from('12345678901234567890')), counter, { algorithm: 'SHA1', digits: 6 });

interface Shown {
  readonly keyId: string;
  readonly place: string;
  readonly where: string;
}

async function enrolled(): Promise<string> {
  const home = temporaryHome();
  await otpctl(['device', 'create', 'hotp', '--user', 'ada', '--secret-stdin'], { home, stdin: KEY });
  return home;
}

const keyOf = (home: string, environment = {}) => json<Shown>(['store', 'key', 'show'], { home, environment });

function newKeyFile(home: string, seed: number): string {
  const file = join(home, `key-${seed}`);
  writeFileSync(file, `${Buffer.from(countedRandom(seed).bytes(32)).toString('base64')}\n`, { mode: 0o600 });
  return file;
}

const FILE = 'OTPCTL_MASTER_KEY_FILE';

describe('store key show', () => {
  it('says where the key is, which it is and since when, and never the key', async () => {
    const home = await enrolled();
    const shown = await keyOf(home);
    expect(shown).toEqual({
      store: expect.stringMatching(/^[0-9a-f]{16}$/),
      place: 'file',
      where: keyFilesOf(home)[0],
      keyId: readRow(storeOf(home), 'SELECT master_key_id AS id FROM store')['id'],
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect((await keyOf(home, { [FILE]: shown.where })).place).toBe('environment');
  });
});

describe('store key rotate', () => {
  it('seals secrets, PINs and settings with new keys, and the old key opens nothing', async () => {
    const home = await enrolled();
    await otpctl(['device', 'create', 'pin', '--user', 'bob', '--pin-stdin'], { home, stdin: '12345678' });
    const url = join(home, 'url.txt');
    writeFileSync(url, 'smtps://otpctl:p55@mail.example.com');
    await json(['settings', 'set', `email.smtpUrl=@${url}`], { home });
    const before = await keyOf(home);
    const sealed = 'SELECT secret, key_id, (SELECT data_key_id FROM store) AS data_key_id FROM devices WHERE id = 2';
    const [old, row] = [join(home, 'old.key'), readRow(storeOf(home), sealed)];
    copyFileSync(before.where, old);

    const rotation = await json(['store', 'key', 'rotate', '--yes', '--ticket', 'T-9'], { home });
    const after = await keyOf(home);
    expect(rotation).toMatchObject({ from: before.keyId, to: after.keyId, where: after.where, sealed: 3 });
    expect(after.keyId).not.toBe(before.keyId);
    const now = readRow(storeOf(home), sealed);
    expect(now['secret']).not.toEqual(row['secret']);
    expect([now['data_key_id'], now['key_id']]).toEqual([now['key_id'], now['data_key_id']]);
    expect(now['key_id']).not.toBe(row['key_id']);

    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
    expect(await otpctl(['device', 'verify', '1', code(0n)], { home })).toMatchObject({ exit: 0 });
    expect(await json(['audit', 'verify'], { home })).toMatchObject({ intact: true });
    const entries = await json<object[]>(['audit', 'list', '--action', 'store.key.rotate'], { home });
    expect(entries).toEqual([expect.objectContaining({ ticket: 'T-9', result: expect.stringContaining(after.keyId) })]);
    expect(await otpctl(['device', 'verify', '1', code(1n)], { home, environment: { [FILE]: old } })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(`needs key ${after.keyId}, and was given ${before.keyId}`),
    });
  });

  it('asks, and does nothing where nobody can be asked', async () => {
    const home = await enrolled();
    const { keyId } = await keyOf(home);
    const { exit, stderr } = await otpctl(['store', 'key', 'rotate'], { home });
    expect({ exit, asks: stderr.includes('--yes') }).toEqual({ exit: 2, asks: true });
    expect((await keyOf(home)).keyId).toBe(keyId);
  });

  it('wants the next key where the key comes from the environment', async () => {
    const home = temporaryHome();
    const [first, second] = [newKeyFile(home, 1), newKeyFile(home, 2)];
    const environment = { [FILE]: first };
    await otpctl(['device', 'create', 'hotp', '--user', 'ada', '--secret-stdin'], { home, environment, stdin: KEY });
    const rotate = (...more: string[]) => otpctl(['store', 'key', 'rotate', '--yes', ...more], { home, environment });
    expect(await rotate()).toMatchObject({ exit: 2, stderr: expect.stringContaining('--new-key-file') });
    expect(await rotate('--new-key-file', first)).toMatchObject({ exit: 2 });
    expect(await rotate('--new-key-file', join(home, 'none'))).toMatchObject({ exit: 2 });
    chmodSync(second, 0o644);
    expect(await rotate('--new-key-file', second)).toMatchObject({ exit: 2, stderr: expect.stringContaining('chmod') });
    chmodSync(second, 0o600);
    expect(await otpctl(['device', 'verify', '1', code(0n)], { home, environment })).toMatchObject({ exit: 0 });

    expect(await rotate('--new-key-file', second)).toMatchObject({ exit: 0, stderr: expect.stringContaining(FILE) });
    expect(await otpctl(['device', 'verify', '1', code(1n)], { home, environment })).toMatchObject({ exit: 2 });
    const next = { home, environment: { [FILE]: second } };
    expect(await otpctl(['device', 'verify', '1', code(1n)], next)).toMatchObject({ exit: 0 });
  });

  it('takes a key of the operator into the key file', async () => {
    const home = await enrolled();
    expect(
      await otpctl(['store', 'key', 'rotate', '--yes', '--new-key-file', newKeyFile(home, 3)], { home }),
    ).toMatchObject({ exit: 0 });
    const environment = { [FILE]: newKeyFile(home, 3) };
    expect(await otpctl(['device', 'verify', '1', code(0n)], { home })).toMatchObject({ exit: 0 });
    expect(await otpctl(['device', 'verify', '1', code(1n)], { home, environment })).toMatchObject({ exit: 0 });
  });

  it('changes nothing when a secret does not open', async () => {
    const home = await enrolled();
    const { keyId } = await keyOf(home);
    await otpctl(['device', 'create', 'pin', '--user', 'bob', '--pin-stdin'], { home, stdin: '12345678' });
    tamper(storeOf(home), 'UPDATE devices SET secret = randomblob(60) WHERE id = 2');
    expect(await otpctl(['store', 'key', 'rotate', '--yes'], { home })).toMatchObject({
      exit: 7,
      stderr: expect.stringContaining('the secret of device 2 does not open'),
    });
    expect((await keyOf(home)).keyId).toBe(keyId);
    expect(keyFilesOf(home)).toHaveLength(1);
    expect(await otpctl(['device', 'verify', '1', code(0n)], { home })).toMatchObject({ exit: 0 });
  });

  it('finishes what a rotation was killed over, whatever lies beside the key', async () => {
    const home = await enrolled();
    const [file = ''] = keyFilesOf(home);
    const old = join(home, 'old.key');
    copyFileSync(file, old);
    await otpctl(['store', 'key', 'rotate', '--yes'], { home });
    // As after a kill between the commit and the renaming.
    copyFileSync(file, `${file}.new`);
    copyFileSync(old, file);
    expect(await otpctl(['device', 'verify', '1', code(0n)], { home })).toMatchObject({ exit: 0 });
    expect(existsSync(`${file}.new`)).toBe(false);
    // As after a kill before the commit.
    copyFileSync(old, `${file}.new`);
    expect(await otpctl(['device', 'verify', '1', code(1n)], { home })).toMatchObject({ exit: 0 });
    expect(await otpctl(['store', 'key', 'rotate', '--yes'], { home })).toMatchObject({ exit: 0 });
    expect(keyFilesOf(home)).toEqual([file]);
    expect(await otpctl(['device', 'verify', '1', code(2n)], { home })).toMatchObject({ exit: 0 });
  });
});

describe('a program that goes on while keys are rotated', () => {
  const openBackend = (home: string, messages: string[] = []) =>
    contextOf(home, {
      options: {},
      messenger: {
        prepare: ({ code: sent }) => {
          messages.push(sent);
          return async () => {};
        },
      },
    }).backend();

  it('verifies with the new keys, and says no to nobody', async () => {
    const home = await enrolled();
    const backend = await openBackend(home);
    for (let round = 0n; round < 4n; round++) {
      expect(await backend.verify('1', code(round), { actor: 'test' })).toMatchObject({ success: true });
      expect(await otpctl(['store', 'key', 'rotate', '--yes'], { home })).toMatchObject({ exit: 0 });
    }
    backend.close();
  });

  it('takes the code of a message that went out before two rotations', async () => {
    const home = temporaryHome();
    const channel = ['email.enabled=true', 'email.from=otp@example.com', 'email.smtpUrl=smtp://localhost:2525'];
    await json(['settings', 'set', ...channel], { home });
    for (const user of ['ada', 'bob']) {
      await json(['device', 'create', 'email', '--user', user, '--email', `${user}@example.com`], { home });
    }
    const messages: string[] = [];
    const backend = await openBackend(home, messages);
    const origin = { actor: 'test' };
    await backend.challenge('1', {}, origin);
    await otpctl(['store', 'key', 'rotate', '--yes'], { home });
    await backend.challenge('2', {}, origin);
    await otpctl(['store', 'key', 'rotate', '--yes'], { home });
    const [first = '', second = ''] = messages;
    expect(await backend.verify('1', second === first ? 'x' : second, origin)).toMatchObject({ success: false });
    expect(await backend.verify('1', first, origin)).toMatchObject({ success: true });
    expect(await backend.verify('2', second, origin)).toMatchObject({ success: true });
    await otpctl(['store', 'key', 'rotate', '--yes'], { home });
    expect(readRow(storeOf(home), 'SELECT count(*) AS n FROM code_keys')).toEqual({ n: 0 });
    backend.close();
  });

  it('says that the key is the wrong one, and not no, where it was not told of the new one', async () => {
    const home = temporaryHome();
    const environment = { [FILE]: newKeyFile(home, 1) };
    await otpctl(['device', 'create', 'hotp', '--user', 'ada', '--secret-stdin'], { home, environment, stdin: KEY });
    const io = { environment: environmentOf(home, environment) };
    const backend = await contextOf(home, { options: {}, io }).backend();
    expect(await backend.verify('1', code(0n), { actor: 'test' })).toMatchObject({ success: true });
    const next = newKeyFile(home, 2);
    await otpctl(['store', 'key', 'rotate', '--yes', '--new-key-file', next], { home, environment });
    await expect(backend.verify('1', code(1n), { actor: 'test' })).rejects.toMatchObject({ code: 'key-wrong' });
    // The file that the program was told of may get the new key.
    copyFileSync(next, environment[FILE]);
    expect(await backend.verify('1', code(1n), { actor: 'test' })).toMatchObject({ success: true });
    backend.close();
  });
});
