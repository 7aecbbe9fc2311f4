import { describe, expect, it } from 'vitest';
import type { MessengerDeps } from '../../src/delivery/messenger.ts';
import { startProvider } from '../support/provider.ts';
import { call, failureOf } from '../support/provider-call.ts';

describe('a private address', () => {
  const REFUSED = [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:7f00:1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
  ];
  const ALLOWED = [
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '169.253.1.1',
    '2606:4700::1111',
    '64:ff9b::8.8.8.8',
    '::ffff:8.8.8.8',
  ];
  const isPrivate = async (url: string, deps: Partial<MessengerDeps> = {}) => {
    const message = await failureOf({ url, allowPrivateHosts: false }, { limit: 100, ...deps });
    return / has the private address /.test(message);
  };
  const family = (address: string) => (address.includes(':') ? 6 : 4);

  it.each(REFUSED)('%s is not called, by name or as it is', async (address) => {
    const lookup = async () => [{ address, family: family(address) }];
    expect(await isPrivate('https://sms.example.com/', { lookup })).toBe(true);
    expect(await isPrivate(`https://${family(address) === 6 ? `[${address}]` : address}/`)).toBe(true);
  });

  it.each([
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://0/',
    'https://127.0.0.1./',
    'https://①②⑦.0.0.1/',
    'https://localhost/',
    'https://169.254.169.254.:80/',
    'https://[0:0:0:0:0:ffff:7f00:1]/',
    'https://user@127.0.0.1/',
    'https://%31%32%37.0.0.1/',
  ])('is not called when it is written as %s', async (url) => {
    // The machine's own look-up of a name takes as long as it likes.
    expect(await isPrivate(url, { limit: 60_000 })).toBe(true);
  });

  it('among several is enough', async () => {
    const lookup = async () => [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    expect(await isPrivate('https://sms.example.com/', { lookup })).toBe(true);
  });

  it('is named with the setting that allows it', async () => {
    expect(await failureOf({ url: 'https://localhost/', channel: 'voice', allowPrivateHosts: false })).toMatch(
      /^the voice message was not sent: localhost has the private address (127\.0\.0\.1|::1) if that is meant: {2}otpctl settings set voice\.allowPrivateHosts=true$/,
    );
  });

  it.each(ALLOWED)('is not what %s is', async (address) => {
    const lookup = async () => [{ address, family: family(address) }];
    expect(await isPrivate('https://sms.example.com/', { lookup })).toBe(false);
  });

  it('cannot be had by answering twice: the address that was looked at is called', async () => {
    const { port, calls } = await startProvider();
    let asked = 0;
    const lookup = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.255.255.1', family: 4 }];
    await call({ url: `http://localhost:${port}/` }, { lookup });
    expect([asked, calls.length]).toEqual([1, 1]);
  });

  it('is called without TLS only when it is loopback and allowed', async () => {
    const { port, calls } = await startProvider();
    const url = `http://localhost:${port}/`;
    const lookup = async () => [{ address: '192.168.1.1', family: 4 }];
    expect(await failureOf({ url }, { lookup })).toMatch(/localhost would be called without TLS/);
    expect(await failureOf({ url, allowPrivateHosts: false })).toMatch(/private address/);
    expect(calls).toEqual([]);
    await call({ url: `http://127.0.0.1:${port}/` });
    expect(calls).toHaveLength(1);
  });
});
