import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { tamper } from '../support/sql.ts';

const BASE32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** A home with a store of one device, and a file with a passphrase. */
async function place() {
  const home = temporaryHome();
  await otpctl(['device', 'create', 'hotp', '--user', 'bob', '--secret-stdin'], { home, stdin: BASE32 });
  const passphrase = join(home, 'passphrase');
  writeFileSync(passphrase, 'correct horse\n', { mode: 0o600 });
  return { home, passphrase, at: (name: string) => join(home, name) };
}

/** Runs SQL that may also write to the schema itself. */
function rewriteSchema(path: string, sql: string): void {
  const database = new DatabaseSync(path, { defensive: false });
  database.exec(sql);
  database.close();
}

const leftovers = (home: string) => readdirSync(home).filter((name) => /\.(part|db|restore)/.test(name));

describe('a backup', () => {
  it('that is cut anywhere, or has one other byte, is refused, and nothing is changed', {
    timeout: 60_000,
  }, async () => {
    const { home, passphrase, at } = await place();
    await otpctl(['store', 'backup', at('b'), '--passphrase-file', passphrase], { home });
    const whole = readFileSync(at('b'));
    const lines = [0, 1, 2, 3].map((n) => whole.toString('latin1').split('\n').slice(0, n).join('\n').length + 3);
    const broken = [
      ...Array.from({ length: 10 }, (_, tenth) => whole.subarray(0, Math.floor((whole.length * tenth) / 10))),
      whole.subarray(0, whole.length - 1),
      Buffer.concat([whole, Buffer.alloc(1)]),
      ...[...lines, 60, whole.length - 1, whole.length >> 1, whole.indexOf('SQLite format 3')].map((offset) => {
        const copy = Buffer.from(whole);
        copy.writeUInt8(copy.readUInt8(offset) ^ 1, offset);
        return copy;
      }),
    ];
    for (const bytes of broken) {
      writeFileSync(at('broken'), bytes);
      const line = ['store', 'restore', at('broken'), '--passphrase-file', passphrase, '--store', at('new/s')];
      expect(await otpctl(line, { home })).toMatchObject({ exit: 5, stdout: '' });
      expect(existsSync(at('new/s'))).toBe(false);
    }
  });

  it('does not open with another passphrase, or a header that was rewritten with its digest', async () => {
    const { home, passphrase, at } = await place();
    await otpctl(['store', 'backup', at('b'), '--passphrase-file', passphrase], { home });
    writeFileSync(at('other'), 'incorrect horse', { mode: 0o600 });
    const restore = ['store', 'restore', '--store', at('s'), '--passphrase-file'];
    expect(await otpctl([...restore, at('other'), at('b')], { home })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('the passphrase does not open this backup'),
    });
    const text = readFileSync(at('b'));
    const [magic, header = '', keys] = text.toString('latin1').split('\n', 3);
    const forged = header.replace(/"time":[0-9]+/, '"time":1');
    const { createHash } = await import('node:crypto');
    const start = `${magic}\n${forged}\n${keys}\n`;
    const digest = createHash('sha256').update(start, 'latin1').digest('hex');
    const database = text.subarray(text.indexOf('SQLite format 3'));
    writeFileSync(at('forged'), Buffer.concat([Buffer.from(`${start}${digest}\n`, 'latin1'), database]));
    expect(await otpctl([...restore, passphrase, at('forged')], { home })).toMatchObject({ exit: 2, stdout: '' });
    expect(existsSync(at('s'))).toBe(false);
  });

  it('under the master key says which one it needs, and refuses another', async () => {
    const { home, at } = await place();
    const { opensWith } = await json(['store', 'backup', at('b')], { home });
    const environment = { OTPCTL_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') };
    const { exit, stderr } = await otpctl(['store', 'restore', at('b'), '--store', at('s')], { home, environment });
    expect(exit).toBe(2);
    expect(stderr).toContain(`this backup needs key ${String(opensWith).replace('master key ', '')}`);
    expect(await otpctl(['store', 'restore', at('b'), '--store', at('s')], { home })).toMatchObject({ exit: 0 });
    expect(await otpctl(['store', 'check', '--store', at('s')], { home })).toMatchObject({ exit: 0 });
  });

  it('overwrites nothing without --force, leaves nothing beside it, and is 0600', async () => {
    const { home, at } = await place();
    writeFileSync(at('b'), 'mine', { mode: 0o644 });
    expect(await otpctl(['store', 'backup', at('b')], { home })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('--force'),
    });
    expect(readFileSync(at('b'), 'utf8')).toBe('mine');
    expect(await otpctl(['store', 'backup', at('b'), '--force'], { home })).toMatchObject({ exit: 0 });
    expect(statSync(at('b')).mode & 0o777).toBe(0o600);
    expect(await otpctl(['store', 'backup', storeOf(home), '--force'], { home })).toMatchObject({ exit: 2 });
    expect(await otpctl(['store', 'backup', at('no/b')], { home })).toMatchObject({ exit: 2 });
    expect(leftovers(home)).toEqual([]);
  });

  it.each([
    ['others can read it', 'correct horse', 0o644, 'chmod 600'],
    ['it is empty', '\n', 0o600, 'is empty'],
    ['it is short', 'horse\n', 0o600, 'shorter than'],
    ['it has two lines', 'correct horse\nbattery\n', 0o600, 'more than one line'],
  ])('takes no passphrase from a file when %s', async (_, text, mode, words) => {
    const { home, at } = await place();
    writeFileSync(at('p'), text);
    chmodSync(at('p'), mode);
    const { exit, stderr } = await otpctl(['store', 'backup', at('b'), '--passphrase-file', at('p')], { home });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(words) });
    expect(existsSync(at('b'))).toBe(false);
  });

  it('removes older ones only when they are sound, of this store and of this name, and itself was read back', async () => {
    const { home, at } = await place();
    const clock = fixedClock();
    mkdirSync(at('f'));
    const backup = () => json(['store', 'backup', at('f/a-{time}.b'), '--keep', '2'], { home, clock });
    const other = await place();
    await otpctl(['store', 'backup', at('f/a-20200101T000000Z.b')], { home: other.home });
    writeFileSync(at('f/a-20200102T000000Z.b'), 'no backup');
    symlinkSync(at('passphrase'), at('f/a-20200103T000000Z.b'));
    await otpctl(['store', 'backup', at('f/ab-20200101T000000Z.b')], { home });
    const untouched = readdirSync(at('f'));
    for (let day = 0; day < 3; day++) {
      await backup();
      clock.advance(86_400);
    }
    const two = ['a-20220102T000000Z.b', 'a-20220103T000000Z.b'];
    expect(readdirSync(at('f'))).toEqual([...untouched, ...two].sort());
    truncateSync(at(`f/${two[1]}`), 5000);
    await backup();
    // What is cut is not counted, and not taken away.
    expect(readdirSync(at('f'))).toEqual([...untouched, ...two, 'a-20220104T000000Z.b'].sort());
    expect(await otpctl(['store', 'backup', at('f/b'), '--keep', '2'], { home })).toMatchObject({ exit: 2 });
    tamper(storeOf(home), `UPDATE devices SET secret = x'00' WHERE id = 1`);
    clock.advance(86_400);
    const { exit, stderr } = await otpctl(['store', 'backup', at('f/a-{time}.b'), '--keep', '1'], { home, clock });
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining('no older one was removed') });
    expect(readdirSync(at('f'))).toHaveLength(untouched.length + 4);
  });
});

describe('a restore', () => {
  it('asks over a store, names what is lost, and keeps it aside', async () => {
    const { home, at } = await place();
    await otpctl(['store', 'backup', at('b')], { home });
    await otpctl(['device', 'create', 'email', '--user', 'cy', '--email', 'cy@example.com'], { home });
    const refused = await otpctl(['store', 'restore', at('b')], { home });
    expect(refused).toMatchObject({ exit: 2, stderr: expect.stringContaining('2 devices, 3 audit entries') });
    expect(await json(['device', 'list'], { home })).toHaveLength(2);
    const { keptAside } = await json(['store', 'restore', at('b'), '--yes'], { home });
    expect(await json(['device', 'list'], { home })).toHaveLength(1);
    expect(await json(['device', 'list', '--store', String(keptAside)], { home })).toHaveLength(2);
    expect(await otpctl(['store', 'check', '--store', String(keptAside)], { home })).toMatchObject({ exit: 0 });
  });

  it('takes the place of what is no store any more, and of a log that lies beside nothing', async () => {
    const { home, at } = await place();
    await otpctl(['store', 'backup', at('b')], { home });
    writeFileSync(storeOf(home), 'x'.repeat(9000), { mode: 0o600 });
    writeFileSync(`${storeOf(home)}-wal`, 'y'.repeat(9000), { mode: 0o600 });
    expect(await otpctl(['store', 'restore', at('b'), '--yes'], { home })).toMatchObject({ exit: 0 });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
    writeFileSync(at('s-wal'), 'y'.repeat(9000), { mode: 0o600 });
    expect(await otpctl(['store', 'restore', at('b'), '--store', at('s')], { home })).toMatchObject({ exit: 0 });
    expect(await otpctl(['store', 'check', '--store', at('s')], { home })).toMatchObject({ exit: 0 });
  });

  it('refuses while the clock is behind the backup', async () => {
    const { home, at } = await place();
    await otpctl(['store', 'backup', at('b')], { home });
    const clock = fixedClock();
    const line = ['store', 'restore', at('b'), '--store', at('s')];
    expect(await otpctl(line, { home, clock })).toMatchObject({
      exit: 5,
      stderr: expect.stringContaining('set the clock'),
    });
    expect(existsSync(at('s'))).toBe(false);
  });

  it('makes challenges void', async () => {
    const { home, at } = await place();
    await otpctl(['device', 'create', 'pin', '--user', 'eve', '--pin-stdin'], { home, stdin: '8675309123' });
    await otpctl(['device', 'challenge', '2'], { home });
    await otpctl(['store', 'backup', at('b')], { home });
    await otpctl(['store', 'restore', at('b'), '--yes'], { home });
    const { stdout } = await otpctl(['audit', 'list', '-o', 'json'], { home });
    expect(stdout).toContain('store.restore');
    expect(await otpctl(['device', 'verify', '2', '123'], { home })).toMatchObject({ exit: 1 });
    const log = await otpctl(['audit', 'list', '-o', 'json', '--action', 'device.verify'], { home });
    expect(log.stdout).toContain('rejected: no challenge');
  });
});

describe('the check of a store', () => {
  it('finds a device that was set back behind the audit log', async () => {
    const { home } = await place();
    await otpctl(['device', 'verify', '1', '755224'], { home });
    await otpctl(['device', 'verify', '1', '287082'], { home });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
    tamper(storeOf(home), 'UPDATE devices SET counter = 0');
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('was set back'),
    });
  });

  it('finds an index that lacks a row, and mends it with --repair alone', async () => {
    const { home } = await place();
    // An index that was made over other values, under the name of ours.
    rewriteSchema(
      storeOf(home),
      `PRAGMA writable_schema = ON;
       UPDATE sqlite_schema SET sql = 'CREATE INDEX devices_by_last_used ON devices (created)' WHERE name = 'devices_by_last_used';
       PRAGMA writable_schema = RESET; REINDEX devices_by_last_used; PRAGMA writable_schema = ON;
       UPDATE sqlite_schema SET sql = 'CREATE INDEX devices_by_last_used ON devices (last_used)' WHERE name = 'devices_by_last_used'`,
    );
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('--repair'),
    });
    expect(await otpctl(['store', 'check', '--repair'], { home })).toMatchObject({ exit: 0 });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
  });
});
