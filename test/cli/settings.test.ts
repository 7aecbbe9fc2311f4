import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTING_KEYS } from '../../src/domain/settings/setting-rules.ts';
import { json, otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';

interface Row {
  readonly key: string;
  readonly value?: unknown;
  readonly default?: unknown;
}

const set = (home: string, ...assignments: string[]) => otpctl(['settings', 'set', ...assignments], { home });
const setting = async (home: string, key: string) => (await json<Row>(['settings', 'get', key], { home })).value;

/** A home whose store is there. */
async function settled(): Promise<string> {
  const home = temporaryHome();
  await json(['store', 'init'], { home });
  return home;
}

describe('settings', () => {
  it('are all listed, with their defaults', async () => {
    const home = await settled();
    const rows = await json<Row[]>(['settings', 'list'], { home });
    expect(rows.map(({ key }) => key)).toEqual([...SETTING_KEYS]);
    expect(Object.fromEntries(rows.map(({ key, value }) => [key, value]))).toMatchObject({
      'totp.enabled': true,
      'hotp.enabled': true,
      'pin.enabled': true,
      'email.enabled': false,
      'sms.enabled': false,
      'voice.enabled': false,
      'totp.digits': 6,
      'totp.algorithm': 'SHA1',
      'totp.period': 30,
      'totp.window': 1,
      'hotp.lookAhead': 10,
      'totp.issuer': 'otpctl',
      'totp.lockAfter': 10,
      'pin.lockAfter': 3,
      'voice.lockAfter': 10,
      'email.ttl': '5min',
      'sms.method': 'GET',
      'pin.minLength': 8,
      'pin.digitsToAsk': 3,
      'send.perUserPerHour': 10,
      'send.resendAfter': '60s',
      'users.maxDevices': 10,
      'users.strict': false,
    });
  });

  it('are cut in a window, marked, and never in a pipe, in no format', async () => {
    const home = await settled();
    const body = `Dear \${userName:-user},\nthe code \${PIN} is good for five minutes, ${'and so on '.repeat(20)}the end`;
    const file = join(home, 'body.txt');
    writeFileSync(file, body);
    const changed = await set(home, `email.body=@${file}`);
    expect(changed.stdout).toContain('the end');
    for (const line of ['settings list', 'settings list -o csv', 'settings list --columns key,value -o json']) {
      expect((await otpctl(line.split(' '), { home })).stdout).toContain('the end');
    }
    const unset = await otpctl(['settings', 'unset', 'email.body'], { home });
    expect(unset.stdout).toContain('the end');
    await set(home, `email.body=@${file}`);
    const { stdout } = await otpctl(['settings', 'list'], { home, terminal: { columns: 200, rows: 50 } });
    expect(stdout).toMatch(/^email\.body +Dear .* \.\.\. /m);
    expect(stdout).not.toContain('the end');
  });

  it('are listed without those that are as they came, where --changed is given', async () => {
    const home = await settled();
    expect((await otpctl(['settings', 'list', '--changed', '-o', 'json'], { home })).stdout).toBe('[]\n');
    await set(home, 'totp.digits=8', 'email.from=otp@example.com');
    const rows = await json<Row[]>(['settings', 'list', '--changed'], { home });
    expect(rows.map(({ key }) => key).sort()).toEqual(['email.from', 'totp.digits']);
    await set(home, 'totp.digits=6');
    expect((await otpctl(['settings', 'list', '--changed', '-q'], { home })).stdout).toBe('email.from\n');
  });

  it.each([
    ['totp.digits=5', /6 to 8/],
    ['totp.digits=9', /6 to 8/],
    ['totp.digits=seven', /6 to 8/],
    ['totp.digits=', /6 to 8/],
    ['totp.algorithm=MD5', /SHA1, SHA256, SHA512/],
    ['totp.enabled=yes', /true or false/],
    ['totp.issuer=a:b', /colon/],
    ['totp.lockAfter=101', /1 to 100/],
    ['totp.lockAfter=0', /1 to 100/],
    ['email.digits=11', /6 to 10/],
    ['email.ttl=11min', /10min/],
    ['email.ttl=5m', /minutes or months/],
    ['email.ttl=300', /no unit/],
    ['email.from=nobody', /not one e-mail address/],
    ['email.from=a@example.com, b@example.com', /not one e-mail address/],
    ['email.smtpUrl=https://example.com', /SMTP URL/],
    ['email.smtpUrl=smtp://mail.example.com/x', /more in it/],
    ['sms.method=DELETE', /GET, POST, PUT/],
    ['sms.url=http://sms.example.com/', /https/],
    ['sms.url=http://127.0.0.1:1/', /https/],
    ['pin.minLength=7', /8 to 64/],
    ['pin.digitsToAsk=9', /pin.minLength/],
    ['pin.digitsToAsk=1', /2 to 64/],
    ['email.subject=a\u0007b', /control characters/],
  ])('refuse %s', async (assignment, why) => {
    const home = await settled();
    const { exit, stdout, stderr } = await set(home, 'totp.window=2', assignment);
    expect({ exit, stdout, stderr }).toEqual({ exit: 2, stdout: '', stderr: expect.stringMatching(why) });
    expect(await setting(home, 'totp.window')).toBe(1);
  });

  it('name the nearest key of one that is not there', async () => {
    const home = await settled();
    for (const line of [
      ['set', 'totp.digit=7'],
      ['get', 'totp.digit'],
      ['unset', 'totp.digit'],
    ]) {
      const { exit, stderr } = await otpctl(['settings', ...line], { home });
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('did you mean  totp.digits') });
    }
    expect((await set(home, '__proto__.x=1')).exit).toBe(2);
  });

  it('change together, are told with before and after, and stand in the audit log', async () => {
    const home = await settled();
    expect(await json(['settings', 'set', 'totp.digits=8', 'hotp.issuer=Example', '--ticket', 'T1'], { home })).toEqual(
      [
        { key: 'totp.digits', before: 6, after: 8 },
        { key: 'hotp.issuer', before: 'otpctl', after: 'Example' },
      ],
    );
    expect(await json(['settings', 'set', 'totp.digits=8'], { home })).toEqual([]);
    expect(await json(['settings', 'unset', 'totp.digits'], { home })).toEqual([
      { key: 'totp.digits', before: 8, after: 6 },
    ]);
    const entries = await json<{ action: string; object: string; result: string }[]>(['audit', 'list'], { home });
    expect(entries.slice(1)).toMatchObject([
      { action: 'settings.set', object: 'setting totp.digits', result: 'ok: 6 to 8', ticket: 'T1' },
      { action: 'settings.set', object: 'setting hotp.issuer', result: 'ok: "otpctl" to "Example"' },
      { action: 'settings.set', object: 'setting totp.digits', result: 'ok: 8 to 6' },
    ]);
  });

  it('say what a channel lacks, and take it all at once', async () => {
    const home = await settled();
    const alone = await set(home, 'email.enabled=true');
    expect(alone).toMatchObject({ exit: 5, stderr: expect.stringContaining('email.from and email.smtpUrl') });
    expect((await set(home, 'voice.enabled=true')).stderr).toContain('voice.url');
    expect(
      (await set(home, 'email.enabled=true', 'email.from=a@example.com', 'email.smtpUrl=smtps://mail.example.com'))
        .exit,
    ).toBe(0);
    expect(await otpctl(['settings', 'unset', 'email.from'], { home })).toMatchObject({ exit: 5 });
  });

  it('say the odds of guessing, and warn where they are high', async () => {
    const home = await settled();
    expect((await set(home, 'pin.lockAfter=4')).stderr).toContain(
      'pin: 4 guesses before the lock find a code with 0.4 %',
    );
    const much = await set(home, 'pin.digitsToAsk=2');
    expect(much.stderr).toMatch(/warning: pin: .* 3\.9 % \(1 in 25\)/);
    expect((await set(home, 'totp.window=2')).stderr).toContain(
      'totp: 10 guesses before the lock find a code with 0.005 %',
    );
    expect((await set(home, 'hotp.lookAhead=100', 'hotp.lockAfter=100')).stderr).toMatch(/warning: hotp: .* 1 %/);
    expect((await set(home, 'totp.issuer=Example')).stderr).toBe('');
  });

  it('warn of what apps ignore, and of tags that no user has', async () => {
    const home = await settled();
    expect((await set(home, 'totp.algorithm=sha256')).stderr).toMatch(/apps ignore the algorithm/);
    const body = 'Hello ${fullName:-you}, ${city}: ${PIN}';
    expect((await set(home, `email.body=${body}`)).stderr).toMatch(/no user has the attribute "city"/);
    await otpctl(['user', 'set', 'ada', '--attr', 'city=London', '--attr', 'fullName=Ada'], { home });
    expect((await set(home, `email.body=${body}!`)).stderr).toBe('');
    expect((await set(home, 'email.body=${username}, ${PHONE_DIGIT}: ${PIN}')).stderr).toMatch(
      /"username", .* did you mean \$\{userName\}\n.*"PHONE_DIGIT", .* did you mean \$\{PHONE_DIGITS\}/,
    );
    // What stands in a value, as JSON would have it, is no name of an attribute.
    await otpctl(['user', 'set', 'bob', '--attr', 'mood="town":'], { home });
    expect((await set(home, 'email.subject=${town}')).stderr).toMatch(/no user has the attribute "town"/);
  });

  describe('that are secret', () => {
    const URL = 'https://sms.example.com/send?account=a&password=hunter2&to=${PHONE}&text=${PIN}';
    const HEADERS = 'Authorization: Bearer hunter3\nX-Account: a';

    it('come from files or stdin, and never from the command line', async () => {
      const home = await settled();
      for (const assignment of [
        `sms.url=${URL}`,
        `sms.headers=${HEADERS}`,
        'email.smtpUrl=smtps://u:hunter4@mail.example.com',
      ]) {
        const { exit, stdout, stderr } = await set(home, assignment);
        expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
        expect(stderr).not.toContain('hunter');
      }
      writeFileSync(join(home, 'url'), `${URL}\n`);
      expect((await set(home, `sms.url=@${join(home, 'url')}`)).exit).toBe(0);
      const toml = `sms.headers = """\n${HEADERS}"""\n[email]\nsmtpUrl = "smtps://u:hunter4@mail.example.com"\nfrom = "A <a@example.com>"\nenabled = true\n`;
      const { exit, stdout, stderr } = await otpctl(['settings', 'set', '-'], { home, stdin: toml });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      expect(stdout).not.toContain('hunter');
      expect(await setting(home, 'sms.url')).toBe('[secret]');
      expect(await setting(home, 'email.smtpUrl')).toBe('smtps://u:[secret]@mail.example.com');
      for (const line of [
        'settings list -o json',
        'settings export',
        'audit list -o json',
        'settings get sms.headers',
      ]) {
        expect((await otpctl(line.split(' '), { home })).stdout).not.toContain('hunter');
      }
    });

    it('cannot be read from a file that is not there', async () => {
      const home = await settled();
      expect(await set(home, 'sms.url=@/nowhere')).toMatchObject({
        exit: 2,
        stderr: expect.stringContaining('/nowhere'),
      });
    });
  });

  it('go out as TOML and come back, after a question', async () => {
    const home = await settled();
    await set(home, 'totp.digits=7', 'email.body=two\nlines "quoted" ${PIN}', 'sms.ttl=90s');
    const { stdout: toml } = await otpctl(['settings', 'export'], { home });
    const other = await settled();
    const args = ['settings', 'import', '-'];
    expect(await otpctl(args, { home: other, stdin: toml })).toMatchObject({
      exit: 2,
      stdout: expect.stringContaining('totp.digits'),
      stderr: expect.stringContaining('--yes'),
    });
    expect(await setting(other, 'totp.digits')).toBe(6);
    expect((await otpctl([...args, '--yes'], { home: other, stdin: toml })).exit).toBe(0);
    expect(await json(['settings', 'list'], { home: other })).toEqual(await json(['settings', 'list'], { home }));
    expect(await otpctl([...args, '--yes'], { home: other, stdin: toml })).toMatchObject({
      exit: 0,
      stderr: 'nothing differs from before\n',
    });
  });

  it.each([
    ['[totp', /line 1/],
    ['a = 1\nb = ', /line 2/],
    ['[totp]\ndigits = [6]', /totp.digits/],
    ['[totp]\ndigits = 1979-05-27', /totp.digits/],
    ['[nothing]\nx = 1', /no setting "nothing.x"/],
  ])('refuse the TOML %j', async (toml, why) => {
    const home = await settled();
    const { exit, stderr } = await otpctl(['settings', 'import', '-', '--yes'], { home, stdin: toml });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringMatching(why) });
  });

  it('switch types off: exit 5, and the setting is named', async () => {
    const home = await settled();
    await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin: '12345678' });
    await json(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], { home });
    await set(home, 'pin.enabled=false', 'totp.enabled=false');
    for (const line of [
      'device create totp --user bob --show-secret',
      'device challenge 1',
      'device challenge 2',
      'device verify 2 123456',
      'device verify 1 123',
    ]) {
      const { exit, stdout, stderr } = await otpctl(line.split(' '), { home });
      expect({ exit, stdout, stderr }).toEqual({
        exit: 5,
        stdout: '',
        stderr: expect.stringMatching(/(pin|totp)\.enabled is false/),
      });
    }
    const pin = await otpctl(['device', 'create', 'pin', '--user', 'bob', '--pin-stdin'], { home, stdin: '12345678' });
    expect(pin.exit).toBe(5);
    expect(await json(['device', 'show', '2'], { home })).toMatchObject({ fails: 0 });
  });

  it('hold for new devices, and leave old ones as they are', async () => {
    const home = await settled();
    const show = (id: string) => json(['device', 'show', id], { home });
    const create = (...more: string[]) =>
      json(['device', 'create', 'totp', '--user', 'ada', '--show-secret', ...more], { home });
    await create();
    await set(
      home,
      'totp.digits=8',
      'totp.period=60',
      'totp.algorithm=SHA512',
      'totp.issuer=Example',
      'pin.minLength=10',
    );
    const made = await create();
    expect(String(made['otpauthUri'])).toMatch(/^otpauth:\/\/totp\/Example:ada\?.*digits=8/);
    expect(await show('1')).toMatchObject({ digits: 6, period: 30, algorithm: 'SHA1', acceptedForSeconds: 90 });
    expect(await show('2')).toMatchObject({ digits: 8, period: 60, algorithm: 'SHA512', acceptedForSeconds: 180 });
    const pin = ['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'];
    expect(await otpctl(pin, { home, stdin: '123456789' })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('at least 10'),
    });
    expect((await otpctl(pin, { home, stdin: '1234567890' })).exit).toBe(0);
  });

  it('fit into a window: of a message, a table shows how it begins', async () => {
    const home = await settled();
    const { stdout } = await otpctl(['settings', 'list'], { home, terminal: { columns: 200, rows: 50 } });
    expect(stdout).toMatch(/^email\.body +Your access code is \$\{PIN\}\. \.\.\./m);
    expect(stdout).not.toContain('If you did not ask');
  });

  it('make no store where one is only read', async () => {
    const home = temporaryHome();
    for (const line of ['settings list', 'settings get totp.digits', 'settings unset totp.digits', 'settings export']) {
      expect((await otpctl(line.split(' '), { home })).exit).toBe(2);
    }
    expect((await set(home, 'totp.digits=7')).exit).toBe(0);
    expect(await setting(home, 'totp.digits')).toBe(7);
  });

  it('say in a line what the standards hold against e-mail and SMS, and that no channel is enabled', async () => {
    const home = await settled();
    const mail = await otpctl(['device', 'create', 'email', '--user', 'ada', '--email', 'a@example.com'], { home });
    expect(mail).toMatchObject({ exit: 0, stderr: expect.stringMatching(/NIST SP 800-63B[\s\S]*email\.enabled/) });
    const text = await otpctl(['device', 'create', 'sms', '--user', 'ada', '--phone', '666555444'], { home });
    expect(text).toMatchObject({
      exit: 0,
      stderr: expect.stringMatching(
        /restricted[\s\S]*settings set sms\.enabled=true or otpctl settings set voice\.enabled=true\n/,
      ),
    });
    expect((await otpctl(['device', 'challenge', '1'], { home })).exit).toBe(5);
  });
});
