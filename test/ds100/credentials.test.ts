import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import type { RsaConfig } from '../../src/ds100/rsa-config.ts';
import { otpctl } from '../support/cli.ts';
import { NEW_YEAR } from '../support/fixed.ts';
import { DISABLE, type FakeRsa, LOOKUP, TOKEN } from '../support/rsa/fake-rsa.ts';
import { ADA, addDevice, type Helpdesk, HOLDER, helpdesk, SERIAL } from '../support/rsa/helpdesk.ts';
import { ACCESS_ID, ACCESS_KEY, apiKeyText, CLIENT_ID, CLIENT_KEYS, writeKey } from '../support/rsa/keys.ts';

const READ = 'rsa.authenticator.ds100.read';
const MANAGE = 'rsa.authenticator.ds100.manage';
const REMOVE = 'rsa.authenticator.ds100.delete';
const USER = 'rsa.user.read';
const ALL = [READ, MANAGE, REMOVE, USER];

/** A run of `ds100 show` with an environment of its own. */
function show(desk: Helpdesk, environment: Record<string, string>, line = `ds100 show ${SERIAL}`) {
  const { home, clock } = desk;
  return otpctl(line.split(' '), { home, clock, environment, sleep: async () => {} });
}

function bearers(rsa: FakeRsa): readonly string[] {
  return rsa.received.map(({ headers }) => headers.authorization?.slice('Bearer '.length) ?? '');
}

describe('an Administration API key', () => {
  it('signs tokens with exactly sub, aud, iat and exp, as numbers, for five minutes', async () => {
    const { rsa, run } = await helpdesk();
    await run(`ds100 show ${SERIAL}`);
    expect(bearers(rsa).map((token) => decodeJwt(token))).toEqual([
      { sub: ACCESS_ID, aud: rsa.url, iat: NEW_YEAR, exp: NEW_YEAR + 300 },
    ]);
    expect(rsa.complaints).toEqual([]);
  });

  it.each(['', '/', '/v1', '/v1/'])(
    'with "%s" at the end of its URL joins no /v1 twice, and keeps the audience',
    async (end) => {
      const desk = await helpdesk();
      const OTPCTL_RSA_KEY = apiKeyText(`${desk.rsa.url}${end}`);
      await show(desk, { OTPCTL_RSA_KEY });
      expect(desk.rsa.to(LOOKUP)).toHaveLength(1);
      expect(bearers(desk.rsa).map((token) => decodeJwt(token).aud)).toEqual([`${desk.rsa.url}${end}`]);
    },
  );

  it('may be sent to another URL than it names, which stays its audience', async () => {
    const desk = await helpdesk();
    const OTPCTL_RSA_KEY = apiKeyText(desk.rsa.url);
    expect(await show(desk, { OTPCTL_RSA_KEY, OTPCTL_RSA_URL: desk.rsa.origin })).toMatchObject({ exit: 0 });
  });

  it('may have its line ends as two characters', async () => {
    const desk = await helpdesk();
    const OTPCTL_RSA_KEY = apiKeyText(desk.rsa.url, { accessKey: ACCESS_KEY.replaceAll('\n', '\\n') });
    expect(await show(desk, { OTPCTL_RSA_KEY })).toMatchObject({ exit: 0 });
  });

  it('is one token for many requests, and a new one before its end', async () => {
    const { rsa, run, clock } = await helpdesk();
    await run(`ds100 disable ${SERIAL}`);
    expect(new Set(bearers(rsa)).size).toBe(1);
    const sleep = async () => clock.advance(280);
    rsa.instead(LOOKUP, { status: 429 });
    await run(`ds100 enable ${SERIAL}`, { sleep });
    expect(bearers(rsa).map((token) => decodeJwt(token).iat)).toEqual([
      NEW_YEAR,
      NEW_YEAR,
      NEW_YEAR,
      NEW_YEAR + 280,
      NEW_YEAR + 280,
    ]);
    expect(rsa.complaints).toEqual([]);
  });

  it.each([0o640, 0o604, 0o620, 0o644])('in a file of mode %o is refused, and nothing is sent', async (mode) => {
    const desk = await helpdesk();
    const OTPCTL_RSA_KEY_FILE = writeKey(desk.home, apiKeyText(desk.rsa.url));
    chmodSync(OTPCTL_RSA_KEY_FILE, mode);
    expect(await show(desk, { OTPCTL_RSA_KEY_FILE })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('chmod 600'),
    });
    expect(desk.rsa.received).toEqual([]);
  });

  it('may be behind a link, as mounted secrets are', async () => {
    const desk = await helpdesk();
    const link = join(desk.home, 'link.key');
    symlinkSync(writeKey(desk.home, apiKeyText(desk.rsa.url)), link);
    expect(await show(desk, { OTPCTL_RSA_KEY_FILE: link })).toMatchObject({ exit: 0 });
  });

  it.each([
    ['nothing', '', 'OTPCTL_RSA_URL is set, and no key'],
    ['no JSON', 'PRIVATE-CANARY', 'cannot be read'],
    ['no object', '"PRIVATE-CANARY"', 'is not an Administration API key'],
    ['no access key', '{"accessID":"a","adminRestApiUrl":"https://x"}', 'has no accessKey'],
    ['no access id', '{"accessKey":"PRIVATE-CANARY"}', 'has no accessID, no adminRestApiUrl'],
    [
      'no PEM',
      '{"accessID":"a","accessKey":"PRIVATE-CANARY","adminRestApiUrl":"https://x"}',
      'the accessKey of the Administration API key cannot be read',
    ],
  ])('that is %s is exit 2, and not quoted', async (_, text, sentence) => {
    const desk = await helpdesk();
    const { exit, stderr } = await show(desk, { OTPCTL_RSA_KEY: text, OTPCTL_RSA_URL: desk.rsa.url });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(sentence) });
    expect(stderr).not.toContain('CANARY');
  });

  it('that is too short for RS256 is exit 2', async () => {
    const { rsa, ...desk } = await helpdesk();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const accessKey = privateKey.export({ type: 'pkcs1', format: 'pem' });
    const { exit, stderr } = await show({ rsa, ...desk }, { OTPCTL_RSA_KEY: apiKeyText(rsa.url, { accessKey }) });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('2048 bits') });
  });

  it('that is no file is exit 2', async () => {
    const desk = await helpdesk();
    mkdirSync(join(desk.home, 'folder'));
    for (const path of [join(desk.home, 'nothing'), join(desk.home, 'folder')]) {
      expect(await show(desk, { OTPCTL_RSA_KEY_FILE: path })).toMatchObject({ exit: 2 });
    }
    const both = { OTPCTL_RSA_KEY_FILE: join(desk.home, 'rsa-600.key'), OTPCTL_RSA_KEY: '{}' };
    expect(await show(desk, both)).toMatchObject({ exit: 2, stderr: expect.stringContaining('both set') });
  });

  it.each([
    ['http://rsa.example.com', 'must begin with https'],
    ['http://127.0.0.1.example.com', 'must begin with https'],
    ['ftp://rsa.example.com', 'is not a URL'],
    ['rsa.example.com', 'is not a URL'],
    ['https://ada:CANARY@rsa.example.com', 'a password in it'],
    ['https://rsa.example.com/?a=b', 'more than a path'],
  ])('is not sent to  %s', async (OTPCTL_RSA_URL, sentence) => {
    const desk = await helpdesk();
    const { exit, stderr } = await show(desk, { ...desk.environment, OTPCTL_RSA_URL });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(sentence) });
    expect(stderr).not.toContain('CANARY');
  });

  it('gives way to a store that the command line names', async () => {
    const { rsa, home, run } = await helpdesk();
    const { exit, stderr } = await run(`ds100 show ${SERIAL} --store ${join(home, 'none.db')}`);
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('there is no store') });
    expect(rsa.received).toEqual([]);
  });

  it('that RSA does not know is exit 4, after one renewal', async () => {
    const desk = await helpdesk();
    const OTPCTL_RSA_KEY = apiKeyText(desk.rsa.url, { accessID: 'somebody else' });
    const { exit, stderr } = await show(desk, { OTPCTL_RSA_KEY });
    expect({ exit, stderr }).toEqual({ exit: 4, stderr: expect.stringContaining('the clock of this machine') });
    expect(desk.rsa.to(LOOKUP)).toHaveLength(2);
  });
});

describe('a token that ends in the middle', () => {
  it.each([401, 403] as const)('(%i) is renewed once, and the request is sent again', async (status) => {
    const { rsa, run, clock } = await helpdesk();
    addDevice(rsa, { deviceSerialNumber: '140100081', tokenSerialNumber: '014010008131' });
    rsa.instead(DISABLE, { apply: true, status: 200, body: [{ ...rsa.devices.get(SERIAL), tokenStatus: 'Disabled' }] });
    const batch = run('ds100 disable --from - --rate 20 -o json', { stdin: '140100080\n140100081\n' });
    await expect.poll(() => rsa.to(DISABLE).length, { interval: 2 }).toBe(1);
    clock.advance(1);
    rsa.authority.end(status);
    const { exit, stdout } = await batch;
    expect({ exit, outcomes: (JSON.parse(stdout) as { outcome: string }[]).map(({ outcome }) => outcome) }).toEqual({
      exit: 0,
      outcomes: ['changed', 'changed'],
    });
    expect(new Set(bearers(rsa)).size).toBe(2);
    expect(rsa.complaints).toEqual([]);
  });

  it('is not renewed for a 403 that is about something else', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { status: 403, body: { status: 403, error: 'Forbidden', message: 'Access Denied' } });
    expect(await run(`ds100 show ${SERIAL}`)).toMatchObject({ exit: 4, stderr: expect.stringContaining('role') });
    expect(rsa.to(LOOKUP)).toHaveLength(1);
  });
});

describe('an OAuth client', () => {
  const profile = ({ rsa, home }: Helpdesk, algorithm: keyof typeof CLIENT_KEYS, more: RsaConfig = {}): RsaConfig => ({
    url: rsa.url,
    issuer: rsa.issuer,
    clientId: CLIENT_ID,
    privateKeyFile: writeKey(home, CLIENT_KEYS[algorithm].jwk),
    ...more,
  });

  it.each(['RS256', 'ES256'] as const)(
    'proves itself with %s, and asks for what the command needs alone',
    async (algorithm) => {
      const desk = await helpdesk({ client: { algorithm, scopes: ALL, expiresIn: 600 } });
      const rsa = profile(desk, algorithm);
      for (const line of [
        `show ${SERIAL}`,
        `list --user ${ADA}`,
        `disable ${SERIAL}`,
        `enable --user ${ADA}`,
        `clear-pin ${SERIAL} --yes`,
        `delete ${SERIAL} --yes`,
      ]) {
        expect(await desk.run(`ds100 ${line}`, { rsa })).toMatchObject({ exit: 0 });
      }
      expect(desk.rsa.authority.scopesAsked).toEqual([
        READ,
        `${USER} ${READ}`,
        `${READ} ${MANAGE}`,
        `${READ} ${MANAGE} ${USER}`,
        `${READ} ${MANAGE}`,
        `${READ} ${REMOVE}`,
      ]);
      expect(desk.rsa.complaints).toEqual([]);
    },
  );

  it('keeps its token for the whole of a command, and renews it before its end', async () => {
    const client = { algorithm: 'ES256', scopes: ALL, expiresIn: 60 } as const;
    const desk = await helpdesk({ client });
    const rsa = profile(desk, 'ES256');
    await desk.run(`ds100 disable ${SERIAL}`, { rsa });
    expect(desk.rsa.to(TOKEN)).toHaveLength(1);
    desk.rsa.instead(LOOKUP, { status: 503 });
    await desk.run(`ds100 enable ${SERIAL}`, { rsa, sleep: async () => desk.clock.advance(31) });
    expect(desk.rsa.to(TOKEN)).toHaveLength(3);
    expect(desk.rsa.complaints).toEqual([]);
  });

  it('takes an hour for granted when the issuer does not say', async () => {
    const desk = await helpdesk({ client: { algorithm: 'ES256', scopes: ALL } });
    desk.rsa.instead(LOOKUP, { status: 503 });
    await desk.run(`ds100 show ${SERIAL}`, {
      rsa: profile(desk, 'ES256'),
      sleep: async () => desk.clock.advance(3500),
    });
    expect(desk.rsa.to(TOKEN)).toHaveLength(1);
  });

  it('never uses an assertion twice, also when the issuer is asked again', async () => {
    const desk = await helpdesk({ client: { algorithm: 'RS256', scopes: ALL, expiresIn: 600 } });
    desk.rsa.instead(
      TOKEN,
      { apply: true, status: 503 },
      { apply: true, silence: 'cut' },
      { apply: true, status: 429 },
    );
    expect(await desk.run(`ds100 show ${SERIAL}`, { rsa: profile(desk, 'RS256') })).toMatchObject({ exit: 0 });
    const assertions = desk.rsa.to(TOKEN).map(({ text }) => new URLSearchParams(text).get('client_assertion') ?? '');
    expect(new Set(assertions.map((assertion) => decodeJwt(assertion).jti)).size).toBe(4);
    expect(desk.rsa.complaints).toEqual([]);
  });

  it.each([401, 403] as const)('renews a token that ended early (%i) once', async (status) => {
    const desk = await helpdesk({ client: { algorithm: 'ES256', scopes: ALL, expiresIn: 600 } });
    desk.rsa.instead(LOOKUP, { status: 503 });
    const sleep = async () => desk.rsa.authority.end(status);
    expect(await desk.run(`ds100 show ${SERIAL}`, { rsa: profile(desk, 'ES256'), sleep })).toMatchObject({ exit: 0 });
    expect(desk.rsa.to(TOKEN)).toHaveLength(2);
  });

  it.each([
    [400, { error: 'invalid_client', error_description: 'unknown client' }, 4, 'does not know the client'],
    [401, '', 4, 'does not know the client'],
    [403, '', 4, 'permissions of the client'],
    [400, { error: 'invalid_scope' }, 4, 'permissions of the client'],
    [404, '<html>', 7, 'answered 404'],
    [500, '<html>', 7, 'the issuer failed'],
    [200, '<html>', 7, 'not JSON'],
    [200, { token_type: 'Bearer' }, 7, 'without an access token'],
    [200, { access_token: 'a b', token_type: 'Bearer' }, 7, 'without an access token'],
    [200, { access_token: 'abc', token_type: 'mac' }, 7, 'without an access token'],
  ])('whose issuer answers %i %j is exit %i', async (status, body, exit, sentence) => {
    const desk = await helpdesk({ client: { algorithm: 'RS256', scopes: ALL } });
    desk.rsa.instead(TOKEN, { status, body });
    const outcome = await desk.run(`ds100 disable ${SERIAL}`, { rsa: profile(desk, 'RS256') });
    expect(outcome).toMatchObject({ exit, stdout: '', stderr: expect.stringContaining(sentence) });
    expect(desk.rsa.received.map(({ path }) => path)).toEqual([TOKEN]);
  });

  it('whose profile names its scopes asks for no other, and may change what it may not look up', async () => {
    const desk = await helpdesk({ client: { algorithm: 'ES256', scopes: [MANAGE] } });
    const rsa = profile(desk, 'ES256', { scopes: [MANAGE] });
    expect(await desk.run(`ds100 show ${SERIAL}`, { rsa })).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining(READ),
    });
    expect(desk.rsa.received).toEqual([]);
    expect(await desk.run(`ds100 disable ${SERIAL} --user-id ${HOLDER}`, { rsa })).toMatchObject({
      exit: 0,
      stderr: expect.stringContaining('the holder was not checked'),
    });
    expect(desk.rsa.authority.scopesAsked).toEqual([MANAGE]);
  });

  it('may have its key in the keyring', async () => {
    const desk = await helpdesk({ client: { algorithm: 'ES256', scopes: ALL } });
    const { privateKeyFile: _, ...rest } = profile(desk, 'ES256');
    const rsa = { ...rest, key: Secret.ofText(CLIENT_KEYS.ES256.jwk) };
    expect(await desk.run(`ds100 show ${SERIAL}`, { rsa })).toMatchObject({ exit: 0 });
  });

  it('gives way to a key in the environment', async () => {
    const desk = await helpdesk();
    const rsa = { url: 'https://rsa.example.com', issuer: 'https://issuer.example.com', clientId: 'x' };
    expect(await desk.run(`ds100 show ${SERIAL}`, { rsa })).toMatchObject({ exit: 0 });
  });

  it.each([
    ['a wide file', (home: string) => ({ privateKeyFile: writeKey(home, CLIENT_KEYS.RS256.jwk, 0o644) }), 'chmod 600'],
    ['no key', () => ({ privateKeyFile: undefined }), 'no key for RSA'],
    ['an API key too', (home: string) => ({ keyFile: join(home, 'x') }), 'both an API key and an OAuth client'],
    ['no url', () => ({ url: undefined }), 'needs url, issuer and clientId'],
    ['no issuer', () => ({ issuer: undefined }), 'needs url, issuer and clientId'],
    ['an issuer without TLS', () => ({ issuer: 'http://issuer.example.com' }), 'must begin with https'],
    ['a key without a kid', (home: string) => ({ privateKeyFile: edited(home, { kid: undefined }) }), 'has no kid'],
    ['a public key', (home: string) => ({ privateKeyFile: edited(home, { d: undefined }) }), 'cannot be read'],
    [
      'another curve',
      (home: string) => ({ privateKeyFile: edited(home, { ...P384 }) }),
      'neither an RSA key of 2048 bits',
    ],
  ])('with %s is exit 2, and nothing is sent', async (_, more, sentence) => {
    const desk = await helpdesk({ client: { algorithm: 'ES256', scopes: ALL } });
    const entries = Object.entries({ ...profile(desk, 'ES256'), ...more(desk.home) });
    const rsa = Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as RsaConfig;
    const outcome = await desk.run(`ds100 show ${SERIAL}`, { rsa });
    expect(outcome).toMatchObject({ exit: 2, stderr: expect.stringContaining(sentence) });
    expect(desk.rsa.received).toEqual([]);
  });
});

const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' });

/** The key of the client with other members, in a file. */
function edited(home: string, members: Record<string, unknown>): string {
  const path = join(home, 'edited.jwk');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(CLIENT_KEYS.ES256.jwk), ...members }), { mode: 0o600 });
  return path;
}
