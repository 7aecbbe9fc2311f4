import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Helpdesk, helpdesk, SERIAL } from '../support/rsa/helpdesk.ts';
import { apiKeyText, CLIENT_ID, CLIENT_KEYS } from '../support/rsa/keys.ts';

const READ = 'rsa.authenticator.ds100.read';
const nobody = { environment: {} };
const login = ({ run }: Helpdesk, key: string) =>
  run('profile login team --rsa-key-stdin', { ...nobody, stdin: `${key}\n` });

describe('profile login --rsa-key-stdin', () => {
  it('keeps the text of a key file, by which the ds100 commands and profile status work', async () => {
    const desk = await helpdesk();
    await desk.run(`profile add team --rsa-url ${desk.rsa.url} --default`, nobody);
    expect(await desk.run(`ds100 show ${SERIAL} --profile team`, nobody)).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining('profile login team --rsa-key-stdin'),
    });
    expect(await login(desk, apiKeyText(desk.rsa.url))).toMatchObject({ exit: 0 });
    expect(await desk.run(`ds100 show ${SERIAL} --profile team`, nobody)).toMatchObject({ exit: 0 });
    const status = await desk.run('profile status team -o json', nobody);
    expect(status).toMatchObject({ exit: 0, stdout: expect.stringContaining('"rsa": "the key works"') });
    expect(readFileSync(join(desk.home, '.config/otpctl/config.toml'), 'utf8')).not.toContain('PRIVATE');
    expect(desk.rsa.complaints).toEqual([]);
  });

  it.each(['RS256', 'ES256'] as const)('keeps the JWK of an OAuth client (%s), which works too', async (algorithm) => {
    const desk = await helpdesk({ client: { algorithm, scopes: [READ] } });
    const { url, issuer } = desk.rsa;
    await desk.run(
      `profile add team --rsa-url ${url} --rsa-issuer ${issuer} --rsa-client-id ${CLIENT_ID} --default`,
      nobody,
    );
    expect(await login(desk, CLIENT_KEYS[algorithm].jwk)).toMatchObject({ exit: 0 });
    expect(await desk.run(`ds100 show ${SERIAL} --profile team`, nobody)).toMatchObject({ exit: 0 });
    expect(await desk.run('profile status team -o json', nobody)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('"rsa": "the key works"'),
    });
    expect(desk.rsa.complaints).toEqual([]);
  });

  it('refuses a key of the other kind than the profile has, and keeps what it had', async () => {
    const desk = await helpdesk();
    await desk.run(`profile add team --rsa-url ${desk.rsa.url} --default`, nobody);
    await login(desk, apiKeyText(desk.rsa.url));
    expect(await login(desk, CLIENT_KEYS.ES256.jwk)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('JWK of an OAuth client'),
    });
    expect(await desk.run(`ds100 show ${SERIAL} --profile team`, nobody)).toMatchObject({ exit: 0 });
    const { url, issuer } = desk.rsa;
    const oauth = `--rsa-url ${url} --rsa-issuer ${issuer} --rsa-client-id ${CLIENT_ID}`;
    await desk.run(`profile add client ${oauth} --default`, nobody);
    const wrong = { ...nobody, stdin: apiKeyText(url) };
    expect(await desk.run('profile login client --rsa-key-stdin', wrong)).toMatchObject({ exit: 2 });
  });

  it('says so when the profile does not lead to RSA', async () => {
    const { run } = await helpdesk();
    const { exit, stderr } = await run('profile login local --rsa-key-stdin', { ...nobody, stdin: apiKeyText('x') });
    expect({ exit, stderr }).toMatchObject({ exit: 0, stderr: expect.stringContaining('[profiles.local.rsa]') });
  });
});

describe('profile status', () => {
  it('says whether a key that the environment brings works', async () => {
    const { rsa, home, run } = await helpdesk();
    expect(await run('profile status -o json')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('"rsa": "the key works"'),
    });
    rsa.instead('/v1/ds100/lookup', { status: 403, body: { code: '403 FORBIDDEN', description: 'no' } });
    expect(await run('profile status -o json')).toMatchObject({ exit: 4 });
    const broken = join(home, 'broken.key');
    writeFileSync(broken, '{"accessID":"x"}', { mode: 0o600 });
    const { exit, stdout } = await run('profile status -o json', { environment: { OTPCTL_RSA_KEY_FILE: broken } });
    expect({ exit, rsa: JSON.parse(stdout).rsa }).toEqual({ exit: 4, rsa: expect.stringContaining('accessKey') });
  });
});
