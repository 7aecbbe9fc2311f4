import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { json, otpctl } from '../support/cli.ts';
import { keyFilesOf, storeOf, temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { addSealedDevices } from '../support/sealed-store.ts';
import { serverProcess } from '../support/server-process.ts';

const SECRET = Buffer.from('12345678901234567890');
const code = (counter: bigint) => hotp(new Secret(SECRET), counter, { algorithm: 'SHA1', digits: 6 });

/** A served store of many devices, and its key file. */
async function served(devices: number) {
  const home = temporaryHome();
  await otpctl(['store', 'init'], { home });
  const [file = ''] = keyFilesOf(home);
  addSealedDevices(storeOf(home), file, devices, SECRET);
  const { key } = await json<{ key: string }>(['apikey', 'create', 'desk', '--role', 'super'], { home });
  const { url } = await serverProcess(home);
  const verify = async (id: number, counter: bigint) => {
    const response = await fetch(`${url}/otpctl/v1/devices/${id}/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ code: code(counter) }),
    });
    const { success } = (await response.json()) as { success?: boolean };
    return { status: response.status, success };
  };
  return { home, file, verify };
}

describe('a server, while keys are rotated', () => {
  it('verifies before, meanwhile and after, and refuses nobody', async () => {
    const { home, file, verify } = await served(2000);
    expect(await verify(1, 0n)).toEqual({ status: 200, success: true });
    let rotating = true;
    const rotations = (async () => {
      const outcomes = [];
      for (let round = 0; round < 5; round++) {
        outcomes.push(await program(['store', 'key', 'rotate', '--yes'], { home }));
      }
      rotating = false;
      return outcomes.map(({ exit, stderr }) => `${exit} ${stderr}`);
    })();
    const answers: Awaited<ReturnType<typeof verify>>[] = [];
    // A client may try 120 codes a minute.
    for (let id = 2; rotating && id < 110; id++) {
      answers.push(await verify(id, 0n));
      await pause(50);
    }
    expect(await rotations).toEqual(['0 ', '0 ', '0 ', '0 ', '0 ']);
    // 503 says that the store is busy: no answer is not the answer no.
    const given = answers.filter(({ status }) => status !== 503);
    expect(given).toEqual(given.map(() => ({ status: 200, success: true })));
    expect(answers.length).toBeGreaterThan(5);
    expect(await verify(1, 1n)).toEqual({ status: 200, success: true });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
    expect(keyFilesOf(home)).toEqual([file]);
  }, 240_000);
});

describe('rotations at once', () => {
  it('come one after another, with enrolments and verifications between them', async () => {
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home });
    const [file = ''] = keyFilesOf(home);
    addSealedDevices(storeOf(home), file, 500, SECRET);
    const runs = Array.from({ length: 24 }, (_, at) => {
      if (at % 4 === 0) return program(['store', 'key', 'rotate', '--yes'], { home });
      if (at % 4 === 1) return program(['device', 'create', 'totp', '--user', `new${at}`, '--show-secret'], { home });
      return program(['device', 'verify', String(at + 1), code(0n)], { home });
    });
    const outcomes = await Promise.all(runs);
    expect(outcomes.map(({ exit, stderr }) => `${exit} ${exit === 0 ? '' : stderr}`)).toEqual(outcomes.map(() => '0 '));
    expect(await json<object[]>(['audit', 'list', '--action', 'store.key.rotate'], { home })).toHaveLength(6);
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
    expect(keyFilesOf(home)).toEqual([file]);
    expect(await otpctl(['device', 'verify', '500', code(0n)], { home })).toMatchObject({ exit: 0 });
  }, 240_000);
});
