import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../src/server/rate-limiter.ts';
import { fixedClock } from '../support/fixed.ts';
import { testServer } from '../support/server.ts';

const from = (remoteAddress: string, authorization: string) => ({
  url: '/otpctl/v1/whoami',
  remoteAddress,
  headers: { authorization },
});

describe('the limits of a client', () => {
  it('stop wrong keys at twenty a minute, before they are looked at', async () => {
    const { app, clock, key } = await testServer();
    const good = `Bearer ${await key('query')}`;
    for (let tried = 0; tried < 20; tried++) {
      expect((await app.inject(from('203.0.113.1', 'Bearer wrong'))).statusCode).toBe(401);
    }
    for (const authorization of ['Bearer wrong', good]) {
      const { statusCode, headers } = await app.inject(from('203.0.113.1', authorization));
      expect({ statusCode, after: headers['retry-after'] }).toEqual({ statusCode: 429, after: '60' });
    }
    expect((await app.inject(from('203.0.113.2', good))).statusCode).toBe(200);
    clock.advance(59);
    expect((await app.inject(from('203.0.113.1', good))).headers['retry-after']).toBe('1');
    clock.advance(1);
    expect((await app.inject(from('203.0.113.1', good))).statusCode).toBe(200);
  });

  it('do not count who asks without a key', async () => {
    const { app, key } = await testServer();
    for (let tried = 0; tried < 30; tried++) {
      expect((await app.inject({ url: '/otpctl/v1/whoami', remoteAddress: '203.0.113.1' })).statusCode).toBe(401);
    }
    expect((await app.inject(from('203.0.113.1', `Bearer ${await key('query')}`))).statusCode).toBe(200);
  });

  it('stop codes at 120 a minute, and nothing else with them', async () => {
    const { backend, clock, key, send } = await testServer({
      mounts: [(app) => void app.post('/scim/v2/OtpDevice/:id/responseChallenge', async () => ({ success: false }))],
    });
    await backend.create({ type: 'TOTP', user: 'ada' }, { actor: 'tester' });
    const text = await key('super');
    for (let tried = 0; tried < 120; tried++) {
      const url = ['/otpctl/v1/devices/1/verify', '/scim/v2/OtpDevice/1/responseChallenge'][tried % 2] ?? '';
      expect((await send('POST', url, text, { code: 'x' })).status).toBe(200);
    }
    for (const [url, body] of [
      ['/otpctl/v1/devices/1/verify', { code: 'x' }],
      ['/otpctl/v1/devices/1/resync', { codes: ['x', 'y'] }],
      ['/scim/v2/OtpDevice/1/responseChallenge', {}],
      ['//scim/v2//OtpDevice/1/responseChallenge', {}],
    ] as const) {
      const { status, headers } = await send('POST', url, text, body);
      expect({ url, status, after: headers['retry-after'] }).toEqual({ url, status: 429, after: '60' });
    }
    expect((await send('GET', '/otpctl/v1/devices/1', text)).status).toBe(200);
    clock.advance(60);
    expect((await send('POST', '/otpctl/v1/devices/1/verify', text, { code: 'x' })).status).toBe(200);
  });

  it('are of all requests only where they are set', async () => {
    const { app, clock } = await testServer({ limits: { requests: 5 } });
    for (let asked = 0; asked < 5; asked++) expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(429);
    clock.advance(60);
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });

  it('go by the last address that a trusted proxy wrote, and by the proxy where it is not trusted', async () => {
    const ask = async (trustProxy: boolean, remoteAddress: string, forwarded: string) => {
      const { app } = await testServer({ trustProxy, limits: { failedAuthentications: 1 } });
      const send = (address: string) =>
        app.inject({
          url: '/otpctl/v1/whoami',
          remoteAddress,
          headers: { authorization: 'Bearer wrong', 'x-forwarded-for': address },
        });
      await send(forwarded);
      return [(await send(forwarded)).statusCode, (await send('198.51.100.9')).statusCode];
    };
    expect(await ask(true, '127.0.0.1', '203.0.113.1')).toEqual([429, 401]);
    expect(await ask(true, '10.0.0.3', 'made.up, 203.0.113.1')).toEqual([429, 401]);
    expect(await ask(false, '127.0.0.1', '203.0.113.1')).toEqual([429, 429]);
    // Whoever comes from afar is no proxy of ours.
    expect(await ask(true, '203.0.113.77', '203.0.113.1')).toEqual([429, 429]);
    expect(await ask(true, '127.0.0.1', 'nonsense')).toEqual([429, 401]);
  });

  it('count a network of IPv6 as one client', async () => {
    const { app } = await testServer({ limits: { failedAuthentications: 1 } });
    const status = async (address: string) => (await app.inject(from(address, 'Bearer wrong'))).statusCode;
    expect(await status('2001:db8:1:2::1')).toBe(401);
    expect(await status('2001:db8:1:2:ffff:ffff:ffff:ffff')).toBe(429);
    expect(await status('2001:db8:1:3::1')).toBe(401);
    expect(await status('::ffff:203.0.113.1')).toBe(401);
    expect(await status('203.0.113.1')).toBe(429);
  });

  it('remember a bounded number of clients', () => {
    const clock = fixedClock();
    const limiter = createRateLimiter(clock, 1, 100);
    for (let client = 0; client < 10_000; client++) limiter.count(`client${client}`);
    expect(limiter.size()).toBe(100);
    expect(limiter.wait('client9999')).toBe(60);
    expect(limiter.wait('client1')).toBe(0);
  });

  it('do not last when the clock was set back', () => {
    const clock = fixedClock();
    const limiter = createRateLimiter(clock, 1, 100);
    limiter.count('x');
    clock.advance(-3600);
    expect(limiter.wait('x')).toBe(0);
  });
});
