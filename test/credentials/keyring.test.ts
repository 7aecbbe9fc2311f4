import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCredentialStore } from '../../src/credentials/credential-store.ts';
import { createKeyring, reasonOf } from '../../src/credentials/keyring.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createPrivateFile } from '../../src/files/private-text.ts';
import type { CredentialStore } from '../../src/ports/servers/credentials.ts';
import { environmentOf, temporaryHome } from '../support/home.ts';
import { command, program, ROOT } from '../support/process.ts';
import { sessionBus } from '../support/session-bus.ts';
import { needs } from '../support/tools.ts';

const CANARY = 'canary-5f1d';
const KEY = JSON.stringify({ kty: 'RSA', d: CANARY });

function storeIn(home: string, more: Record<string, string> = {}) {
  const environment = environmentOf(home, more);
  const file = () => createPrivateFile(`${home}/credentials.toml`, 'file of credentials');
  const store = createCredentialStore({ environment, file, keyring: createKeyring(environment) });
  return { store, text: () => file().read() };
}

const shown = ({ credential: found }: Awaited<ReturnType<CredentialStore['find']>>) =>
  found && `${found.kind} ${found.secret.exposeText()} ${found.keeper}`;

/** A library of the keyring that leaves a mark in a folder when it is loaded. */
function plantKeytar(folder: string, home: string): void {
  mkdirSync(join(folder, 'keytar'), { recursive: true });
  writeFileSync(join(folder, 'keytar/package.json'), '{"name":"keytar","main":"index.js"}');
  const mark = `require('node:fs').writeFileSync(${JSON.stringify(join(home, 'taken'))}, '');`;
  writeFileSync(join(folder, 'keytar/index.js'), `${mark} exports.getPassword = async () => null;`);
}

/** What a sign-in says where the profile has nothing of RSA but the key. */
const NO_RSA =
  'warning: the profile local does not lead to RSA yet: the config lacks the url of [profiles.local.rsa]\n';

describe('a desktop with a keyring', () => {
  beforeEach((context) => {
    needs(context, 'gnome-keyring-daemon', 'gnome-keyring');
    needs(context, 'dbus-daemon', 'dbus-x11');
  });

  it('keeps the secrets of each profile, and nothing in a file', async () => {
    const { store, text } = storeIn(temporaryHome(), await sessionBus('gnome-keyring'));
    expect(await store.set('work', 'password', Secret.ofText('pä55 "word"'))).toEqual({ keeper: 'keyring' });
    await store.set('home', 'token', Secret.ofText('t'));
    await store.set('home', 'rsa-key', Secret.ofText(KEY));

    expect(shown(await store.find('work', ['token', 'password']))).toBe('password pä55 "word" keyring');
    expect(shown(await store.find('home', ['token', 'password']))).toBe('token t keyring');
    expect(shown(await store.find('home', ['rsa-key']))).toBe(`rsa-key ${KEY} keyring`);
    expect(await store.find('wor', ['token', 'password'])).toEqual({});
    expect(text()).toBeUndefined();

    expect(await store.remove('home', ['password', 'token', 'rsa-key'])).toEqual({ removed: true });
    expect(await store.remove('home', ['password', 'token', 'rsa-key'])).toEqual({ removed: false });
    expect(await store.find('home', ['token', 'rsa-key'])).toEqual({});
    expect(shown(await store.find('work', ['password']))).toBe('password pä55 "word" keyring');
  });

  it('replaces a password by a token, and what a file has by what the keyring takes', async () => {
    const home = temporaryHome();
    const without = storeIn(home);
    expect(await without.store.set('work', 'password', Secret.ofText('old'))).toMatchObject({ keeper: 'file' });
    const { store, text } = storeIn(home, await sessionBus('gnome-keyring'));
    expect(shown(await store.find('work', ['token', 'password']))).toBe('password old file');

    await store.set('work', 'password', Secret.ofText('newer'));
    expect(text()).not.toContain('old');
    await store.set('work', 'token', Secret.ofText('newest'));
    expect(shown(await store.find('work', ['password', 'token']))).toBe('token newest keyring');
  });

  it('is used by the built program', async () => {
    const home = temporaryHome();
    const environment = await sessionBus('gnome-keyring');
    const login = await program(['profile', 'login', 'local', '--rsa-key-stdin'], { home, environment, stdin: KEY });
    expect(login).toEqual({
      exit: 0,
      stdout: 'kept the key of local for RSA\n',
      stderr: `the RSA key is kept in the keyring\n${NO_RSA}`,
    });
    const { store } = storeIn(home, environment);
    expect(shown(await store.find('local', ['rsa-key']))).toBe(`rsa-key ${KEY} keyring`);
    expect(await program(['profile', 'logout', 'local'], { home, environment })).toMatchObject({
      exit: 0,
      stdout: 'forgot the secrets of local\n',
    });
  });
});

describe('a machine without a keyring', () => {
  it('keeps secrets in a file of 0600, and says so once', async () => {
    const home = temporaryHome();
    const { exit, stderr } = await program(['profile', 'login', 'local', '--rsa-key-stdin'], { home, stdin: KEY });
    expect(exit).toBe(0);
    expect(stderr.replace(NO_RSA, '')).toMatch(
      /^there is no keyring \([^\n]+\): the RSA key is kept in [^\n]+credentials\.toml \(not encrypted\); see {2}otpctl doctor\n$/,
    );
    expect(stderr).not.toContain(CANARY);
  });

  it('needs nobody to answer on the bus', async (context) => {
    needs(context, 'dbus-daemon', 'dbus-x11');
    const { store } = storeIn(temporaryHome(), await sessionBus('none'));
    expect(await store.set('work', 'token', Secret.ofText('t'))).toMatchObject({ keeper: 'file' });
    expect(shown(await store.find('work', ['token']))).toBe('token t file');
    expect(await store.remove('work', ['token'])).toMatchObject({ removed: true });
    expect(await store.find('work', ['token'])).toEqual({ noKeyring: expect.any(String) });
  });

  it('needs no library for one: it is an optional dependency', async () => {
    const home = temporaryHome();
    for (const folder of ['bin', 'dist'])
      cpSync(join(ROOT, folder), join(home, 'program', folder), { recursive: true });
    const script = join(home, 'program/bin/otpctl.js');
    const login = await command(process.execPath, [script, 'profile', 'login', 'local', '--rsa-key-stdin'], {
      home,
      stdin: KEY,
    });
    expect(login).toMatchObject({ exit: 0, stderr: expect.stringContaining('its library is not installed') });
    expect(login.stderr.replace(NO_RSA, '').split('\n')).toHaveLength(2);
  });

  it.each(['node_modules', 'program/dist/node_modules', 'program/dist/chunks/node_modules', 'apps/node_modules'])(
    'takes none that somebody put into %s, above or below',
    async (folder) => {
      const home = temporaryHome();
      const program = join(home, folder.startsWith('apps') ? 'apps/program' : 'program');
      for (const each of ['bin', 'dist']) cpSync(join(ROOT, each), join(program, each), { recursive: true });
      plantKeytar(join(home, folder), home);
      const script = join(program, 'bin/otpctl.js');
      const login = await command(process.execPath, [script, 'profile', 'login', 'local', '--rsa-key-stdin'], {
        home,
        stdin: KEY,
        environment: { NODE_PATH: join(home, folder) },
      });
      expect(login).toMatchObject({ exit: 0, stderr: expect.stringContaining('its library is not installed') });
      expect(readdirSync(home)).not.toContain('taken');
    },
  );

  it.each([
    ['of its own', 'node_modules/otpctl/node_modules'],
    ['of the folder that it is installed in', 'node_modules'],
  ])('takes the one %s', async (_, folder) => {
    const home = temporaryHome();
    const program = join(home, 'node_modules/otpctl');
    for (const each of ['bin', 'dist']) cpSync(join(ROOT, each), join(program, each), { recursive: true });
    plantKeytar(join(home, folder), home);
    const script = join(program, 'bin/otpctl.js');
    await command(process.execPath, [script, 'profile', 'login', 'local', '--rsa-key-stdin'], { home, stdin: KEY });
    expect(readdirSync(home)).toContain('taken');
  });

  it('does not take a bus that is dead for one', async () => {
    const { store } = storeIn(temporaryHome(), { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' });
    expect(await store.find('work', ['token', 'password'])).toEqual({ noKeyring: expect.any(String) });
  });

  it('gives up on a keyring that hangs after 3 seconds, with the secret in no argument and no environment', async (context) => {
    needs(context, 'dbus-daemon', 'dbus-x11');
    needs(context, 'gnome-keyring-daemon', 'gnome-keyring');
    const home = temporaryHome();
    const environment = await sessionBus('hanging');
    const started = Date.now();
    const run = program(['profile', 'login', 'local', '--rsa-key-stdin'], { home, environment, stdin: KEY });
    let ended = false;
    const seen: string[] = [];
    const end = run.finally(() => {
      ended = true;
    });
    let child = false;
    while (!ended) {
      for (const text of processTexts()) {
        child ||= text.includes('keyring-child');
        if (text.includes(CANARY)) seen.push(text);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { exit, stderr } = await end;
    const took = Date.now() - started;

    expect({ exit, child, seen }).toEqual({ exit: 0, child: true, seen: [] });
    expect(stderr.replace(NO_RSA, '')).toMatch(
      /^there is no keyring \(it did not answer within 3 seconds\): [^\n]+\(not encrypted\); see {2}otpctl doctor\n$/,
    );
    expect(took).toBeGreaterThan(2900);
    // Without an end of our own it would be 25 seconds.
    expect(took).toBeLessThan(20_000);
    expect(processTexts().filter((text) => text.includes('keyring-child') && text.includes(home))).toEqual([]);
  });
});

describe('the environment', () => {
  it('beats what is kept, and is enough without a profile', async () => {
    const home = temporaryHome();
    await storeIn(home).store.set('work', 'password', Secret.ofText('kept'));
    const { store } = storeIn(home, { OTPCTL_TOKEN: 'from the environment' });
    const wanted = 'token from the environment environment';
    expect(shown(await store.find('work', ['token', 'password']))).toBe(wanted);
    expect(shown(await store.find(undefined, ['token', 'password']))).toBe(wanted);
    expect(shown(await storeIn(home, { OTPCTL_RSA_KEY: KEY }).store.find('work', ['rsa-key']))).toContain(CANARY);
  });

  it('must not have both a password and a token', async () => {
    const { store } = storeIn(temporaryHome(), { OTPCTL_TOKEN: 'a', OTPCTL_PASSWORD: 'b' });
    await expect(store.find('work', ['token', 'password'])).rejects.toThrow(
      'OTPCTL_TOKEN and OTPCTL_PASSWORD exclude one another',
    );
  });
});

/** What `ps` could show of every process: arguments and environment. */
function processTexts(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1')).join('\n');
      } catch {
        return '';
      }
    });
}

describe('why there is no keyring', () => {
  it.each([
    ['libsecret-1.so.0: cannot open shared object file: No such file or directory', /^libsecret .* libsecret-1-0 /],
    [
      'Error loading shared library libsecret-1.so.0: No such file or directory (needed by /x/keytar.node)',
      /^libsecret .* libsecret-1-0 /,
    ],
    ['libgio-2.0.so.0: cannot open shared object file: No such file or directory', /^the library libgio-2.0.so.0 /],
    ["Cannot find package 'keytar' imported from /x/keyring-child.js", /^its library is not installed/],
    [
      "Cannot find module 'keytar/prebuilds/linux-x64/keytar.node'\nRequire stack:\n- /x",
      /^its library is not installed/,
    ],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY\nmore', /^Cannot autolaunch D-Bus without X11 \$DISPLAY$/],
  ])('says of  %s  what to do', (error, sentence) => {
    expect(reasonOf(error)).toMatch(sentence);
  });

  it('is no list of where the library was looked for', async () => {
    const answer = await createKeyring(environmentOf(temporaryHome()))({ find: ['local/rsa-key'] });
    expect('error' in answer ? answer.error : '').not.toMatch(/native addon|keytar\.node/);
  });
});
