import { beforeEach, describe, expect, it } from 'vitest';
import { type Certificates, certificates } from '../support/certificate-files.ts';
import { connectProxy } from '../support/connect-proxy.ts';
import { LOOKUP, TOKEN } from '../support/rsa/fake-rsa.ts';
import { type Helpdesk, helpdesk, SERIAL } from '../support/rsa/helpdesk.ts';
import { apiKeyText, CLIENT_ID, CLIENT_KEYS, writeKey } from '../support/rsa/keys.ts';
import { needs } from '../support/tools.ts';

const identityOf = (own: Certificates) => ({ key: own.text('server', 'key'), cert: own.text('server', 'pem') });

/** A profile that leads to RSA behind a certificate of nobody's, and the authority that vouches for it. */
async function behindTls(client?: 'ES256') {
  const own = certificates();
  const desk = await helpdesk({
    tls: identityOf(own),
    ...(client && { client: { algorithm: client, scopes: ['rsa.authenticator.ds100.read'] } }),
  });
  const key = client
    ? `--rsa-private-key-file ${writeKey(desk.home, CLIENT_KEYS[client].jwk)} --rsa-issuer ${desk.rsa.issuer} --rsa-client-id ${CLIENT_ID}`
    : `--rsa-key-file ${writeKey(desk.home, apiKeyText(desk.rsa.url))}`;
  const nobody = { environment: {} };
  await desk.run(
    `profile add rsa --rsa-url ${desk.rsa.url} ${key} --rsa-ca-file ${own.path('ca', 'pem')} --default`,
    nobody,
  );
  return desk;
}

const show = ({ run }: Helpdesk, environment: Record<string, string>, more = '') =>
  run(`ds100 show ${SERIAL} --profile rsa${more}`, { environment });

describe('a certificate of RSA', () => {
  beforeEach((context) => needs(context, 'openssl'));

  it('is refused unless somebody vouches for it, and no token goes there', async () => {
    const desk = await helpdesk({ tls: identityOf(certificates()) });
    const { exit, stderr } = await desk.run(`ds100 show ${SERIAL}`);
    expect({ exit, stderr }).toMatchObject({ exit: 7, stderr: expect.stringContaining('does not prove that it is') });
    expect(stderr).toContain('caFile in the profile');
    expect(desk.rsa.received).toEqual([]);
  });

  it('is taken by the authority of the profile, at the issuer too', async () => {
    for (const desk of [await behindTls(), await behindTls('ES256')]) {
      expect(await show(desk, {})).toMatchObject({ exit: 0 });
      expect(desk.rsa.complaints).toEqual([]);
    }
  });

  it('wants a file that is there', async () => {
    const desk = await helpdesk();
    const key = writeKey(desk.home, apiKeyText(desk.rsa.url));
    const own = { environment: {} };
    await desk.run(`profile add rsa --rsa-key-file ${key} --rsa-ca-file /nonexistent --default`, own);
    expect(await show(desk, {})).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('the CA certificate /nonexistent is not there'),
    });
  });
});

describe('a proxy', () => {
  beforeEach((context) => needs(context, 'openssl'));

  it('is used for https as the environment says, and sees no token', async () => {
    const desk = await behindTls();
    const proxy = await connectProxy();
    expect(await show(desk, { HTTPS_PROXY: proxy.url })).toMatchObject({ exit: 0 });
    expect(proxy.seen).toHaveLength(1);
    expect(proxy.seen.join('\n')).not.toContain('Bearer');
    for (const environment of [
      { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' },
      { https_proxy: proxy.url, no_proxy: '127.0.0.1' },
      { HTTPS_PROXY: '' },
    ]) {
      expect(await show(desk, environment)).toMatchObject({ exit: 0 });
    }
    expect(proxy.seen).toHaveLength(1);
  });

  it('that is no URL is said to be none, without the password in it', async () => {
    const { exit, stderr } = await show(await behindTls(), { HTTPS_PROXY: 'http://ada:hunter2@127.0.0.1:99999' });
    expect({ exit, stderr }).toEqual({
      exit: 2,
      stderr: expect.stringMatching(/^error: HTTPS_PROXY is not the URL of a proxy$(?![\s\S]*hunter2)/m),
    });
  });

  it('is asked for the issuer too', async () => {
    const desk = await behindTls('ES256');
    const proxy = await connectProxy();
    expect(await show(desk, { https_proxy: proxy.url })).toMatchObject({ exit: 0 });
    expect(desk.rsa.to(TOKEN)).toHaveLength(1);
    expect(proxy.seen.length).toBeGreaterThan(0);
  });

  it('is not used for http, which goes to loopback alone', async () => {
    const { run, environment } = await helpdesk();
    const proxy = await connectProxy();
    expect(
      await run(`ds100 show ${SERIAL}`, { environment: { ...environment, HTTPS_PROXY: proxy.url } }),
    ).toMatchObject({ exit: 0 });
    expect(proxy.seen).toEqual([]);
  });
});

describe('--insecure-http', () => {
  it('allows http to another host than loopback, for a run and for its undo', async () => {
    const { rsa, run, environment } = await helpdesk();
    // To this machine, by a name that is not that of loopback.
    const elsewhere = { environment: { ...environment, OTPCTL_RSA_URL: rsa.url.replace('127.0.0.1', '0.0.0.0') } };
    expect(await run(`ds100 show ${SERIAL}`, elsewhere)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('--insecure-http'),
    });
    expect(rsa.received).toEqual([]);
    expect(await run(`ds100 show ${SERIAL} --insecure-http`, elsewhere)).toMatchObject({ exit: 0 });
    const list = { ...elsewhere, stdin: `${SERIAL}\n` };
    expect(await run('ds100 disable --from -', list)).toMatchObject({ exit: 2 });
    expect(await run('ds100 disable --from - --insecure-http', list)).toMatchObject({ exit: 0 });
    expect(await run('bulk undo ds100-1 --yes --insecure-http', elsewhere)).toMatchObject({ exit: 0 });
  });
});

describe('--timeout', () => {
  it('is that of one try', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, ...Array(4).fill({ silence: 'hang' }));
    expect(await run(`ds100 show ${SERIAL} --timeout 1s`)).toMatchObject({
      exit: 7,
      stderr: expect.stringContaining('did not answer within 1 seconds'),
    });
    expect(rsa.to(LOOKUP)).toHaveLength(4);
  }, 20_000);
});
