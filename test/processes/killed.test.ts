import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { json, otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { readRow } from '../support/sql.ts';
import type { WorkerTask } from '../support/worker.ts';
import { bundleWorkers, type Workers } from '../support/workers.ts';

const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const code = (counter: bigint) =>
  hotp(new Secret(Buffer.from('12345678901234567890')), counter, { algorithm: 'SHA1', digits: 6 });

describe('a process that is killed before any statement', () => {
  let workers: Workers;
  beforeAll(async () => {
    workers = await bundleWorkers();
  });
  afterAll(() => workers.remove());

  /** Runs a task again and again, each time killed one statement later, until it comes to its end. */
  async function killedEverywhere(
    home: string,
    taskAt: (kill: number) => WorkerTask,
    then: (answer: string) => Promise<void>,
  ) {
    for (let kill = 1; ; kill++) {
      const { exit, stdout, stderr } = await workers.run(home, { ...taskAt(kill), killBefore: kill });
      expect(stderr).toBe('');
      await then(stdout);
      if (exit === 0) return kill - 1;
      expect({ exit, stdout }).toEqual({ exit: null, stdout: '' });
    }
  }

  it('of a verification leaves a sound store, and no counter below an accepted code', async () => {
    const home = temporaryHome();
    await otpctl(['device', 'create', 'hotp', '--user', 'ada', '--secret-stdin'], { home, stdin: KEY });
    const statements = await killedEverywhere(
      home,
      () => ({ store: storeOf(home), verify: { id: '1', code: code(0n) } }),
      async (answer) => {
        const { counter } = readRow(storeOf(home), 'SELECT counter FROM devices');
        if (answer !== '') expect(JSON.parse(answer)).toMatchObject({ success: true });
        // A kill before the commit charges nothing and moves nothing: the code is as good as before.
        expect(counter).toBe(answer === '' ? 0 : 1);
        expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
      },
    );
    expect(statements).toBeGreaterThan(8);
    expect(await otpctl(['device', 'verify', '1', code(0n)], { home })).toMatchObject({ exit: 1 });
    expect(await otpctl(['device', 'verify', '1', code(1n)], { home })).toMatchObject({ exit: 0 });
  });

  it('of an enrolment leaves no half of a device', async () => {
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home });
    const statements = await killedEverywhere(
      home,
      () => ({ store: storeOf(home), create: { user: 'ada' } }),
      async (answer) => {
        expect((await otpctl(['device', 'list', '--count'], { home })).stdout).toBe(answer === '' ? '0\n' : '1\n');
        expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
      },
    );
    expect(statements).toBeGreaterThan(5);
    expect(await json<unknown[]>(['audit', 'list'], { home })).toHaveLength(2);
  });
});

describe('a store that was being made', () => {
  it('is there whole or not at all, whatever was left lying beside it', async () => {
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home });
    expect(readdirSync(dirname(storeOf(home))).sort()).toEqual(['otpctl.db']);
  });
});
