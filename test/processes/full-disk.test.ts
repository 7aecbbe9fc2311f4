import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { statuses } from '../support/bulk.ts';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { DISABLE } from '../support/rsa/fake-rsa.ts';
import { addDevice, helpdesk } from '../support/rsa/helpdesk.ts';
import { smallDisk } from '../support/small-disk.ts';
import { many, stocked } from '../support/stock.ts';

const EMAIL = ['device', 'create', 'email', '--user', 'ada', '--email', 'ada@example.com'];

/** What reads, and changes nothing. */
const READS = [
  'device list -q',
  'device list --count',
  'audit list -q',
  'audit verify',
  'why ada',
  'settings list -q',
  'store info',
  'store key show',
  'bulk runs -o json',
];

/** Leaves a change in the log of a store, as a process that is killed does. */
function leaveLog(store: string, sql: string): void {
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    new DatabaseSync(process.argv[1]).exec(process.argv[2]);
    process.kill(process.pid, 'SIGKILL');`;
  spawnSync(process.execPath, ['-e', script, store, sql]);
  rmSync(`${store}-shm`);
  expect(statSync(`${store}-wal`).size).toBeGreaterThan(0);
}

describe('a full disk', () => {
  // Too small for a journal at all, for its rows, for what becomes of them; and large enough.
  it.for([4, 24, 32, 48, 64, 1024])(
    'never lets a DS100 run change more than its journal holds: %i kB',
    async (size, context) => {
      const disk = smallDisk(context, size);
      const { rsa, home, environment } = await helpdesk({ now: () => Math.floor(Date.now() / 1000) });
      const serials = Array.from({ length: 60 }, (_, at) => String(140_100_100 + at));
      for (const serial of serials) addDevice(rsa, { deviceSerialNumber: serial, tokenSerialNumber: `0${serial}31` });
      const journal = join(disk, 'runs.db');
      const line = ['ds100', 'disable', '--from', '-', '--yes', '--journal', journal, '-o', 'jsonl'];
      const { exit, stdout } = await program(line, { home, environment, stdin: serials.join('\n') });
      const sent = rsa.to(DISABLE).length;
      const changed = stdout.split('\n').filter((row) => row.includes('"changed"')).length;
      expect({ exit, changed }).toEqual({ exit: sent === 60 ? 0 : sent === 0 ? 7 : 6, changed: sent });
    },
  );

  it('ends a change with exit 7, and what was there stays', async (context) => {
    const disk = smallDisk(context, 300);
    const home = temporaryHome();
    const store = join(disk, 'store.db');
    const run = (line: readonly string[]) => program([...line, '--store', store], { home });
    expect(await run(EMAIL)).toMatchObject({ exit: 0 });
    let made = 1;
    for (;;) {
      const { exit, stdout, stderr } = await run([...EMAIL, '--reason', 'x'.repeat(1000)]);
      if (exit === 0) {
        made += 1;
        continue;
      }
      expect({ exit, stdout }).toEqual({ exit: 7, stdout: '' });
      expect(stderr).toContain('is full; nothing was changed');
      break;
    }
    expect(made).toBeGreaterThan(1);
    spawnSync('mount', ['-o', 'remount,size=4m', disk]);
    expect((await run(['device', 'list', '--count'])).stdout).toBe(`${made}\n`);
    expect(await run(['store', 'check'])).toMatchObject({ exit: 0 });
    expect(await run(EMAIL)).toMatchObject({ exit: 0 });
  });

  it.for([{ log: false }, { log: true }])('keeps nobody from reading: log $log', async ({ log }, context) => {
    const disk = smallDisk(context, 700);
    const home = temporaryHome();
    const store = join(disk, 'store.db');
    const run = (line: string) => program([...line.split(' '), '--store', store], { home });
    expect(await run(EMAIL.join(' '))).toMatchObject({ exit: 0 });
    if (log) leaveLog(store, 'UPDATE devices SET fails = 3');
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=1k', 'count=1000']);
    for (const line of READS) {
      const { exit, stdout, stderr } = await run(line);
      expect({ line, exit, stderr }).toMatchObject({ exit: 0 });
      expect(stdout, line).not.toBe('');
    }
    expect(JSON.parse((await run('device show 1 -o json')).stdout)).toMatchObject({ fails: log ? 3 : 0 });
    for (const line of ['device lock 1', 'user set ada --attr mail=x', 'serve --port 0']) {
      const { exit, stdout, stderr } = await run(line);
      expect({ line, exit, stdout }).toEqual({ line, exit: 7, stdout: '' });
      expect(stderr).toMatch(/the disk of the store .* (is full|failed)/);
    }
    spawnSync('rm', [join(disk, 'filler')]);
    expect(await run('user set ada --attr mail=x')).toMatchObject({ exit: 0 });
    expect(await run('audit verify')).toMatchObject({ exit: 0 });
  });

  it('leaves no half of a store', async (context) => {
    const disk = smallDisk(context, 16);
    const home = temporaryHome();
    const { exit, stderr } = await program([...EMAIL, '--store', join(disk, 'store.db')], { home });
    expect({ exit, stderr }).toEqual({ exit: 7, stderr: expect.stringContaining('full') });
    expect(readdirSync(disk)).toEqual([]);
    expect(readdirSync(join(home, '.config/otpctl/keys'))).toEqual([]);
  });
});

describe('a file about a run that is over and cannot be written', () => {
  it('a report: the summary is told all the same, and it is not exit 7', async (context) => {
    const disk = smallDisk(context, 4);
    const { home, store } = await stocked(many(40, { lastUsed: 1_600_000_000 }));
    const line = ['bulk', 'disable-stale', '--unused-since', '2022-01-01', '--yes', '--report', join(disk, 'run.xml')];
    const { exit, stderr } = await program(line, { home });
    expect(exit).toBe(6);
    expect(stderr).toContain(`error: ${join(disk, 'run.xml')} cannot be written: ENOSPC\n`);
    expect(stderr).toContain('run 1 finished: 40 changed; take it back with  otpctl bulk undo 1\n');
    expect(statuses(store)).toBe('D'.repeat(40));
    expect(readdirSync(disk)).toEqual([]);
  });

  it('a residue: the devices that were made are told of, and it is not exit 7', async (context) => {
    const disk = smallDisk(context, 4);
    const home = temporaryHome();
    const rows = Array.from({ length: 300 }, (_, at) => `email,user${at},no address of user ${at}`);
    const file = join(home, 'new.csv');
    writeFileSync(file, ['type,user,email', 'email,ada,ada@example.com', ...rows, ''].join('\n'));
    const line = ['bulk', 'create', file, '--residue', join(disk, 'rest.csv'), '--yes', '-o', 'jsonl'];
    const { exit, stderr } = await program(line, { home });
    expect(exit).toBe(6);
    expect(stderr).toContain('run 1 finished: 1 created, 300 failed');
    expect(stderr).toContain('ENOSPC');
  });
});

describe('a QR code that cannot be written', () => {
  it.for([{ more: [] }, { more: ['--force'] }])('takes its device with it $more', async ({ more }, context) => {
    const disk = smallDisk(context, 16);
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=4k', 'count=100']);
    const home = temporaryHome();
    const line = ['device', 'create', 'totp', '--user', 'ada', '--qr-file', join(disk, 'ada.png'), ...more];
    expect(await program(line, { home })).toMatchObject({ exit: 7, stderr: expect.stringContaining('ENOSPC') });
    expect(readdirSync(disk)).toEqual(['filler']);
    expect((await program(['device', 'list', '--count'], { home })).stdout).toBe('0\n');
    expect((await program(['audit', 'list', '-q'], { home })).stdout).toBe('1\n2\n3\n');
  });
});

describe('a store that may only be read', () => {
  it('can be listed, and refuses a change with exit 2', async (context) => {
    const disk = smallDisk(context, 4000);
    const home = temporaryHome();
    const store = join(disk, 'store.db');
    expect(await program([...EMAIL, '--store', store], { home })).toMatchObject({ exit: 0 });
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    expect(await program(['device', 'list', '-q', '--store', store], { home })).toMatchObject({
      exit: 0,
      stdout: '1\n',
    });
    const change = await program(['device', 'disable', '1', '--store', store], { home });
    expect(change).toMatchObject({ exit: 2, stdout: '' });
    expect(change.stderr).toMatch(/^error: the store .* cannot be (written|opened)\nhint: /);
  });
});
