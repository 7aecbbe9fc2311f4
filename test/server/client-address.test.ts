import { describe, expect, it } from 'vitest';
import { parseProxies } from '../../src/server/network/proxies.ts';
import { testServer } from '../support/server.ts';

/** Whom a request is counted as, by the line that it leaves in the log. */
async function clients(trusted: readonly string[]) {
  const { app, logged } = await testServer({ trustProxy: parseProxies(trusted) });
  return async (remoteAddress: string, forwarded: string | string[], more: Record<string, string> = {}) => {
    await app.inject({ url: '/healthz', remoteAddress, headers: { 'x-forwarded-for': forwarded, ...more } });
    return (JSON.parse(logged().trim().split('\n').at(-1) ?? '{}') as { client?: string }).client;
  };
}

const NO_PROXIES = ['', 'x', '10.0.0', '10.0.0.5/33', '10.0.0.0/-1', '::/129', '0.0.0.0/0', '::/0', '::ffff:0:0/96'];
const NO_WORDS = ['--base-url', '10.0.0.5 10.0.0.6', '10.0.0.5,', 'localhost', 'true', '10.0.0.5/', '10.0.0.5/8/8'];
const NO_ADDRESSES = [
  '',
  ' ',
  ',',
  'unknown',
  '_hidden',
  '203.0.113.1, ',
  '203.0.113.1, x',
  '256.0.0.1',
  '[::1',
  '1.2.3',
];
const NO_PORTS = ['203.0.113.1:', '203.0.113.1:x', '203.0.113.1:123456', '"203.0.113.1"', 'for=203.0.113.1'];

describe('the client behind a proxy', () => {
  it('is whom a named proxy says', async () => {
    const client = await clients(['10.0.0.5,192.168.7.0/24', '2001:db8:7::/48']);
    for (const [proxy, forwarded, expected] of [
      ['10.0.0.5', '203.0.113.1', '203.0.113.1'],
      ['::ffff:10.0.0.5', '203.0.113.1', '203.0.113.1'],
      ['::ffff:a00:5', '203.0.113.1', '203.0.113.1'],
      ['192.168.7.200', '203.0.113.1', '203.0.113.1'],
      ['2001:db8:7:1::9', '2001:db8:1::1', '2001:db8:1::1'],
      ['2001:db8:7:1::9%eth0', '2001:db8:1::1', '2001:db8:1::1'],
      ['10.0.0.5', '203.0.113.1:4711', '203.0.113.1'],
      ['10.0.0.5', '[2001:db8:1::1]:4711', '2001:db8:1::1'],
      ['10.0.0.5', '[2001:db8:1::1]', '2001:db8:1::1'],
      ['10.0.0.5', '::ffff:203.0.113.1', '203.0.113.1'],
      ['10.0.0.5', '::ffff:cb00:7101', '203.0.113.1'],
      ['10.0.0.5', 'fe80::1%eth0', 'fe80::1'],
    ] as const) {
      const found = await client(proxy, forwarded);
      expect({ proxy, forwarded, client: found }).toEqual({ proxy, forwarded, client: expected });
    }
  });

  it('is the last that no trusted proxy is, whatever it wrote before itself', async () => {
    const client = await clients(['10.0.0.5', '10.0.0.6']);
    expect(await client('10.0.0.5', 'made.up, 198.51.100.1, 203.0.113.1')).toBe('203.0.113.1');
    expect(await client('10.0.0.5', '198.51.100.1, 203.0.113.1, 10.0.0.6')).toBe('203.0.113.1');
    expect(await client('10.0.0.5', '10.0.0.6, 203.0.113.1, 10.0.0.6:80, 10.0.0.5')).toBe('203.0.113.1');
    expect(await client('10.0.0.5', ['198.51.100.1', '203.0.113.1, 10.0.0.6'])).toBe('203.0.113.1');
    expect(await client('10.0.0.5', ['198.51.100.1, 203.0.113.1', '10.0.0.6'])).toBe('203.0.113.1');
    // All the way through proxies: the first of them asks for itself.
    expect(await client('10.0.0.5', '10.0.0.6, 10.0.0.5')).toBe('10.0.0.6');
  });

  it('is the proxy where it says nothing that is an address', async () => {
    const client = await clients(['10.0.0.5', '10.0.0.6']);
    for (const garbage of [...NO_ADDRESSES, ...NO_PORTS]) {
      expect({ garbage, client: await client('10.0.0.5', garbage) }).toEqual({ garbage, client: '10.0.0.5' });
    }
    expect(await client('10.0.0.5', '203.0.113.1, x, 10.0.0.6')).toBe('10.0.0.6');
    // Of the two headers for one thing only one is read.
    expect(await client('10.0.0.5', '203.0.113.1', { forwarded: 'for=198.51.100.1' })).toBe('203.0.113.1');
  });

  it('is the other end of the connection where that is no named proxy, near as it may be', async () => {
    for (const trusted of [[], ['unix'], ['10.0.0.5', 'unix', '::1']]) {
      const client = await clients(trusted);
      for (const peer of ['127.0.0.1', '10.0.0.6', '192.168.7.1', '172.16.0.1', 'fd00::1', '203.0.113.77']) {
        expect({ trusted, peer, client: await client(peer, '198.51.100.1') }).toEqual({ trusted, peer, client: peer });
      }
    }
  });

  it.each([...NO_PROXIES, ...NO_WORDS])('is not taken from "%s"', (text) => {
    expect(() => parseProxies([text])).toThrow(
      expect.objectContaining({ code: 'invalid-value', hint: expect.stringContaining('--trust-proxy 10.0.0.5') }),
    );
  });

  it.each([
    ['::ffff:10.0.0.0/104', '10.9.9.9', true],
    ['::ffff:10.0.0.0/104', '11.0.0.1', false],
    ['10.0.0.5 , 192.168.7.0/24', '192.168.7.1', true],
    ['FD00::/8', 'fd12::1', true],
    ['::1', '::1', true],
    ['unix', 'local', true],
    ['10.0.0.5', 'local', false],
    ['unix', '127.0.0.1', false],
  ])('of the list %s: %s is %j', (list, address, expected) => {
    expect(parseProxies([list]).has(address)).toBe(expected);
  });
});
