import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProfiles } from '../../src/config/profiles.ts';
import type { Profile } from '../../src/domain/place/profile.ts';
import { SERVER_DEFAULTS } from '../../src/domain/place/server.ts';
import { createPrivateFile } from '../../src/files/private-text.ts';
import { temporaryHome } from '../support/home.ts';

function configOf(text?: string, mode = 0o600) {
  const path = join(temporaryHome(), 'config.toml');
  if (text !== undefined) writeFileSync(path, text, { mode });
  return { path, profiles: createProfiles(createPrivateFile(path, 'config')), text: () => readFileSync(path, 'utf8') };
}

const WORK: Profile = {
  name: 'work',
  server: { ...SERVER_DEFAULTS, url: 'https://idm.example.com/scim/v2', username: 'ada' },
};

const FULL = `# mine
default = "work" # the usual one

[profiles.work] # at the office
url = "https://idm.example.com/soffid/webservice/scim2/v1/"
username = "ada"
dialect = "soffid"
timezone = "Europe/Madrid"
caFile = "ca.pem"
clientCertFile = "/etc/client.pem"
clientKeyFile = "/etc/client.key"
timeout = "2min"
concurrency = 4
ratePerSecond = 0.5

# between two tables
[profiles.work.rsa]
url = "https://acme.access.securid.com/AdminInterface/restapi/v1"
issuer = "https://acme.auth.securid.com"
clientId = "otpctl"
privateKeyFile = "rsa.jwk"
scopes = [
  "rsa.device.read", # the first
  "rsa.device.update",
]

# the team's
[profiles."team.db"]
store = "team.db"
`;

describe('reading', () => {
  it('knows only local without a file, and makes none', async () => {
    const { profiles, path } = configOf();
    expect(await profiles.list()).toEqual([{ name: 'local' }]);
    expect(await profiles.standard()).toBe('local');
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('reads every key, and takes relative files from beside itself', async () => {
    const { profiles, path } = configOf(FULL);
    const beside = (name: string) => join(path, '..', name);
    expect(await profiles.standard()).toBe('work');
    expect(await profiles.list()).toEqual([
      { name: 'local' },
      { name: 'team.db', store: beside('team.db') },
      {
        name: 'work',
        server: {
          url: 'https://idm.example.com/soffid/webservice/scim2/v1',
          username: 'ada',
          dialect: 'soffid',
          timezone: 'Europe/Madrid',
          caFile: beside('ca.pem'),
          clientCertFile: '/etc/client.pem',
          clientKeyFile: '/etc/client.key',
          timeout: 120,
          concurrency: 4,
          ratePerSecond: 0.5,
        },
        rsa: {
          url: 'https://acme.access.securid.com/AdminInterface/restapi/v1',
          issuer: 'https://acme.auth.securid.com',
          clientId: 'otpctl',
          privateKeyFile: beside('rsa.jwk'),
          scopes: ['rsa.device.read', 'rsa.device.update'],
        },
      },
    ]);
  });

  const server = (lines: string) => `[profiles.a]\nurl = "https://a.example"\n${lines}`;
  it.each([
    ['defualt = "a"', 1, 'unknown key "defualt"', 'did you mean  default'],
    ['\n\ndefault = 3', 3, 'default must be a text', undefined],
    ['default = "gone"', 1, 'the default "gone" is not a profile', undefined],
    ['profiles = 1', 1, 'profiles must be a table', undefined],
    ['profiles.a = "x"', 1, 'profiles.a must be a table', undefined],
    ['profiles = { a = { store = 1 } }', 1, 'store must be a text', undefined],
    [server('usernme = "x"'), 3, 'unknown key "usernme" in profiles.a', 'did you mean  username'],
    [server('password = "x"'), 3, 'unknown key "password" in profiles.a', 'the keys are'],
    [server('# """\nnote = 1'), 4, 'unknown key "note"', undefined],
    [server('username = """\n[x]\ny = 1"""\n\ntimeout = 30'), 7, 'timeout must be a text', undefined],
    [server("username = 'a\\'\ntimeout = '30'"), 4, 'the duration "30" has no unit', 'write for example'],
    [server('timeout = "2h"'), 3, 'the timeout "2h" is longer than an hour', undefined],
    [server('timezone = "Mars/Base"'), 3, '"Mars/Base" is not a time zone', undefined],
    [server('timezone = "+02:00"'), 3, 'is not a time zone', undefined],
    [server('dialect = "scim"'), 3, 'dialect must be one of auto, rfc, soffid', undefined],
    [server('concurrency = 0'), 3, 'concurrency must be a whole number from 1', undefined],
    [server('concurrency = 1.5'), 3, 'concurrency must be a whole number', undefined],
    [server('ratePerSecond = "5"'), 3, 'ratePerSecond must be a number', undefined],
    [server('ratePerSecond = nan'), 3, 'ratePerSecond must be a number', undefined],
    [server('store = "x"'), 3, 'store and url exclude one another', undefined],
    [server('clientKeyFile = "x"'), 1, 'needs both clientCertFile and clientKeyFile', undefined],
    [server('rsa.keyFile = "k"\nrsa.issuer = "i"'), 1, 'has both keyFile and OAuth', undefined],
    [server('[profiles.a.rsa]\nissuer = "i"'), 3, 'needs url, issuer and clientId', undefined],
    [server('[profiles.a.rsa]\nscopes = []'), 4, 'scopes must be a list', undefined],
    [server('[profiles.a.rsa]\nkeyfile = "x"'), 4, 'unknown key "keyfile" in profiles.a.rsa', 'did you mean  keyFile'],
    ['[profiles.a]\nusername = "x"', 2, 'username needs a url', undefined],
    ['[profiles.a]\nurl = "ftp://a"', 2, 'neither https nor http', undefined],
    ['[profiles.local]\nurl = "https://a"', 2, 'takes no url', undefined],
    ['[profiles."a b"]\nstore = "x"', 1, 'not a name for a profile', undefined],
    ['[profiles.a]\nstore = "x"\nstore = "y"', 3, 'not TOML', undefined],
    ['[profiles.a\nstore = "x"', 1, 'not TOML', undefined],
    ['[profiles.__proto__]\nnote = 1', 2, 'unknown key "note"', undefined],
  ])('says the line of what is wrong in  %j', async (text, line, message, hint) => {
    const { profiles, path } = configOf(text);
    const error = await profiles.list().catch((caught) => caught);
    expect(error).toMatchObject({ code: 'config-invalid', message: expect.stringContaining(message) });
    expect(error.message).toContain(`${path} line ${line}: `);
    if (hint !== undefined) expect(error.hint).toContain(hint);
  });

  it('shows no password that somebody put into a URL', async () => {
    const { profiles } = configOf('[profiles.a]\nurl = "https://ada:canary@a.example"');
    const error = await profiles.list().catch((caught) => caught);
    expect(error).toMatchObject({ code: 'config-invalid', message: expect.stringContaining('line 2') });
    expect(`${error.message} ${error.hint}`).not.toContain('canary');
  });

  it.each([0o640, 0o604, 0o622])('refuses a file of mode %i', async (mode) => {
    const { profiles, path } = configOf(FULL);
    chmodSync(path, mode);
    await expect(profiles.list()).rejects.toMatchObject({
      code: 'permissions',
      hint: `mend it with  chmod 600 ${path}`,
    });
    await expect(profiles.use('local')).rejects.toMatchObject({ code: 'permissions' });
  });

  it('refuses a folder in its place', async () => {
    const { profiles, path } = configOf();
    mkdirSync(path);
    await expect(profiles.list()).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});

describe('writing', () => {
  it('makes a file of 0600 in a folder of 0700, readable again', async () => {
    const path = join(temporaryHome(), 'otpctl/config.toml');
    const profiles = createProfiles(createPrivateFile(path, 'config'));
    await profiles.add(WORK, true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(await profiles.list()).toEqual([{ name: 'local' }, WORK]);
    expect(readFileSync(path, 'utf8')).toBe(
      'default = "work"\n\n[profiles.work]\nurl = "https://idm.example.com/scim/v2"\nusername = "ada"\n',
    );
  });

  it('adds, chooses and removes between comments, and leaves the rest as it was', async () => {
    const { profiles, text } = configOf(FULL);
    const added: Profile = { name: 'new.one', store: '/s', rsa: { keyFile: '/k' } };
    expect(await profiles.add(added, false)).toEqual({ commentsKept: true });
    expect(text()).toBe(`${FULL}\n[profiles."new.one"]\nstore = "/s"\n\n[profiles."new.one".rsa]\nkeyFile = "/k"\n`);
    expect(await profiles.use('new.one')).toEqual({ commentsKept: true });
    expect(text()).toContain('default = "new.one" # the usual one\n');
    expect(await profiles.use('work')).toEqual({ commentsKept: true });
    expect(await profiles.remove('new.one')).toEqual({ commentsKept: true });
    expect(text().trimEnd()).toBe(FULL.trimEnd());

    expect(await profiles.remove('work')).toEqual({ commentsKept: true });
    expect(await profiles.standard()).toBe('local');
    expect(text()).toContain('# the team\'s\n[profiles."team.db"]');
    expect(text()).not.toContain('idm.example.com');
  });

  it('says that comments are lost where tables are written on one line', async () => {
    const { profiles, text } = configOf('profiles = { a = { store = "/a" } } # short\n');
    expect(await profiles.add(WORK, true)).toEqual({ commentsKept: false });
    expect(text()).not.toContain('# short');
    expect(await profiles.list()).toEqual([{ name: 'a', store: '/a' }, { name: 'local' }, WORK]);
  });

  it('refuses a name that is there, one that is not, and to remove local', async () => {
    const { profiles, text } = configOf(FULL);
    await expect(profiles.add(WORK, false)).rejects.toMatchObject({ code: 'duplicate' });
    await expect(profiles.use('wrok')).rejects.toMatchObject({ code: 'profile-not-found', hint: 'did you mean  work' });
    await expect(profiles.remove('local')).rejects.toMatchObject({ code: 'usage' });
    expect(text()).toBe(FULL);
  });

  it('does not touch a file that it cannot read', async () => {
    const { profiles, text } = configOf('[profiles.a\n');
    await expect(profiles.add(WORK, true)).rejects.toMatchObject({ code: 'config-invalid' });
    expect(text()).toBe('[profiles.a\n');
  });

  it('writes through a link', async () => {
    const { path, text } = configOf(FULL);
    const link = join(temporaryHome(), 'config.toml');
    symlinkSync(path, link);
    await createProfiles(createPrivateFile(link, 'config')).use('team.db');
    expect(text()).toContain('default = "team.db"');
  });

  it('loses nothing when many write at once, nor to one that died', async () => {
    const { path, profiles } = configOf();
    writeFileSync(`${path}.new`, 'half', { mode: 0o600 });
    const names = Array.from({ length: 12 }, (_, at) => `p${at}`);
    await Promise.all(
      names.map((name) => createProfiles(createPrivateFile(path, 'config')).add({ name, store: `/${name}` }, false)),
    );
    expect((await profiles.list()).map(({ name }) => name).toSorted()).toEqual(['local', ...names].toSorted());
  });
});
