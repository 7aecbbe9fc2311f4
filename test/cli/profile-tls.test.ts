import { beforeEach, describe, expect, it } from 'vitest';
import { type Certificates, certificates } from '../support/certificate-files.ts';
import { json, otpctl } from '../support/cli.ts';
import { connectProxy } from '../support/connect-proxy.ts';
import { temporaryHome } from '../support/home.ts';
import { scimDoor } from '../support/scim-door.ts';
import { needs } from '../support/tools.ts';

const TOKEN = 'canary-71ab';
const OPENS = `Bearer ${TOKEN}`;

beforeEach((context) => needs(context, 'openssl'));

const identityOf = (own: Certificates) => ({ key: own.text('server', 'key'), cert: own.text('server', 'pem') });

function add(url: string, more: readonly string[], environment: Record<string, string> = {}) {
  const line = ['profile', 'add', 'work', '--url', `${url}/scim/v2`, '--token-stdin', ...more];
  return otpctl(line, { home: temporaryHome(), stdin: TOKEN, environment });
}

describe('a server with a certificate', () => {
  it('is refused unless somebody vouches for it, and sees no credential', async () => {
    const own = certificates();
    const door = await scimDoor({ opens: OPENS, tls: identityOf(own) });
    expect(await add(door.origin, [])).toMatchObject({ exit: 7, stderr: expect.stringContaining('--ca-file FILE') });
    expect(await add(door.origin, ['--ca-file', certificates().path('ca', 'pem')])).toMatchObject({ exit: 7 });
    expect(door.requests).toEqual([]);
    expect(await add(door.origin, ['--ca-file', own.path('ca', 'pem')])).toMatchObject({ exit: 0 });
    expect(await add(door.origin, ['--ca-file', '/nonexistent'])).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('the CA certificate /nonexistent is not there'),
    });
  });

  it('may want one of the client too', async () => {
    const own = certificates();
    const tls = { ...identityOf(own), ca: own.text('ca', 'pem'), requestCert: true, rejectUnauthorized: true };
    const door = await scimDoor({ opens: OPENS, tls });
    const ca = ['--ca-file', own.path('ca', 'pem')];
    const client = ['--client-cert-file', own.path('client', 'pem'), '--client-key-file', own.path('client', 'key')];
    expect(await add(door.origin, ca)).toMatchObject({ exit: 7 });
    expect(await add(door.origin, [...ca, ...client])).toMatchObject({ exit: 0 });
  });
});

describe('a proxy', () => {
  it('is used for https as the environment says, and sees no credential', async () => {
    const own = certificates();
    const door = await scimDoor({ opens: OPENS, tls: identityOf(own) });
    const ca = ['--ca-file', own.path('ca', 'pem')];
    const proxy = await connectProxy();
    expect(await add(door.origin, ca, { HTTPS_PROXY: proxy.url })).toMatchObject({ exit: 0 });
    expect(proxy.seen.length).toBeGreaterThan(0);
    expect(proxy.seen.join('\n')).not.toContain(TOKEN);

    proxy.seen.length = 0;
    expect(await add(door.origin, ca, { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' })).toMatchObject({ exit: 0 });
    expect(proxy.seen).toEqual([]);
  });

  it.each(['http://ada:hunter2@127.0.0.1:99999', 'ada:hunter2@proxy:3128', 'proxy:3128', 'socks5://ada:hunter2@proxy'])(
    'is not looked for at %s, which is said without a password',
    async (url) => {
      const environment = { HTTPS_PROXY: url, OTPCTL_TOKEN: TOKEN, OTPCTL_URL: 'https://127.0.0.1:9/scim/v2' };
      const list = await otpctl(['device', 'list'], { home: temporaryHome(), environment });
      expect(list).toMatchObject({ exit: 2, stderr: expect.stringContaining('HTTPS_PROXY is not the URL of a proxy') });
      const doctor = await otpctl(['doctor'], { home: temporaryHome(), environment });
      expect(doctor).toMatchObject({
        exit: 1,
        stdout: expect.stringContaining('HTTPS_PROXY is not the URL of a proxy'),
      });
      expect(JSON.stringify([list, doctor])).not.toContain('hunter2');
    },
  );

  it('is not used for http, which goes to loopback alone', async () => {
    const door = await scimDoor({ opens: OPENS });
    const proxy = await connectProxy();
    const environment = { HTTPS_PROXY: proxy.url, OTPCTL_TOKEN: TOKEN, OTPCTL_URL: door.origin };
    expect(await json(['profile', 'status'], { home: temporaryHome(), environment })).toMatchObject({ signedIn: true });
    expect(proxy.seen).toEqual([]);
  });
});
