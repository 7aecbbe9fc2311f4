import { describe, expect, it } from 'vitest';
import { OtpctlError } from '../../src/domain/errors.ts';
import type { Messenger } from '../../src/ports/messenger.ts';
import { parseProxies } from '../../src/server/network/proxies.ts';
import { CHANNELS } from '../support/channels.ts';
import { testServer } from '../support/server.ts';

const ORIGIN = { actor: 'tester' };

describe('/healthz and /readyz', () => {
  it('say that it runs, and whether the store answers', async () => {
    let broken = false;
    const { send, logged } = await testServer({}, {}, (backend) => ({
      ...backend,
      find: async (id) => {
        if (broken) throw new OtpctlError('store-busy', 'the store /secret/place.db is busy');
        return backend.find(id);
      },
    }));
    expect(await send('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await send('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    broken = true;
    const { status, text } = await send('GET', '/readyz');
    expect(status).toBe(503);
    expect(text).not.toContain('/secret/place.db');
    expect(logged()).toContain('/secret/place.db');
    expect((await send('GET', '/healthz')).status).toBe(200);
  });

  it('of a store that is away, the rest says no more than that', async () => {
    const { key, send } = await testServer({}, {}, (backend) => ({
      ...backend,
      count: async () => {
        throw new OtpctlError('disk', 'the disk of the store /secret/place.db failed');
      },
    }));
    const answer = await send('GET', '/otpctl/v1/devices', await key('query'));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { error: { code: 'disk' } } });
    expect(answer.text).not.toContain('/secret');
  });
});

describe('/metrics', () => {
  const samples = (text: string) =>
    Object.fromEntries(
      text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );

  it('need a key from elsewhere, and none on this machine', async () => {
    const { app, key } = await testServer({ trustProxy: parseProxies(['127.0.0.1']) });
    const status = async (remoteAddress: string, headers: Record<string, string> = {}) =>
      (await app.inject({ url: '/metrics', remoteAddress, headers })).statusCode;
    expect(await status('127.0.0.1')).toBe(200);
    expect(await status('::1')).toBe(200);
    expect(await status('203.0.113.1')).toBe(401);
    expect(await status('127.0.0.1', { 'x-forwarded-for': '203.0.113.1' })).toBe(401);
    expect(await status('127.0.0.1', { forwarded: 'for=203.0.113.1' })).toBe(401);
    expect(await status('203.0.113.1', { 'x-forwarded-for': '127.0.0.1' })).toBe(401);
    expect(await status('127.0.0.1', { 'x-forwarded-for': '127.0.0.1' })).toBe(401);
    expect(await status('203.0.113.1', { authorization: `Bearer ${await key('audit')}` })).toBe(200);
  });

  it('count requests by route and status, with their latency', async () => {
    const { key, send } = await testServer();
    const text = await key('query');
    await send('GET', '/otpctl/v1/devices/1', text);
    await send('GET', '/otpctl/v1/devices/2', text);
    await send('GET', '/otpctl/v1/devices', text);
    await send('GET', '/nothing/"quoted"', text);
    const metrics = await send('GET', '/metrics');
    expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(samples(metrics.text)).toMatchObject({
      'otpctl_http_requests_total{method="GET",route="/otpctl/v1/devices/:id",status="404"}': 2,
      'otpctl_http_requests_total{method="GET",route="/otpctl/v1/devices",status="200"}': 1,
      'otpctl_http_requests_total{method="GET",route="none",status="404"}': 1,
      'otpctl_http_request_duration_seconds_count{route="/otpctl/v1/devices/:id"}': 2,
      'otpctl_http_request_duration_seconds_bucket{route="/otpctl/v1/devices/:id",le="+Inf"}': 2,
    });
    expect(metrics.text).toMatch(/^# TYPE otpctl_http_request_duration_seconds histogram$/m);
  });

  it('count verifications, locks and messages', async () => {
    let works = true;
    const messenger: Messenger = {
      prepare: () => async () => {
        if (!works) throw new OtpctlError('delivery-failed', 'the provider is away');
      },
    };
    const { backend, key, send } = await testServer({}, { messenger });
    await backend.settings.change(CHANNELS, ORIGIN);
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    await backend.create({ type: 'EMAIL', user: 'ada', email: 'ada@example.com' }, ORIGIN);
    await backend.create({ type: 'SMS', user: 'ada', phone: '+34666555444' }, ORIGIN);
    const text = await key('super');
    for (let tried = 0; tried < 12; tried++)
      await send('POST', '/otpctl/v1/devices/1/verify', text, { code: '000000' });
    await send('POST', '/otpctl/v1/devices/2/challenge', text, {});
    await send('POST', '/otpctl/v1/devices/2/challenge', text, {});
    works = false;
    await send('POST', '/otpctl/v1/devices/3/challenge', text, {});
    await send('POST', '/otpctl/v1/devices/3/lock', text);
    await send('POST', '/otpctl/v1/devices/3/lock', text);
    const counted = samples((await send('GET', '/metrics')).text);
    expect(counted).toMatchObject({
      'otpctl_verifications_total{type="TOTP",result="rejected"}': 12,
      'otpctl_locks_total{type="TOTP",by="fails"}': 1,
      'otpctl_locks_total{type="SMS",by="administrator"}': 1,
      'otpctl_messages_total{channel="email",result="sent"}': 1,
      'otpctl_messages_total{channel="sms",result="failed"}': 1,
    });
  });
});
