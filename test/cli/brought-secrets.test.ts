import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { servedStore } from '../support/served-store.ts';

const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
/** 80 and 120 bits, and 72. */
const WEAK = ['JBSWY3DPEHPK3PXP', 'GEZDGNBVGY3TQOJQGEZDGNBV'] as const;
const TOO_WEAK = 'hex:0123456789abcdef01';
const create = (type: string, ...more: string[]) => [
  'device',
  'create',
  type,
  '--user',
  'ada',
  '--secret-stdin',
  ...more,
];

/** A home whose commands go to a server of ours, with a key that may manage. */
async function atServer() {
  const served = await servedStore();
  const key = await served.key('manage', 'query', 'audit');
  const environment = { OTPCTL_URL: `${served.url}/scim/v2`, OTPCTL_TOKEN: key };
  return { ...served, key, home: temporaryHome(), environment };
}

describe('an otpauth URI on stdin', () => {
  it('says what the device has, its label included', async () => {
    const home = temporaryHome();
    const uri = `otpauth://totp/ACME:ada%40example.com?secret=${KEY}&issuer=ACME&algorithm=SHA512&digits=8&period=60`;
    const made = await json(create('totp', '--show-secret'), { home, stdin: `${uri}\n` });
    expect(made['otpauthUri']).toBe(uri);
    expect(await json(['device', 'show', '1'], { home })).toMatchObject({ algorithm: 'SHA512', digits: 8, period: 60 });
    const counted = `otpauth://hotp/ada?secret=${KEY}&counter=41`;
    const hotp = await json(create('hotp', '--show-secret'), { home, stdin: counted });
    expect(hotp['otpauthUri']).toContain('counter=41');
  });

  it('leaves nothing to the settings of the store: the app has what the format takes for granted', async () => {
    const home = temporaryHome();
    await otpctl(['settings', 'set', 'totp.digits=8', 'totp.period=60', 'totp.algorithm=SHA256'], { home });
    await json(create('totp'), { home, stdin: `otpauth://totp/ada?secret=${KEY}` });
    expect(await json(['device', 'show', '1'], { home })).toMatchObject({ algorithm: 'SHA1', digits: 6, period: 30 });
    await json(create('totp', '--digits', '7'), { home, stdin: `otpauth://totp/ada?secret=${KEY}` });
    expect(await json(['device', 'show', '2'], { home })).toMatchObject({ digits: 7, period: 30 });
  });

  it('may be said to have another issuer or counter', async () => {
    const home = temporaryHome();
    const stdin = `otpauth://hotp/ACME:ada?secret=${KEY}&counter=4&digits=6`;
    const more = ['--issuer', 'Other', '--counter', '9', '--digits', '6', '--show-secret'];
    const { otpauthUri } = await json(create('hotp', ...more), { home, stdin });
    expect(otpauthUri).toMatch(/^otpauth:\/\/hotp\/Other:ada\?.*counter=9/);
  });

  it.each([
    ['totp', ['--digits', '6'], '&digits=8', '--digits is 6, and the otpauth:// URI says 8'],
    ['totp', ['--period', '60'], '&period=30', '--period is 60'],
    ['totp', ['--algorithm', 'SHA256'], '&algorithm=SHA1', '--algorithm is SHA256'],
    ['hotp', [], '', 'is of a TOTP device, and a HOTP device is to be made'],
    ['totp', [], '&digits=8&digits=6', 'twice: digits'],
    ['totp', [], '&period=0', 'period that is not'],
  ])('is refused where a %s device with %j would be another than  %s', async (type, more, query, sentence) => {
    const home = temporaryHome();
    const stdin = `otpauth://totp/ada?secret=${KEY}${query}`;
    const { exit, stdout, stderr } = await otpctl(create(type, ...more), { home, stdin });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toContain(sentence);
    expect(stderr).not.toContain(KEY);
    expect(existsSync(storeOf(home))).toBe(false);
  });

  it('comes in at a server as well', async () => {
    const { environment, home } = await atServer();
    const stdin = `otpauth://totp/ACME:ada%20l?secret=${KEY}&digits=8`;
    const made = await json(create('totp', '--show-secret'), { home, environment, stdin });
    expect(made['otpauthUri']).toBe(`otpauth://totp/ACME:ada%20l?secret=${KEY}&issuer=ACME&digits=8`);
  });
});

describe('a secret that is shorter than RFC 4226 wants it', () => {
  it.each(WEAK)('is refused, unless it is allowed by name: %s', async (stdin) => {
    const home = temporaryHome();
    for (const type of ['totp', 'hotp']) {
      const refused = await otpctl(create(type), { home, stdin });
      expect(refused).toMatchObject({
        exit: 2,
        stderr: expect.stringMatching(/needs at least 16 .*\n.*--allow-weak-secret/),
      });
      expect(refused.stderr).not.toContain(stdin);
      expect(await otpctl(create(type, '--allow-weak-secret'), { home, stdin })).toMatchObject({ exit: 0 });
    }
    const uri = `otpauth://totp/ada?secret=${stdin}`;
    expect(await otpctl(create('totp'), { home, stdin: uri })).toMatchObject({ exit: 2 });
    expect(await otpctl(create('totp', '--allow-weak-secret'), { home, stdin: uri })).toMatchObject({ exit: 0 });
  });

  it('is never taken with fewer than 80 bits, nor one of more than 64 bytes', async () => {
    const home = temporaryHome();
    for (const stdin of [TOO_WEAK, 'otpauth://totp/ada?secret=GEZDGNBVGY3TQOI', `hex:${'0a'.repeat(65)}`]) {
      const { exit, stderr } = await otpctl(create('totp', '--allow-weak-secret'), { home, stdin });
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringMatching(/needs at least 16|at most 64/) });
      expect(stderr).not.toContain('--allow-weak-secret');
    }
    expect(existsSync(storeOf(home))).toBe(false);
  });

  it('is said in the log and by doctor, verifies, and is no damage', async () => {
    const options = { home: temporaryHome(), clock: fixedClock() };
    await json(create('totp', '--allow-weak-secret'), { ...options, stdin: KEY });
    const sound = (await json<{ check: string; state: string }[]>(['doctor'], options)).find(
      ({ check }) => check === 'secrets',
    );
    expect(sound).toMatchObject({ state: 'ok' });
    for (const stdin of WEAK) await json(create('totp', '--allow-weak-secret'), { ...options, stdin });
    await json(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { ...options, stdin: '12345678' });
    const log = await json<{ action: string; result: string }[]>(
      ['audit', 'list', '--action', 'device.create'],
      options,
    );
    expect(log.map(({ result }) => result)).toEqual([
      'ok',
      'ok: weak secret of 80 bits',
      'ok: weak secret of 120 bits',
      'ok',
    ]);
    const { exit, stdout } = await otpctl(['doctor', '-o', 'json'], options);
    const row = (JSON.parse(stdout) as { check: string }[]).find(({ check }) => check === 'secrets');
    expect({ exit, row }).toEqual({
      exit: 0,
      row: {
        check: 'secrets',
        state: 'warning',
        finding: expect.stringMatching(/^2 devices .*: 2, 3$/),
        remedy: expect.any(String),
      },
    });
    expect(await otpctl(['store', 'check'], options)).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
    const verify = await otpctl(['device', 'verify', '2', '000000'], options);
    expect(verify.exit).toBe(1);
  });

  it('is allowed where there is one to be read, and nowhere else', async () => {
    const home = temporaryHome();
    const line = ['device', 'create', 'totp', '--user', 'ada', '--show-secret', '--allow-weak-secret'];
    expect(await otpctl(line, { home })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('add  --secret-stdin'),
    });
  });

  it('comes in at a server by a field of its own', async () => {
    const { home, environment, key, send, beside } = await atServer();
    const [stdin] = WEAK;
    expect(await otpctl(create('totp'), { home, environment, stdin })).toMatchObject({ exit: 2 });
    expect(await otpctl(create('totp', '--allow-weak-secret'), { home, environment, stdin })).toMatchObject({
      exit: 0,
    });
    const post = async (body: object) => (await send(key, 'POST', '/otpctl/v1/devices', body)).status;
    const device = { type: 'TOTP', user: 'ada' };
    expect(await post({ ...device, secret: stdin })).toBe(400);
    expect(await post({ ...device, secret: stdin, allowWeakSecret: false })).toBe(400);
    expect(await post({ ...device, secret: stdin, allowWeakSecret: 'true' })).toBe(400);
    expect(await post({ ...device, allowWeakSecret: true })).toBe(400);
    expect(await post({ ...device, secret: TOO_WEAK, allowWeakSecret: true })).toBe(400);
    expect(await post({ ...device, secret: stdin, allowWeakSecret: true })).toBe(201);
    expect(await post({ ...device, account: 'a:b' })).toBe(400);
    const results: string[] = [];
    for await (const page of beside.audit.list({ action: 'device.create' }))
      results.push(...page.map(({ result }) => result));
    expect(results).toEqual(['ok: weak secret of 80 bits', 'ok: weak secret of 80 bits']);
  });
});
