import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { type Asked, type BatchProcess, batchProgram, startBatches } from '../support/batches.ts';
import { json, otpctl } from '../support/cli.ts';
import { keyFilesOf, storeOf, temporaryHome } from '../support/home.ts';
import { addSealedDevices } from '../support/sealed-store.ts';
import { smallDisk } from '../support/small-disk.ts';
import { readRows } from '../support/sql.ts';
import { needs } from '../support/tools.ts';

const SECRET = Buffer.from('12345678901234567890');
const code = (counter: number) => hotp(new Secret(SECRET), BigInt(counter), { algorithm: 'SHA1', digits: 6 });
const IDS = Array.from({ length: 20 }, (_, at) => String(at + 1));
const all = (answer: string) => IDS.map(() => answer);
const codes = (counter: number): readonly Asked[] => IDS.map((id) => ({ does: 'verify', id, what: code(counter) }));

const file = batchProgram();

interface Place {
  readonly home: string;
  readonly store: string;
  readonly process: BatchProcess;
}

/** A store of twenty devices, open in a process that has written to it and has in mind what it has read. */
async function opened(home: string, store: string): Promise<Place> {
  await otpctl(['store', 'init', '--store', store], { home });
  addSealedDevices(store, keyFilesOf(home)[0] ?? '', IDS.length, SECRET);
  const process = startBatches(file(), home, { store });
  expect(await process.ask(codes(0))).toEqual(all('yes'));
  return { home, store, process };
}

/** After so many batches that were told yes, and those that failed: nothing of these is there, and it goes on. */
async function expectOnly(done: number, { home, store, process }: Place): Promise<void> {
  const rows = () => readRows(store, 'SELECT DISTINCT counter, fails FROM devices');
  const log = () => json<{ entries: number; intact: boolean }>(['audit', 'verify', '--store', store], { home });
  const before = await log();
  expect(before.intact).toBe(true);
  expect(rows()).toEqual([{ counter: done, fails: 0 }]);
  expect(await process.ask(codes(done))).toEqual(all('yes'));
  expect(await log()).toMatchObject({ intact: true, entries: before.entries + IDS.length });
  expect(await process.ask(codes(done))).toEqual(all('no'));
  expect(rows()).toEqual([{ counter: done + 1, fails: 0 }]);
  expect(await otpctl(['store', 'check', '--store', store], { home })).toMatchObject({ exit: 0 });
}

describe('a batch of twenty that the disk fails', () => {
  it('at any of its pages is told no yes, and the next one finds nothing of it', async (context) => {
    needs(context, 'prlimit', 'util-linux');
    const home = temporaryHome();
    const place = await opened(home, storeOf(home));
    const { pid } = place.process;
    const limited = (bytes: number | 'unlimited') =>
      expect(spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]).status).toBe(0);
    const { size } = statSync(`${place.store}-wal`);
    const FRAME = 4096 + 24;
    let failed = 0;
    for (;;) {
      limited(size + failed * FRAME + 100);
      const answers = await place.process.ask(codes(1));
      if (answers[0] === 'yes') {
        expect(answers).toEqual(all('yes'));
        break;
      }
      expect(answers).toEqual(all('disk'));
      failed += 1;
      // Between two of them it goes on as if nothing had been.
      if (failed % 4 !== 2) continue;
      limited('unlimited');
      expect(await place.process.ask([{ does: 'verify', id: '1', what: 'x' }])).toEqual(['no']);
    }
    expect(failed).toBeGreaterThan(5);
    limited('unlimited');
    await expectOnly(2, place);
  });

  it.for([0, 8])('and that has %i kB is told no yes, and the next one works', async (room, context) => {
    const disk = smallDisk(context, 4000);
    const place = await opened(temporaryHome(), join(disk, 'store.db'));
    const filler = join(disk, 'filler');
    const set = (setting: string) => json(['settings', 'set', setting, '--store', place.store], place);
    for (const done of [1, 2]) {
      fill(filler, room);
      for (let round = 0; round < 2; round++) expect(await place.process.ask(codes(done))).toEqual(all('disk'));
      rmSync(filler);
      // The second time another sets something meanwhile, which holds at once.
      if (done === 2) {
        await set('hotp.enabled=false');
        expect(await place.process.ask(codes(done))).toEqual(all('setting-forbids'));
        await set('hotp.enabled=true');
      }
      await expectOnly(done, place);
    }
  });
});

/** Fills a disk but for so many kilobytes. */
function fill(path: string, room: number): void {
  spawnSync('dd', ['if=/dev/zero', `of=${path}`, 'bs=4k', 'count=10000']);
  const { size } = statSync(path);
  spawnSync('truncate', ['-s', String(size - room * 1024), path]);
}
