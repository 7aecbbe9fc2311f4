import { describe, expect, it } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { testServer } from '../support/server.ts';

const from = (remoteAddress: string, authorization: string) => ({
  url: '/otpctl/v1/whoami',
  remoteAddress,
  headers: { authorization },
});

describe('the limits of a client', () => {
  it('stop wrong keys at twenty a minute, and no good one with them', async () => {
    const { app, clock, key } = await testServer();
    const good = `Bearer ${await key('query')}`;
    const stolen = `Basic ${Buffer.from('key1:x').toString('base64')}`;
    for (let tried = 0; tried < 20; tried++) {
      expect((await app.inject(from('203.0.113.1', 'Bearer wrong'))).statusCode).toBe(401);
    }
    for (const authorization of ['Bearer wrong', stolen, 'Negotiate abc', `${good}0`]) {
      const { statusCode, headers } = await app.inject(from('203.0.113.1', authorization));
      expect({ statusCode, after: headers['retry-after'] }).toEqual({ statusCode: 429, after: '60' });
      expect((await app.inject(from('203.0.113.1', good))).statusCode).toBe(200);
    }
    expect((await app.inject(from('203.0.113.2', 'Bearer wrong'))).statusCode).toBe(401);
    clock.advance(59);
    expect((await app.inject(from('203.0.113.1', 'Bearer wrong'))).headers['retry-after']).toBe('1');
    clock.advance(1);
    expect((await app.inject(from('203.0.113.1', 'Bearer wrong'))).statusCode).toBe(401);
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

  it('count codes for each key and address, and none that was accepted', async () => {
    const { app, backend, clock, key } = await testServer({ limits: { codes: 2 } });
    const secret = Secret.ofText('12345678901234567890');
    await backend.create({ type: 'HOTP', user: 'ada', secret }, { actor: 'tester' });
    const code = (counter: number) => hotp(secret, BigInt(counter), { algorithm: 'SHA1', digits: 6 });
    const [portal, other] = [await key('verify'), await key('verify')];
    const verify = async (text: string, shown: string, remoteAddress = '203.0.113.1') => {
      const { statusCode } = await app.inject({
        method: 'POST',
        url: '/otpctl/v1/devices/1/verify',
        remoteAddress,
        headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json' },
        payload: { code: shown },
      });
      return statusCode;
    };
    for (let counter = 0; counter < 5; counter++) {
      expect(await verify(portal, code(counter))).toBe(200);
    }
    for (const status of [200, 200, 429, 429]) expect(await verify(portal, 'x')).toBe(status);
    expect(await verify(portal, code(5))).toBe(429);
    expect(await verify(other, 'x')).toBe(200);
    expect(await verify(portal, 'x', '203.0.113.2')).toBe(200);
    clock.advance(60);
    expect(await verify(portal, code(5))).toBe(200);
  });

  it('are of all requests only where they are set', async () => {
    const { app, clock } = await testServer({ limits: { requests: 5 } });
    for (let asked = 0; asked < 5; asked++) expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(429);
    clock.advance(60);
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });

  it('of all requests take nothing from a good key for what others ask behind its address', async () => {
    const { app, key } = await testServer({ limits: { requests: 3 } });
    const [one, two] = [`Bearer ${await key('query')}`, `Bearer ${await key('query')}`];
    const ask = async (authorization: string) => (await app.inject(from('203.0.113.1', authorization))).statusCode;
    const asked = async (authorization: string) => {
      const statuses: number[] = [];
      for (let sent = 0; sent < 4; sent++) statuses.push(await ask(authorization));
      return statuses;
    };
    expect(await asked('Bearer wrong')).toEqual([401, 401, 401, 429]);
    expect(await asked(one)).toEqual([200, 200, 200, 429]);
    expect(await asked(two)).toEqual([200, 200, 200, 429]);
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

  it('count all of loopback as one client', async () => {
    const { app } = await testServer({ limits: { failedAuthentications: 1 } });
    const status = async (address: string) => (await app.inject(from(address, 'Bearer wrong'))).statusCode;
    expect(await status('127.0.0.1')).toBe(401);
    for (const address of ['127.0.0.2', '127.255.255.254', '::1', '::ffff:127.0.0.3']) {
      expect({ address, status: await status(address) }).toEqual({ address, status: 429 });
    }
  });
});
