import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { json, otpctl } from '../support/cli.ts';
import { countedRandom } from '../support/fixed.ts';
import { keyFilesOf, storeOf, temporaryHome } from '../support/home.ts';
import { killable } from '../support/killed.ts';
import { program } from '../support/process.ts';
import { addSealedDevices } from '../support/sealed-store.ts';
import { sessionBus } from '../support/session-bus.ts';
import { needs } from '../support/tools.ts';
import { bundleWorkers, type Workers } from '../support/workers.ts';

const SECRET = Buffer.from('12345678901234567890');
const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const code = (counter: bigint) => hotp(new Secret(SECRET), counter, { algorithm: 'SHA1', digits: 6 });

let workers: Workers;
beforeAll(async () => {
  workers = await bundleWorkers();
});
afterAll(() => workers.remove());

const keyOf = async (home: string, environment: Record<string, string> = {}) =>
  (await json<{ keyId: string }>(['store', 'key', 'show'], { home, environment })).keyId;

describe('a rotation of 20,000 devices', () => {
  it('is killed at 100 random moments while codes are verified: none is refused, and the store opens', async () => {
    const DEVICES = 20_000;
    const KILLS = 100;
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home });
    const [file = ''] = keyFilesOf(home);
    const firstKey = join(home, 'first.key');
    copyFileSync(file, firstKey);
    addSealedDevices(storeOf(home), file, DEVICES, SECRET);
    const rotate = (killAfter?: number) =>
      program(['store', 'key', 'rotate', '--yes'], { home, ...(killAfter !== undefined && { killAfter }) });
    const began = Date.now();
    expect(await rotate()).toMatchObject({ exit: 0, stderr: '' });
    const whole = Date.now() - began;

    const untilFile = join(home, 'enough');
    const verifiers = [1, 2].map((from) =>
      workers.run(home, { store: storeOf(home), verifyMany: { from, step: 2, code: code(0n), untilFile } }),
    );
    const random = countedRandom(9);
    const keys = new Set<string>();
    let killed = 0;
    for (let round = 0; round < KILLS; round++) {
      const [high = 0, low = 0] = random.bytes(2);
      const { exit, stderr } = await rotate(((high * 256 + low) / 65_536) * whole * 1.1);
      expect({ exit, stderr }).toEqual({ exit: exit === null ? null : 0, stderr: '' });
      killed += exit === null ? 1 : 0;
      // Opens the keys, and a secret with them.
      const id = String(DEVICES - round);
      const { exit: verified, stderr: why } = await otpctl(['device', 'verify', id, code(0n)], { home });
      expect({ verified, why }).toEqual({ verified: 0, why: '' });
      keys.add(await keyOf(home));
    }
    writeFileSync(untilFile, '');
    const answers = (await Promise.all(verifiers)).map(({ stdout }) => JSON.parse(stdout) as Answers);

    for (const { answers: counts } of answers) {
      // A rotation that holds the store for long makes others wait: they may be told that it is busy.
      expect(Object.keys(counts).filter((answer) => answer !== 'store-busy')).toEqual(['accepted']);
    }
    expect(killed).toBeGreaterThan(KILLS / 4);
    expect(keys.size).toBeGreaterThan(1);
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
    const ids = answers.flatMap(({ verified }) => verified).filter((_, at) => at % 10 === 0);
    for (const id of ids) {
      expect(await otpctl(['device', 'verify', String(id), code(1n)], { home })).toMatchObject({ exit: 0 });
    }
    const old = { home, environment: { OTPCTL_MASTER_KEY_FILE: firstKey } };
    expect(await otpctl(['device', 'verify', '1', code(2n)], old)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(`this store needs key ${await keyOf(home)}`),
    });
    // A key that did not come to be may lie beside the file, until the next rotation.
    expect(await rotate()).toMatchObject({ exit: 0 });
    expect(keyFilesOf(home)).toEqual([file]);
  }, 600_000);
});

interface Answers {
  readonly answers: Record<string, number>;
  readonly verified: readonly number[];
}

const stepwise = killable();

describe('a process that is killed before any step', () => {
  beforeEach((context) => {
    needs(context, 'gnome-keyring-daemon', 'gnome-keyring');
    needs(context, 'dbus-daemon', 'dbus-x11');
  });

  /** Runs a command line again and again, each time killed one step later, until it comes to its end. */
  async function killedEverywhere(
    home: string,
    argv: readonly string[],
    environment: Record<string, string>,
    again: () => Promise<void>,
  ): Promise<number> {
    for (let kill = 1; ; kill++) {
      const { exit, stderr } = await stepwise.run(argv, kill, { home, environment });
      const verified = await otpctl(['device', 'verify', '1', code(BigInt(kill - 1))], { home, environment });
      expect({ kill, exit: verified.exit, why: verified.stderr }).toEqual({ kill, exit: 0, why: '' });
      if (exit === 0) return kill - 1;
      expect({ exit, stderr }).toEqual({ exit: null, stderr: '' });
      await again();
    }
  }

  async function enrolled(): Promise<string> {
    const home = temporaryHome();
    await otpctl(['device', 'create', 'hotp', '--user', 'ada', '--secret-stdin'], { home, stdin: KEY });
    return home;
  }

  it('of a rotation leaves the key that the store needs, old or new', async () => {
    const home = await enrolled();
    const steps = await killedEverywhere(home, ['store', 'key', 'rotate', '--yes'], {}, async () => {});
    expect(steps).toBeGreaterThan(20);
    expect(keyFilesOf(home)).toHaveLength(1);
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
  }, 240_000);

  it.each([
    ['a move into the keyring', 'file', ['store', 'key', 'move', '--to', 'keyring']],
    ['a rotation in the keyring', 'keyring', ['store', 'key', 'rotate', '--yes']],
    ['a move out of the keyring', 'keyring', ['store', 'key', 'move', '--to', 'file']],
  ] as const)(
    'of %s leaves the key in one place at least',
    async (_what, start, argv) => {
      const home = await enrolled();
      const environment = await sessionBus('gnome-keyring');
      const back = async () => {
        const { exit } = await otpctl(['store', 'key', 'move', '--to', start], { home, environment });
        expect(exit).toBe(0);
      };
      await back();
      expect(await killedEverywhere(home, argv, environment, back)).toBeGreaterThan(10);
      expect(await otpctl(['store', 'check'], { home, environment })).toMatchObject({ exit: 0 });
    },
    240_000,
  );
});
