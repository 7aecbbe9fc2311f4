import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOOKUP } from '../support/rsa/fake-rsa.ts';
import { type Helpdesk, helpdesk } from '../support/rsa/helpdesk.ts';
import { ACCESS_KEY, apiKeyText, CLIENT_ID, CLIENT_KEYS, writeKey } from '../support/rsa/keys.ts';

interface Row {
  readonly check: string;
  readonly state: string;
  readonly finding: string;
  readonly remedy?: string;
}

async function look({ run }: Helpdesk, environment: Record<string, string>, ...more: string[]) {
  const { exit, stdout } = await run(['doctor', '-o', 'json', ...more].join(' '), { environment });
  const rows = JSON.parse(stdout) as Row[];
  return {
    exit,
    stdout,
    key: rows.find(({ check }) => check === 'RSA key'),
    rsa: rows.find(({ check }) => check === 'RSA'),
  };
}

describe('doctor at RSA', () => {
  it('reads the key and looks up what nobody has: it changes nothing', async () => {
    const desk = await helpdesk();
    const { exit, key, rsa } = await look(desk, desk.environment);
    expect({ exit, key: key?.state, rsa: rsa?.state }).toEqual({ exit: 0, key: 'ok', rsa: 'ok' });
    expect(desk.rsa.received.map(({ path }) => path)).toEqual([LOOKUP]);
  });

  it('is asked for nothing where nothing leads to it', async () => {
    const desk = await helpdesk();
    expect(await look(desk, {})).toMatchObject({ exit: 0, key: undefined, rsa: undefined });
    const named = await look(desk, desk.environment, '--store', join(desk.home, 'a.db'));
    expect(named).toMatchObject({ exit: 0, key: undefined, rsa: undefined });
    expect(desk.rsa.received).toEqual([]);
  });

  it('fails where the key is not there, is open to others, is no key, or its URL is none, before it asks', async () => {
    const desk = await helpdesk();
    const file = (text: string, mode = 0o600) => {
      const path = join(desk.home, 'some.key');
      writeFileSync(path, text);
      chmodSync(path, mode);
      return { OTPCTL_RSA_KEY_FILE: path };
    };
    const cases: readonly (readonly [() => Record<string, string>, RegExp])[] = [
      [() => ({ OTPCTL_RSA_KEY_FILE: '/nonexistent' }), /nonexistent/],
      [() => file(apiKeyText(desk.rsa.url), 0o644), /others/],
      [() => file('no json'), /cannot be read/],
      [() => file(CLIENT_KEYS.RS256.jwk), /accessID/],
      [() => file(apiKeyText(desk.rsa.url, { accessKey: ACCESS_KEY.slice(0, 99) })), /accessKey .* cannot be read/],
      [() => file(apiKeyText('http://rsa.example.com')), /must begin with https/],
      [() => file(apiKeyText('nowhere')), /not a URL/],
      [() => ({ OTPCTL_RSA_URL: desk.rsa.url }), /and no key/],
      [() => ({ OTPCTL_RSA_KEY: apiKeyText(desk.rsa.url), OTPCTL_RSA_KEY_FILE: 'x' }), /both set/],
    ];
    for (const [environment, finding] of cases) {
      const { exit, key, rsa, stdout } = await look(desk, environment());
      expect({ exit, key }).toEqual({
        exit: 1,
        key: {
          check: 'RSA key',
          state: 'failure',
          finding: expect.stringMatching(finding),
          remedy: expect.any(String),
        },
      });
      expect(rsa).toBeUndefined();
      expect(stdout).not.toContain(ACCESS_KEY.split('\n')[1]);
    }
    expect(desk.rsa.received).toEqual([]);
  });

  it('fails where RSA does not take the key, or is not there', async () => {
    const desk = await helpdesk();
    const nowhere = await look(desk, { OTPCTL_RSA_KEY: apiKeyText('http://127.0.0.1:1') });
    expect(nowhere).toMatchObject({
      exit: 1,
      key: { state: 'ok' },
      rsa: { state: 'failure', remedy: expect.stringMatching(/./) },
    });
    const other = await look(desk, { OTPCTL_RSA_KEY: apiKeyText(desk.rsa.url, { accessID: 'somebody-else' }) });
    expect(other).toMatchObject({
      exit: 1,
      key: { state: 'ok' },
      rsa: { state: 'failure', remedy: expect.stringMatching(/./) },
    });
  });

  it('looks at the client of a profile, and says what the profile lets it do', async () => {
    const scopes = ['rsa.authenticator.ds100.read', 'rsa.user.read'];
    const desk = await helpdesk({ client: { algorithm: 'ES256', scopes } });
    const config = (url: string, of: readonly string[]) =>
      [
        '[profiles.team.rsa]',
        ...Object.entries({ url, issuer: desk.rsa.issuer, clientId: CLIENT_ID }).map(
          ([key, text]) => `${key} = "${text}"`,
        ),
        `privateKeyFile = "${writeKey(desk.home, CLIENT_KEYS.ES256.jwk)}"`,
        `scopes = ${JSON.stringify(of)}`,
        '',
      ].join('\n');
    const folder = join(desk.home, '.config/otpctl');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.toml'), config(desk.rsa.url, scopes), { mode: 0o600 });
    const { exit, rsa } = await look(desk, {}, '--profile', 'team');
    expect({ exit, rsa }).toEqual({
      exit: 0,
      rsa: { check: 'RSA', state: 'ok', finding: expect.stringContaining(scopes.join(' ')) },
    });
    writeFileSync(join(folder, 'config.toml'), config(desk.rsa.url, ['rsa.user.read']), { mode: 0o600 });
    expect(await look(desk, {}, '--profile', 'team')).toMatchObject({
      exit: 1,
      rsa: { state: 'failure', finding: 'the OAuth client has no permission rsa.authenticator.ds100.read' },
    });
  });
});
