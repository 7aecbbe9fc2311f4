import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { json, type Outcome, otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { scimDoor } from '../support/scim-door.ts';

const SECRET = 'canary-9c2e';
const BASIC = `Basic ${Buffer.from(`ada:${SECRET}`).toString('base64')}`;
const BEARER = `Bearer ${SECRET}`;
const SOFFID = '/soffid/webservice/scim2/v1';

const configIn = (home: string) => join(home, '.config/otpctl/config.toml');
const configText = (home: string) => readFileSync(configIn(home), 'utf8');
const credentialsIn = (home: string) => join(home, '.config/otpctl/credentials.toml');

/** A home with a profile of a server, added from a pipe. */
async function withProfile(url: string, more: readonly string[] = []): Promise<{ home: string; added: Outcome }> {
  const home = temporaryHome();
  const line = ['profile', 'add', 'work', '--url', url, '--username', 'ada', '--password-stdin', ...more];
  return { home, added: await otpctl(line, { home, stdin: `${SECRET}\n` }) };
}

describe('profile add', () => {
  it('finds the base of a bare origin without credentials, signs in, and keeps the secret apart', async () => {
    const door = await scimDoor({ opens: BASIC });
    const { home, added } = await withProfile(door.origin);

    expect(added).toMatchObject({ exit: 0, stdout: 'added the profile work\n' });
    expect(added.stderr).toContain(`found a SCIM service at ${door.origin}/scim/v2 (rfc)\n`);
    expect(added.stderr).toContain('signed in as ada; devices can be read: there are 42\n');
    expect(added.stderr).toContain('otpctl profile use work\n');
    expect(added.stderr.match(/not encrypted/g)).toHaveLength(1);
    expect(door.requests).toEqual([
      'GET /scim/v2/ServiceProviderConfig -',
      `GET ${SOFFID}/ServiceProviderConfig -`,
      `GET /scim/v2/OtpDevice?startIndex=1&count=1 ${BASIC}`,
    ]);
    expect(configText(home)).toBe(`[profiles.work]\nurl = "${door.origin}/scim/v2"\nusername = "ada"\n`);
    expect(statSync(configIn(home)).mode & 0o777).toBe(0o600);
    expect(statSync(credentialsIn(home)).mode & 0o777).toBe(0o600);
    expect(readFileSync(credentialsIn(home), 'utf8')).toContain(SECRET);
    expect(added.stdout + added.stderr).not.toContain(SECRET);
  });

  it('knows Soffid, which shows nothing to strangers, by its realm', async () => {
    const door = await scimDoor({ base: SOFFID, opens: BASIC, realm: 'Basic realm="Soffid", charset=UTF_8' });
    const { home, added } = await withProfile(door.origin);
    expect(added.exit).toBe(0);
    expect(added.stderr).toContain(`${door.origin}${SOFFID} (soffid)`);
    expect(configText(home)).toContain(`url = "${door.origin}${SOFFID}"`);
    expect(door.requests.slice(0, 2).every((line) => line.endsWith(' -'))).toBe(true);
  });

  it('asks one address only where the base is given, and keeps its options', async () => {
    const door = await scimDoor({ opens: BASIC });
    const options = '--dialect rfc --timezone Europe/Madrid --concurrency 3 --rate-per-second 7 --timeout 5s';
    const { home, added } = await withProfile(`${door.origin}/scim/v2/`, options.split(' '));
    expect(added.exit).toBe(0);
    expect(door.requests).toHaveLength(2);
    expect(await json(['profile', 'show', 'work'], { home })).toEqual({
      name: 'work',
      default: false,
      place: `${door.origin}/scim/v2`,
      username: 'ada',
      dialect: 'rfc',
      timezone: 'Europe/Madrid',
      timeout: '5s',
      concurrency: 3,
      ratePerSecond: 7,
    });
  });

  it('keeps nothing when the server does not take the secret', async () => {
    const door = await scimDoor({ opens: 'Basic other' });
    const { home, added } = await withProfile(door.origin);
    expect(added).toMatchObject({ exit: 4, stdout: '' });
    expect(existsSync(configIn(home)) || existsSync(credentialsIn(home))).toBe(false);
  });

  it('follows no redirect, and gives no credential to who answers with one', async () => {
    const thief = await scimDoor({ opens: BASIC });
    const door = await scimDoor({ opens: BASIC, redirect: `${thief.origin}/scim/v2/ServiceProviderConfig` });
    const { home, added } = await withProfile(door.origin);
    expect(added).toMatchObject({ exit: 7, stderr: expect.stringContaining('answers 302') });
    expect(thief.requests).toEqual([]);
    expect(door.requests.every((line) => line.endsWith(' -'))).toBe(true);
    expect(existsSync(configIn(home))).toBe(false);
  });

  it('says what is forbidden and what is missing', async () => {
    const forbidden = await scimDoor({ opens: BASIC, devices: 403 });
    expect((await withProfile(forbidden.origin)).added.stderr).toContain('may not be read');
    const missing = await scimDoor({ opens: BASIC, devices: 404 });
    expect((await withProfile(missing.origin)).added.stderr).toContain('lacks the resource OtpDevice');
  });

  it('ends in time when nobody answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const { added } = await withProfile(`http://127.0.0.1:${port}`, ['--timeout', '1s']);
    expect(added).toMatchObject({ exit: 7, stderr: expect.stringContaining('did not answer in time') });
    expect((await withProfile('http://127.0.0.1:1')).added).toMatchObject({ exit: 7 });
  });

  it('needs a secret from somewhere where nobody can be asked', async () => {
    const door = await scimDoor({ opens: BEARER });
    const home = temporaryHome();
    const line = ['profile', 'add', 'ci', '--url', door.origin];
    expect(await otpctl(line, { home })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('no token is given'),
    });
    expect(await otpctl([...line, '--password-stdin'], { home, stdin: 'x' })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('a password needs a user name'),
    });
    expect(await otpctl(line, { home, environment: { OTPCTL_TOKEN: SECRET } })).toMatchObject({ exit: 0 });
    expect(existsSync(credentialsIn(home))).toBe(false);
  });

  it('leaves no secret to a new server that an old one of the same name had', async () => {
    const door = await scimDoor({ opens: BASIC });
    const { home } = await withProfile(door.origin);
    writeFileSync(configIn(home), '', { mode: 0o600 });
    const environment = { OTPCTL_PASSWORD: SECRET };
    const line = ['profile', 'add', 'work', '--url', door.origin, '--username', 'ada'];
    expect(await otpctl(line, { home, environment })).toMatchObject({ exit: 0 });
    expect(await otpctl(['profile', 'status', 'work'], { home })).toMatchObject({ exit: 4 });
  });

  it.each([
    ['--url http://idm.example.com', 'in the clear'],
    ['--url https://ada:canary-9c2e@idm.example.com', 'has a user name or a password in it'],
    ['--url https://idm.example.com?x=1', 'has a query or a fragment'],
    ['--url ftp://idm.example.com', 'neither https nor http'],
    ['--url idm.example.com', 'cannot be read'],
    ['--url https://idm.example.com --client-key-file k', 'needs both clientCertFile and clientKeyFile'],
    ['--url https://idm.example.com --timezone Mars', '"Mars" is not a time zone'],
    ['--url https://idm.example.com --timeout 30', 'has no unit'],
    ['--url https://idm.example.com --store x', '--store and --url exclude one another'],
    ['--store x --username ada', 'is for a server'],
    ['--profile local', 'has no use for --profile'],
    ['', 'no server is given'],
    ['--store x --rsa-key-file k --rsa-issuer i', 'both keyFile and OAuth'],
    ['--rsa-url http://rsa.example.com', 'in the clear'],
  ])('refuses  %s', async (options, message) => {
    const home = temporaryHome();
    const line = ['profile', 'add', 'work', ...options.split(' ').filter((word) => word !== '')];
    const { exit, stdout, stderr } = await otpctl(line, { home });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(SECRET);
    expect(existsSync(configIn(home))).toBe(false);
  });

  it('refuses a key file that others can read, or that is not there', async () => {
    const home = temporaryHome();
    const key = join(home, 'key.json');
    const line = ['profile', 'add', 'rsa', '--rsa-key-file', key];
    expect(await otpctl(line, { home })).toMatchObject({ exit: 2, stderr: expect.stringContaining('is not there') });
    writeFileSync(key, '{}', { mode: 0o644 });
    expect(await otpctl(line, { home })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(`hint: mend it with  chmod 600 ${key}`),
    });
    chmodSync(key, 0o600);
    expect(await json(line, { home })).toMatchObject({ rsa: { keyFile: key } });
  });

  it('takes local stores and the access to RSA, and no name twice', async () => {
    const home = temporaryHome();
    const rsa =
      '--rsa-url https://acme.example/v1 --rsa-issuer https://acme.example --rsa-client-id c --rsa-scopes a.b,c.d';
    await json(['profile', 'add', 'team', '--store', '/tmp/team.db', ...rsa.split(' ')], { home });
    expect(await json(['profile', 'show', 'team'], { home })).toEqual({
      name: 'team',
      default: false,
      place: '/tmp/team.db',
      rsa: {
        url: 'https://acme.example/v1',
        issuer: 'https://acme.example',
        clientId: 'c',
        scopes: ['a.b', 'c.d'],
      },
    });
    for (const name of ['team', 'local']) {
      expect(await otpctl(['profile', 'add', name, '--store', 'x'], { home })).toMatchObject({ exit: 5 });
    }
    for (const name of ['a b', '', 'x'.repeat(65), '../x']) {
      expect(await otpctl(['profile', 'add', name, '--store', 'x'], { home })).toMatchObject({ exit: 2 });
    }
  });
});

describe('profile login, status and logout', () => {
  it('say who is signed in, where the secret is kept, and what the server allows, by reads alone', async () => {
    const door = await scimDoor({ opens: BASIC });
    const { home } = await withProfile(door.origin, ['--default']);
    expect(await json(['profile', 'status'], { home })).toEqual({
      profile: 'work',
      place: `${door.origin}/scim/v2`,
      who: 'ada',
      secret: `${credentialsIn(home)} (not encrypted)`,
      signedIn: true,
      dialect: 'rfc',
      devices: 'readable',
      count: 42,
      supports: ['patch', 'filter'],
    });
    expect(door.requests.every((line) => line.startsWith('GET '))).toBe(true);
    expect(await json(['profile', 'status', 'local'], { home })).toEqual({ place: 'the store of this user' });

    const out = await otpctl(['profile', 'logout', 'work'], { home });
    expect(out).toEqual({ exit: 0, stdout: 'forgot the secrets of work\n', stderr: '' });
    const after = await otpctl(['profile', 'status', '-o', 'json'], { home });
    expect(after.exit).toBe(4);
    expect(JSON.parse(after.stdout)).toMatchObject({ signedIn: false, devices: 'unknown' });
    expect(after.stderr).toMatch(
      /^not signed in at http:[^\n]+; the keyring could not be asked: [^\n]+\nsign in with {2}otpctl profile login work, {2}or look with {2}otpctl doctor\n$/,
    );
  });

  it('replace a password by a token, and keep none that is not taken', async () => {
    const door = await scimDoor({ opens: BEARER });
    const home = temporaryHome();
    const line = ['profile', 'add', 'work', '--url', `${door.origin}/scim/v2`, '--token-stdin'];
    await otpctl(line, { home, stdin: SECRET });
    const wrong = await otpctl(['profile', 'login', 'work', '--token-stdin'], { home, stdin: 'wrong' });
    expect(wrong).toMatchObject({ exit: 4, stderr: expect.stringContaining('does not take this token') });
    expect(await json(['profile', 'status', 'work'], { home })).toMatchObject({ signedIn: true, who: 'a token' });
    expect(await otpctl(['profile', 'login', 'work', '--token-stdin'], { home, stdin: 'a\u0007b' })).toMatchObject({
      exit: 2,
    });
  });

  it('work from the environment alone, and let it beat what is kept', async () => {
    const door = await scimDoor({ opens: BEARER });
    const environment = { OTPCTL_URL: door.origin, OTPCTL_TOKEN: SECRET };
    expect(await json(['profile', 'status'], { home: temporaryHome(), environment })).toMatchObject({
      place: `${door.origin}/scim/v2`,
      signedIn: true,
      secret: 'the environment',
    });
    const both = { ...environment, OTPCTL_PASSWORD: 'x' };
    expect(await otpctl(['profile', 'status'], { home: temporaryHome(), environment: both })).toMatchObject({
      exit: 2,
    });
    const basic = await scimDoor({ opens: BASIC });
    const named = { OTPCTL_URL: basic.origin, OTPCTL_USERNAME: 'ada', OTPCTL_PASSWORD: SECRET };
    expect(await json(['profile', 'status'], { home: temporaryHome(), environment: named })).toMatchObject({
      who: 'ada',
      signedIn: true,
    });
    const { OTPCTL_USERNAME: _name, ...nameless } = named;
    expect(await otpctl(['profile', 'status'], { home: temporaryHome(), environment: nameless })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('OTPCTL_USERNAME'),
    });
  });

  it('take a key for RSA, and nothing else in its place', async () => {
    const home = temporaryHome();
    const login = ['profile', 'login', 'local', '--rsa-key-stdin'];
    expect(await otpctl(login, { home, stdin: '{"accessKey":"k"}' })).toMatchObject({ exit: 0 });
    for (const stdin of ['', SECRET, '[]', `{"x":"${SECRET}"}`]) {
      const { exit, stderr } = await otpctl(login, { home, stdin });
      expect({ exit, told: stderr.includes(SECRET) }).toEqual({ exit: 2, told: false });
    }
    expect(await otpctl(['profile', 'login', 'local', '--token-stdin'], { home, stdin: 'x' })).toMatchObject({
      exit: 2,
    });
  });
});

describe('the place to work on', () => {
  const TEAM = { store: 'team.db', config: 'default = "team"\n[profiles.team]\nstore = "team.db"\n' };

  async function homeWith(text: string): Promise<string> {
    const home = temporaryHome();
    await otpctl(['profile', 'add', 'x', '--store', 'x'], { home });
    writeFileSync(configIn(home), text, { mode: 0o600 });
    return home;
  }

  it('is that of the option, else of the environment, else of the default profile', async () => {
    const home = await homeWith(`${TEAM.config}[profiles.other]\nstore = "other.db"\n`);
    const path = async (argv: string[], environment: Record<string, string> = {}) => {
      const { stderr } = await otpctl(['store', 'info', ...argv], { home, environment });
      return /there is no (?:local )?store[^\n]* (\S+)\n/.exec(stderr)?.[1] ?? stderr;
    };
    const folder = join(home, '.config/otpctl');
    expect(await path([])).toContain(join(folder, 'team.db'));
    expect(await path([], { OTPCTL_PROFILE: 'other' })).toContain(join(folder, 'other.db'));
    expect(await path([], { OTPCTL_STORE: '/env.db' })).toContain('/env.db');
    expect(await path(['--store', '/opt.db'], { OTPCTL_PROFILE: 'other' })).toContain('/opt.db');
    expect(await path(['--profile', 'local'], { OTPCTL_URL: 'https://a.example', OTPCTL_STORE: '/env.db' })).toContain(
      '.local/share/otpctl/otpctl.db',
    );
    expect(await otpctl(['store', 'info', '--profile', 'tema'], { home })).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('did you mean  team'),
    });
  });

  it.each([
    [['--profile', 'a', '--url', 'https://a.example'], {}, '--profile and --url exclude one another'],
    [['--store', 'a', '--url', 'https://a.example'], {}, '--store and --url exclude one another'],
    [[], { OTPCTL_URL: 'https://a.example', OTPCTL_STORE: 'x' }, 'OTPCTL_STORE and OTPCTL_URL exclude one another'],
    [['--url', 'http://a.example'], {}, 'in the clear'],
    [['--url', 'http://127.evil.example'], {}, 'in the clear'],
    [['--url', ''], {}, '--url is empty'],
  ])('is one: %j %j', async (argv, environment, message) => {
    const { exit, stderr } = await otpctl(['device', 'list', ...argv], { home: temporaryHome(), environment });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(message) });
  });

  it('is not asked for where a broken config has nothing to say', async () => {
    const home = await homeWith('[profiles.a]\nurl = 3\n');
    expect(await otpctl(['profile', 'list'], { home })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('config.toml line 2: url must be a text'),
    });
    expect(await otpctl(['device', 'list', '--store', 'x.db'], { home })).toMatchObject({
      stderr: expect.not.stringContaining('config.toml'),
    });
  });

  it('of a server has no store to look after', async () => {
    const line = ['store', 'info', '--url', 'https://a.example'];
    expect(await otpctl(line, { home: temporaryHome() })).toMatchObject({ exit: 5 });
  });
});

describe('profile list, use and remove', () => {
  it('go through the life of two profiles', async () => {
    const home = temporaryHome();
    for (const name of ['one', 'two']) await otpctl(['profile', 'add', name, '--store', `/${name}.db`], { home });
    expect((await otpctl(['profile', 'list', '-q'], { home })).stdout).toBe('local\none\ntwo\n');
    expect(await json(['profile', 'show'], { home })).toMatchObject({ name: 'local', default: true });
    expect(await json(['profile', 'use', 'two'], { home })).toMatchObject({ name: 'two', default: true });
    expect(await json(['profile', 'show'], { home })).toMatchObject({ name: 'two', default: true });
    expect(await json(['profile', 'remove', 'two'], { home })).toEqual({ name: 'two', removed: true });
    expect(await json(['profile', 'add', 'three', '--store', '/three.db', '--default'], { home })).toMatchObject({
      default: true,
    });
    expect(await json(['profile', 'show'], { home })).toMatchObject({ name: 'three', default: true });
    expect(await otpctl(['profile', 'remove', 'three'], { home })).toMatchObject({
      exit: 0,
      stdout: 'removed the profile three\n',
    });
    expect(await json(['profile', 'show'], { home })).toMatchObject({ name: 'local', default: true });
    for (const verb of ['use', 'remove', 'login', 'logout', 'show', 'status']) {
      expect(await otpctl(['profile', verb, 'onne'], { home })).toMatchObject({
        exit: 3,
        stderr: 'error: there is no profile "onne"\nhint: did you mean  one\n',
      });
    }
    expect(await otpctl(['profile', 'remove', 'local'], { home })).toMatchObject({ exit: 2 });
  });

  it('forget the secrets with the profile', async () => {
    const door = await scimDoor({ opens: BASIC });
    const { home } = await withProfile(door.origin);
    const { exit, stdout } = await otpctl(['profile', 'remove', 'work'], { home });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'removed the profile work and its secrets\n' });
    expect(readFileSync(credentialsIn(home), 'utf8')).not.toContain(SECRET);
  });
});

it('shows no secret in any output of any profile command of the built program', async () => {
  const door = await scimDoor({ opens: BASIC });
  const home = temporaryHome();
  const add = ['profile', 'add', 'work', '--url', door.origin, '--username', 'ada', '--password-stdin', '-v'];
  const texts: string[] = [];
  for (const [line, stdin] of [
    [add, SECRET],
    [['profile', 'login', 'work', '--password-stdin', '-v'], SECRET],
    [['profile', 'status', '-v', '-o', 'json'], ''],
    [['profile', 'list', '-o', 'csv'], ''],
    [['profile', 'show', 'work'], ''],
    [['profile', 'use', 'work'], ''],
    [['profile', 'logout', 'work', '-v'], ''],
    [['profile', 'remove', 'work'], ''],
  ] as const) {
    const { exit, stdout, stderr } = await program(line, { home, stdin });
    expect({ line, exit }).toEqual({ line, exit: 0 });
    texts.push(stdout, stderr, existsSync(configIn(home)) ? configText(home) : '');
  }
  const encoded = BASIC.slice('Basic '.length);
  expect(texts.filter((text) => text.includes(SECRET) || text.includes(encoded))).toEqual([]);
});
