import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';

/** A store with a device of each type, 1 to 5, one PIN device that is challenged, and a setting. */
async function filled(): Promise<string> {
  const home = temporaryHome();
  const create = (type: string, more: readonly string[] = [], stdin = '') =>
    otpctl(['device', 'create', type, '--user', 'ada', ...more], { home, stdin });
  await create('totp', ['--show-secret']);
  await create('hotp', ['--show-secret']);
  await create('email', ['--email', 'ada@example.com']);
  await create('sms', ['--phone', '+34600000000']);
  await create('pin', ['--pin-stdin'], '1234567890123456');
  await otpctl(['device', 'challenge', '5'], { home });
  await otpctl(['settings', 'set', 'totp.window=2'], { home });
  await otpctl(['user', 'set', 'ada', '--attr', 'fullName=Ada'], { home });
  return home;
}

function tamper(home: string, sql: string): void {
  const database = new DatabaseSync(storeOf(home), { defensive: false });
  try {
    database.exec(`PRAGMA ignore_check_constraints = ON; ${sql}`);
  } finally {
    database.close();
  }
}

async function findings(home: string): Promise<string> {
  const { exit, stdout } = await otpctl(['store', 'check', '-o', 'json'], { home });
  const found = (JSON.parse(stdout) as { finding: string }[]).map(({ finding }) => finding);
  expect(exit).toBe(found.length === 0 ? 0 : 1);
  return found.join('\n');
}

const set = (key: string, value: string) =>
  `INSERT OR REPLACE INTO settings (key, value) VALUES ('${key}', '${value}')`;

describe('store check', () => {
  it('finds nothing in a store of every type', async () => {
    expect(await findings(await filled())).toBe('');
  });

  it.each([
    ['a window out of rule', set('totp.window', '1000'), 'setting totp.window'],
    ['a limit out of rule', set('totp.lockAfter', '1000000'), 'setting totp.lockAfter'],
    ['a limit of no kind', set('pin.lockAfter', '{}'), 'setting pin.lockAfter'],
    ['a number that is none', set('hotp.lookAhead', '1e9'), 'setting hotp.lookAhead'],
    ['a value that is written otherwise', set('totp.window', '"2"'), 'setting totp.window'],
    ['a value that is no JSON', set('totp.window', 'x'), 'setting totp.window'],
    ['a value that is null', set('totp.window', 'null'), 'setting totp.window'],
    ['a time that is too long', set('sms.ttl', '"9d"'), 'setting sms.ttl'],
    ['a key that nobody knows', set('totp.wimdow', '1'), 'setting "totp.wimdow"'],
    ['a key of an object', set('constructor', '1'), 'setting "constructor"'],
    ['values that go against each other', set('pin.digitsToAsk', '60'), 'pin.digitsToAsk is 60'],
    ['a channel without what it needs', set('sms.enabled', 'true'), 'sms.enabled needs'],
    ['a secret that is in clear', set('sms.url', '"https://evil.example"'), 'setting sms.url does not open'],
    ['a seal that no setting needs', `UPDATE settings SET sealed = x'00', key_id = 'x'`, 'setting totp.window'],
  ])('finds of the settings: %s', async (_what, sql, finding) => {
    const home = await filled();
    tamper(home, sql);
    expect(await findings(home)).toContain(finding);
  });

  it('finds a secret setting whose shown text is not of what is sealed', async () => {
    const home = await filled();
    await otpctl(['settings', 'set', '-'], { home, stdin: '[email]\nsmtpUrl = "smtps://a:b@mail.example.com"\n' });
    expect(await findings(home)).toBe('');
    tamper(
      home,
      `UPDATE settings SET value = replace(value, 'mail.example.com', 'mail.example.org') WHERE key = 'email.smtpUrl'`,
    );
    expect(await findings(home)).toContain('setting email.smtpUrl');
  });

  it.each([
    ['a TOTP device that became one of e-mail', `type = 'EMAIL', email = 'eve@example.com' WHERE id = 1`, 'device 1'],
    [
      'and without what gives it away',
      `type = 'EMAIL', email = 'eve@example.com', secret = NULL, key_id = NULL, algorithm = NULL, period = NULL, name = 'Email message to ev*@ex*****.co*', name_fold = 'email message to ev*@ex*****.co*' WHERE id = 1`,
      'device 1',
    ],
    ['a TOTP device that became a PIN', `type = 'PIN' WHERE id = 1`, 'device 1'],
    ['a TOTP device that became HOTP', `type = 'HOTP', counter = 0, period = NULL WHERE id = 1`, 'device 1'],
    ['an HOTP device that became TOTP', `type = 'TOTP', period = 30, counter = NULL WHERE id = 2`, 'device 2'],
    ['a PIN that became TOTP', `type = 'TOTP', digits = 6, period = 30, algorithm = 'SHA1' WHERE id = 5`, 'device 5'],
    ['an address that became a phone', `type = 'SMS' WHERE id = 3`, 'device 3'],
    ['an SMS device without its number', 'phone = NULL WHERE id = 4', 'device 4'],
    ['few digits', 'digits = 1 WHERE id = 1', 'device 1'],
    ['digits that only messages have', 'digits = 10 WHERE id = 1', 'device 1'],
    ['few digits of a message', 'digits = 4 WHERE id = 3', 'device 3'],
    ['a long period', 'period = 1000000000 WHERE id = 1', 'device 1'],
    ['no period', 'period = NULL WHERE id = 1', 'device 1'],
    ['a large drift', 'drift = 100000 WHERE id = 1', 'device 1'],
    ['a drift of what has none', 'drift = 3 WHERE id = 2', 'device 2'],
    ['a step before all time', 'last_step = -5 WHERE id = 1', 'device 1'],
    ['a step of what has none', 'last_step = 5 WHERE id = 5', 'device 5'],
    ['a counter below none', 'counter = -9 WHERE id = 2', 'device 2'],
    ['a counter of what has none', 'counter = 9 WHERE id = 1', 'device 1'],
    ['fails below none', 'fails = -30 WHERE id = 1', 'device 1'],
    ['more fails than a limit can be', 'fails = 1000 WHERE id = 1', 'device 1'],
    ['an algorithm that nobody knows', `algorithm = 'MD5' WHERE id = 1`, 'device 1'],
    ['a status that nobody knows', `status = 'E' WHERE id = 1`, 'device 1'],
    ['a lock that was never', `status_before_lock = 'V' WHERE id = 1`, 'device 1'],
    ['a status before a lock that there is not', `status = 'L', status_before_lock = 'D' WHERE id = 1`, 'device 1'],
    ['a channel of another type', `last_channel = 'voice' WHERE id = 3`, 'device 3'],
    ['a name with control characters', `name = 'a' || char(27), name_fold = 'a' || char(27) WHERE id = 1`, 'device 1'],
    ['a user that no user is called', `user = ' ', user_fold = '' WHERE id = 1`, 'device 1'],
  ])('finds of devices: %s', async (_what, change, finding) => {
    const home = await filled();
    tamper(home, `UPDATE devices SET ${change}`);
    expect(await findings(home)).toContain(finding);
  });

  it.each([
    ['one digit', `positions = '[1]'`],
    ['one digit three times', `positions = '[1,1,1]'`],
    ['digits that there are not', `positions = '[1,2,70]'`],
    ['no list', `positions = 'x'`],
    ['a life without end', 'expires = 99999999999'],
    ['tries below none', 'tries = -100'],
    ['the code of a message', `positions = NULL, code_hash = zeroblob(32), channel = 'sms'`],
    ['both', 'code_hash = zeroblob(32)'],
  ])('finds of challenges: %s', async (_what, change) => {
    const home = await filled();
    tamper(home, `UPDATE challenges SET ${change}`);
    expect(await findings(home)).toContain('the challenge of device 5');
  });

  it.each([
    ['an attribute that is no text', `UPDATE users SET attributes = '{"a":1}'`, 'user ada'],
    ['attributes that are no JSON', `UPDATE users SET attributes = '{'`, 'user ada'],
    ['a user who is filed under another name', `UPDATE users SET name_fold = 'eve'`, 'user ada'],
    [
      'a key with roles that nobody knows',
      `INSERT INTO api_keys (id, name, name_fold, roles, created, expires, rotated, hash)
       VALUES ('0123456789ab', 'x', 'x', '["root"]', 0, NULL, 0, zeroblob(32))`,
      'API key',
    ],
  ])('finds of the rest: %s', async (_what, sql, finding) => {
    const home = await filled();
    tamper(home, sql);
    expect(await findings(home)).toContain(finding);
  });

  it('finds an API key that may do more than it was given, also one that was made anew', async () => {
    const home = await filled();
    await otpctl(['apikey', 'create', 'ops', '--role', 'query', '--expires', '30d'], { home });
    await otpctl(['apikey', 'rotate', 'ops', '--overlap', '1d'], { home });
    tamper(home, `UPDATE api_keys SET roles = '["super"]' WHERE rotated = 0`);
    expect(await findings(home)).toContain('has the roles super, and was given query');
  });

  it('knows keys that were made, and made anew', async () => {
    const home = await filled();
    await otpctl(['apikey', 'create', 'ops', '--role', 'query', '--expires', '30d'], { home });
    await otpctl(['apikey', 'rotate', 'ops', '--overlap', '1d'], { home });
    expect(await json(['apikey', 'list'], { home })).toHaveLength(2);
    expect(await findings(home)).toBe('');
  });
});

describe('a sealed secret', () => {
  it.each([
    ['TOTP', 'HOTP', 'UPDATE devices SET type = "HOTP", counter = 0 WHERE id = 1', ['device', 'verify', '1', '123456']],
    [
      'PIN',
      'TOTP',
      `UPDATE devices SET type = 'TOTP', digits = 6, period = 30, algorithm = 'SHA1' WHERE id = 5`,
      ['device', 'verify', '5', '123456'],
    ],
    ['HOTP', 'PIN', `UPDATE devices SET type = 'PIN' WHERE id = 2`, ['device', 'challenge', '2']],
  ])('of a %s device is none of a %s device', async (_from, _to, sql, line) => {
    const home = await filled();
    tamper(home, sql.replaceAll('"', "'"));
    const { exit, stderr } = await otpctl(line, { home });
    expect({ exit, stderr }).toEqual({ exit: 7, stderr: expect.stringContaining('is not what otpctl wrote') });
    expect(await findings(home)).toContain('does not open');
  });

  it('of a type stays one through a rotation of the keys, and is bound to it from then on', async () => {
    const home = await filled();
    expect(await otpctl(['store', 'key', 'rotate', '--yes'], { home })).toMatchObject({ exit: 0 });
    expect(await findings(home)).toBe('');
    tamper(home, `UPDATE devices SET type = 'HOTP', counter = 0 WHERE id = 1`);
    expect(await otpctl(['device', 'verify', '1', '123456'], { home })).toMatchObject({ exit: 7 });
  });
});

describe('settings that are no JSON', () => {
  it('are one clear sentence to every command', async () => {
    const home = await filled();
    for (const value of ['x', '{}', '[1]', 'null']) {
      tamper(home, set('totp.window', value));
      const { exit, stderr } = await otpctl(['device', 'verify', '1', '123456'], { home });
      expect({ value, exit, stderr }).toEqual({
        value,
        exit: 7,
        stderr: expect.stringContaining('a value of totp.window'),
      });
    }
  });
});
