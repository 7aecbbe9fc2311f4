import { once } from 'node:events';
import { connect } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { timeStep, totp } from '../../src/domain/otp/totp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { type Asked, batchProgram, startBatches } from '../support/batches.ts';
import { json, otpctl } from '../support/cli.ts';
import { clockFile } from '../support/clock-file.ts';
import { fixedClock } from '../support/fixed.ts';
import { keyFilesOf, storeOf, temporaryHome } from '../support/home.ts';
import { openBackend } from '../support/open-context.ts';
import { program } from '../support/process.ts';
import { addSealedDevices } from '../support/sealed-store.ts';
import { serverProcess } from '../support/server-process.ts';
import { readRows } from '../support/sql.ts';

const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const SECRET = Buffer.from('12345678901234567890');
const counted = (counter: number) => hotp(new Secret(SECRET), BigInt(counter), { algorithm: 'SHA1', digits: 6 });
const timed = (time: number) => totp(new Secret(SECRET), timeStep(time, 30), { algorithm: 'SHA1', digits: 6 });
/** The middle of a step. */
const NOON = 1_800_000_015;
const HOUR = 3600;

const DEVICES = Array.from({ length: 20 }, (_, at) => at + 1);

const file = batchProgram();

interface Answered {
  readonly status: number;
  readonly success?: boolean;
}

/** Starts a server on the store of a home, and asks it for verdicts. */
async function served(home: string, environment: Record<string, string> = {}) {
  const { key } = await json<{ key: string }>(['apikey', 'create', 'desk', '--role', 'super'], {
    home,
    clock: fixedClock(NOON - 2 * HOUR),
  });
  const server = await serverProcess(home, ['--port', '0'], environment);
  const verify = async (id: number, code: string): Promise<Answered> => {
    const response = await fetch(`${server.url}/otpctl/v1/devices/${id}/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    const { success } = (await response.json()) as { success?: boolean };
    return { status: response.status, ...(success !== undefined && { success }) };
  };
  return { ...server, key, verify };
}

async function timedHome(devices: number): Promise<string> {
  const home = temporaryHome();
  for (let id = 1; id <= devices; id++) {
    const line = ['device', 'create', 'totp', '--user', `user${id}`, '--secret-stdin'];
    await otpctl(line, { home, stdin: KEY, clock: fixedClock(NOON - 2 * HOUR) });
  }
  return home;
}

async function countedHome(devices: number): Promise<string> {
  const home = temporaryHome();
  await otpctl(['store', 'init'], { home });
  addSealedDevices(storeOf(home), keyFilesOf(home)[0] ?? '', devices, SECRET);
  return home;
}

/** Makes a log that is far longer than all buffers on the way to a client. */
async function fillLog(home: string): Promise<void> {
  const backend = await openBackend(home, {}, storeOf(home));
  const users = Array.from({ length: 5000 }, (_, at) => ({ name: `person${at}`, attributes: {} }));
  await backend.users.set(users, { actor: 'tester', reason: '界'.repeat(1000) });
  backend.close();
}

async function expectSound(home: string): Promise<void> {
  expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
  expect(await json(['audit', 'verify'], { home })).toMatchObject({ intact: true });
}

const accepted = (home: string) =>
  readRows(storeOf(home), `SELECT count(*) AS n FROM audit WHERE action = 'device.verify' AND result = 'accepted'`)[0];

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** From where on each device takes codes, which is how many of its codes were taken. */
const counters = (home: string) =>
  readRows(storeOf(home), 'SELECT counter FROM devices ORDER BY id').map(({ counter }) => Number(counter));

describe('batches of a server', () => {
  it('and of forty processes give one code one yes, whatever the step', async () => {
    const home = await timedHome(1);
    const { set, environment } = clockFile(home, NOON);
    const server = await served(home, environment);
    const processes = Array.from({ length: 40 }, () => startBatches(file(), home, { environment }));
    await Promise.all(processes.map((process) => process.ask([])));
    const rounds = 3;
    for (let round = 0; round < rounds; round++) {
      const now = NOON + 30 * round;
      set(now);
      const what = timed(now);
      const startAt = Date.now() + 200;
      const asked: readonly Asked[] = [{ does: 'verify', id: '1', what }];
      const byProcess = processes.map((process) => process.ask(asked, startAt));
      await pause(startAt - Date.now());
      const byServer = await Promise.all(Array.from({ length: 20 }, () => server.verify(1, what)));
      expect(byServer.map(({ status }) => status)).toEqual(byServer.map(() => 200));
      const answers = [
        ...(await Promise.all(byProcess)).flat(),
        ...byServer.map(({ success }) => (success ? 'yes' : 'no')),
      ];
      expect(answers.toSorted()).toEqual([...Array(59).fill('no'), 'yes']);
    }
    expect(accepted(home)).toEqual({ n: rounds });
    // A code that is spent charges nothing.
    expect(readRows(storeOf(home), 'SELECT status, fails FROM devices')).toEqual([{ status: 'V', fails: 0 }]);
    await expectSound(home);
  });

  it('go on while a client does not read the log, and others write', async () => {
    const home = await countedHome(20);
    await fillLog(home);
    const { url, key, verify } = await served(home);
    const beside = startBatches(file(), home);
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.write(`GET /otpctl/v1/audit HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\n\r\n`);
    await once(socket, 'readable');
    expect(String(socket.read(200))).toContain('200 OK');
    for (let counter = 0; counter < 6; counter += 2) {
      expect(
        await beside.ask(DEVICES.map((id) => ({ does: 'verify', id: String(id), what: counted(counter) }))),
      ).toEqual(DEVICES.map(() => 'yes'));
      const answers = await Promise.all(DEVICES.map((id) => verify(id, counted(counter + 1))));
      expect(answers).toEqual(DEVICES.map(() => ({ status: 200, success: true })));
    }
    expect(socket.destroyed).toBe(false);
    // It has not been read to its end meanwhile: what it gets now is the rest.
    let rest = 0;
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.length;
    });
    await expect.poll(() => rest).toBeGreaterThan(2 ** 23);
    await expectSound(home);
  });

  it('are not confused by a clock that goes back between them', async () => {
    const home = await timedHome(40);
    const { set, environment } = clockFile(home, NOON);
    const { verify } = await served(home, environment);
    const all = async (from: number, to: number, time: number) => {
      const ids = Array.from({ length: to - from + 1 }, (_, at) => from + at);
      const answers = await Promise.all(ids.map((id) => verify(id, timed(time))));
      return [...new Set(answers.map(({ status, success }) => `${status} ${success}`))];
    };
    expect(await all(1, 20, NOON)).toEqual(['200 true']);
    set(NOON - HOUR);
    // Of a step before the last one; and of devices that had none.
    expect(await all(1, 20, NOON - HOUR)).toEqual(['200 false']);
    expect(await all(1, 20, NOON)).toEqual(['200 false']);
    expect(await all(21, 40, NOON - HOUR)).toEqual(['200 true']);
    set(NOON + 30);
    expect(await all(1, 20, NOON)).toEqual(['200 false']);
    expect(await all(1, 40, NOON + 30)).toEqual(['200 true']);
    expect(accepted(home)).toEqual({ n: 80 });
    await expectSound(home);
  });

  it('go on while another rotates the keys: no wrong no, and nothing is lost', async () => {
    const devices = 50;
    const home = await countedHome(devices);
    const { verify } = await served(home);
    const next = counters(home);
    let isOver = false;
    const rotating = (async () => {
      const outcomes = [];
      for (let at = 0; at < 3; at++) outcomes.push(await program(['store', 'key', 'rotate', '--yes'], { home }));
      isOver = true;
      return outcomes.map(({ exit, stderr }) => `${exit} ${stderr}`);
    })();
    let busy = 0;
    for (let round = 0; round < 3 || !isOver; round++) {
      const answers = await Promise.all(next.map((counter, at) => verify(at + 1, counted(counter))));
      for (const [at, { status, success }] of answers.entries()) {
        // That the store is busy is no answer, and moves nothing.
        if (status === 503) busy += 1;
        else {
          expect({ status, success }).toEqual({ status: 200, success: true });
          next[at] = (next[at] ?? 0) + 1;
        }
      }
    }
    expect(await rotating).toEqual(['0 ', '0 ', '0 ']);
    expect(counters(home)).toEqual(next);
    expect(accepted(home)).toEqual({ n: sum(next) });
    expect(readRows(storeOf(home), 'SELECT sum(fails) AS fails FROM devices')).toEqual([{ fails: 0 }]);
    expect(busy).toBe(0);
    await expectSound(home);
  });

  it('that are under way at SIGTERM are answered, and what is not answered is not done', async () => {
    const devices = 20;
    const home = await countedHome(devices);
    const { verify, stop } = await served(home);
    const told = Array(devices).fill(0) as number[];
    let ended = 0;
    const clients = told.map(async (_, at) => {
      for (;;) {
        const answer = await verify(at + 1, counted(told[at] ?? 0)).catch(() => undefined);
        if (answer?.success !== true) {
          ended += 1;
          return answer?.status;
        }
        told[at] = (told[at] ?? 0) + 1;
      }
    });
    await expect.poll(() => Math.min(...told)).toBeGreaterThan(2);
    expect(ended).toBe(0);
    // While another writes, what every client asks for comes together, and the signal with it.
    const other = new DatabaseSync(storeOf(home), { timeout: 5000 });
    other.exec('BEGIN IMMEDIATE');
    await pause(300);
    const before = sum(told);
    const exit = stop('SIGTERM');
    await pause(100);
    other.close();
    const statuses = await Promise.all(clients);
    expect(await exit).toBe(0);
    // No connection any more, or the answer that it ends: never a no.
    expect(statuses.filter((status) => status !== undefined && status !== 503)).toEqual([]);
    // Most of them had asked by then.
    expect(sum(told) - before).toBeGreaterThan(devices / 2);
    expect(counters(home)).toEqual(told);
    expect(accepted(home)).toEqual({ n: sum(told) });
    await expectSound(home);
  });
});
