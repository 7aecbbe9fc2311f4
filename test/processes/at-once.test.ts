import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeStep, totp } from '../../src/domain/otp/totp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { json, otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { readRow } from '../support/sql.ts';
import { bundleWorkers, type Workers } from '../support/workers.ts';

const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const SECRET = new Secret(Buffer.from('12345678901234567890'));

async function enrolled(): Promise<string> {
  const home = temporaryHome();
  await otpctl(['device', 'create', 'totp', '--user', 'ada', '--secret-stdin'], { home, stdin: KEY });
  return home;
}

const codeNow = () => totp(SECRET, timeStep(Math.floor(Date.now() / 1000), 30), { algorithm: 'SHA1', digits: 6 });

describe('processes at once', () => {
  let workers: Workers;
  beforeAll(async () => {
    workers = await bundleWorkers();
  });
  afterAll(() => workers.remove());

  it('fifty with one good code get exactly one yes', async () => {
    const home = await enrolled();
    await json(['settings', 'set', 'totp.lockAfter=100'], { home });
    const task = {
      store: storeOf(home),
      verify: { id: '1', code: codeNow() },
      startAt: Date.now() + 5000,
    };
    const outcomes = await workers.runAll(
      home,
      Array.from({ length: 50 }, () => task),
      50,
    );
    expect(outcomes.map(({ exit }) => exit)).toEqual(Array.from({ length: 50 }, () => 0));
    const verdicts = outcomes.map(({ stdout }) => JSON.parse(stdout) as { success: boolean });
    expect(verdicts.filter(({ success }) => success)).toHaveLength(1);
    expect(await json(['device', 'show', '1'], { home })).toMatchObject({ status: 'V', fails: expect.any(Number) });
    // One of those that came too late is told, the others are counted.
    expect(await json(['audit', 'verify'], { home })).toMatchObject({ intact: true, entries: 5 });
    expect(readRow(storeOf(home), 'SELECT more FROM repeated')).toEqual({ more: 48 });
  });

  it('two hundred with wrong codes, against a limit of five, have five of them looked at', async () => {
    const home = await enrolled();
    await json(['settings', 'set', 'totp.lockAfter=5'], { home });
    const tasks = Array.from({ length: 200 }, () => ({
      store: storeOf(home),
      verify: { id: '1', code: '000000' },
    }));
    const outcomes = await workers.runAll(home, tasks, 50);
    expect(outcomes.every(({ exit }) => exit === 0)).toBe(true);
    const results = (await json<{ result: string }[]>(['audit', 'list', '--action', 'device.verify'], { home })).map(
      ({ result }) => result,
    );
    expect(results).toHaveLength(200);
    expect(results.filter((result) => result.startsWith('rejected: wrong code'))).toHaveLength(5);
    expect(results.filter((result) => result === 'rejected: device locked')).toHaveLength(195);
    expect(await json(['device', 'show', '1'], { home })).toMatchObject({ status: 'L', fails: 5 });
    const { exit } = await otpctl(['device', 'verify', '1', codeNow()], { home });
    expect(exit).toBe(1);
  });

  it('a code that was used is refused in another process', async () => {
    const home = await enrolled();
    const code = codeNow();
    expect(await program(['device', 'verify', '1', code], { home })).toMatchObject({ exit: 0 });
    expect(await program(['device', 'verify', '1', ` ${code} `], { home })).toMatchObject({ exit: 1 });
  });

  it('twenty on a fresh machine make one store between them', async () => {
    const home = temporaryHome();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        program(['device', 'create', 'totp', '--user', `user${at}`, '--show-secret', '-o', 'json'], { home }),
      ),
    );
    expect(outcomes.map(({ exit }) => exit)).toEqual(outcomes.map(() => 0));
    const said = outcomes.map(({ stderr }) => stderr).filter((stderr) => stderr !== '');
    expect(said).toEqual([expect.stringMatching(/^made the store .*\n$/)]);
    const names = new Set(outcomes.map(({ stdout }) => (JSON.parse(stdout) as { name: string }).name));
    expect(names.size).toBe(20);
    expect(readRow(storeOf(home), `SELECT count(*) AS n FROM audit WHERE action = 'store.init'`)).toEqual({ n: 1 });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
  });

  it('twelve that each enable a device of a user who may have four more enable four', async () => {
    const home = temporaryHome();
    const create = ['device', 'create', 'email', '--user', 'ada', '--email', 'a@example.com'];
    for (let made = 0; made < 18; made++) await json(create, { home });
    await otpctl(['device', 'enable', '1', '2', '3', '4', '5', '6'], { home });
    const ids = Array.from({ length: 12 }, (_, at) => String(at + 7));
    const outcomes = await Promise.all(ids.map((id) => program(['device', 'enable', id], { home })));
    expect(outcomes.map(({ exit }) => exit).sort()).toEqual([...Array(4).fill(0), ...Array(8).fill(5)]);
    for (const { exit, stderr } of outcomes) {
      if (exit !== 0) expect(stderr).toContain('user "ada" may have 10 enabled devices, and has 10');
    }
    expect(readRow(storeOf(home), `SELECT count(*) AS n FROM devices WHERE status = 'V'`)).toEqual({ n: 10 });
  });
});
