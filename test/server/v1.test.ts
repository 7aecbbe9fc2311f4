import { describe, expect, it } from 'vitest';
import { timeStep, totp } from '../../src/domain/otp/totp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { testServer } from '../support/server.ts';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const codeAt = (now: number) =>
  totp(new Secret(Buffer.from('12345678901234567890')), timeStep(now, 30), { algorithm: 'SHA1', digits: 6 });

describe('/otpctl/v1', () => {
  it('makes a device with parameters, and shows its secret in that answer alone', async () => {
    const { key, send } = await testServer();
    const boss = await key('super');
    const made = await send('POST', '/otpctl/v1/devices', boss, {
      type: 'totp',
      user: 'ada',
      secret: SECRET,
      digits: 8,
      algorithm: 'SHA256',
      period: 60,
      issuer: 'Example',
    });
    const device = {
      id: '1',
      name: 'TOTP00000001',
      type: 'TOTP',
      user: 'ada',
      status: 'C',
      created: '2022-01-01T00:00:00Z',
      fails: 0,
    };
    expect(made).toMatchObject({ status: 201, headers: { location: '/otpctl/v1/devices/1' }, body: { device } });
    expect(made.body['otpauthUri']).toContain(`secret=${SECRET}`);
    const shown = await send('GET', '/otpctl/v1/devices/1', boss);
    expect(shown.body).toEqual({ ...device, digits: 8, algorithm: 'SHA256', period: 60, acceptedForSeconds: 180 });
    for (const url of ['/devices', '/devices/1', '/audit', '/audit/chain', '/challenged?user=ada'])
      expect((await send('GET', `/otpctl/v1${url}`, boss)).text).not.toContain(SECRET);
    const hotp = await send('POST', '/otpctl/v1/devices', boss, {
      type: 'HOTP',
      user: 'ada',
      counter: '9007199254740993',
    });
    expect(hotp.body['otpauthUri']).toContain('counter=9007199254740993');
  });

  it('verifies with the full verdict, once for each code', async () => {
    const { clock, key, send } = await testServer();
    const boss = await key('super');
    await send('POST', '/otpctl/v1/devices', boss, { type: 'TOTP', user: 'ada', secret: SECRET });
    const code = codeAt(clock.now());
    const verify = async () => (await send('POST', '/otpctl/v1/devices/1/verify', boss, { code })).body;
    expect(await verify()).toEqual({ id: '1', success: true, locked: false, status: 'V', fails: 0 });
    expect(await verify()).toEqual({ id: '1', success: false, locked: false, status: 'V', fails: 0 });
    const codes = [codeAt(clock.now() + 3000), codeAt(clock.now() + 3030)];
    expect((await send('POST', '/otpctl/v1/devices/1/resync', boss, { codes })).body).toMatchObject({ success: true });
    expect((await send('POST', '/otpctl/v1/devices/1/resync', boss, { codes: ['1'] })).status).toBe(400);
    expect((await send('POST', '/otpctl/v1/devices/7/verify', boss, { code })).status).toBe(404);
    expect((await send('POST', '/otpctl/v1/devices/1/verify', boss, {})).body).toEqual({
      error: { code: 'invalid-value', message: 'code is missing' },
    });
  });

  it('challenges, and says whose challenge is under way', async () => {
    const { key, send } = await testServer();
    const boss = await key('super');
    await send('POST', '/otpctl/v1/devices', boss, { type: 'PIN', user: 'ada', pin: '98765432' });
    expect((await send('GET', '/otpctl/v1/challenged?user=ada', boss)).body).toEqual({ device: null });
    const { body } = await send('POST', '/otpctl/v1/devices/1/challenge', boss, {});
    expect(body).toMatchObject({ id: '1', cardNumber: 'Security number', positions: expect.any(Array) });
    expect((await send('GET', '/otpctl/v1/challenged?user=ADA&type=pin', boss)).body).toMatchObject({
      device: { id: '1' },
    });
    expect((await send('GET', '/otpctl/v1/challenged?user=ada&type=sms', boss)).body).toEqual({ device: null });
    await send('POST', '/otpctl/v1/devices', boss, { type: 'EMAIL', user: 'ada', email: 'ada@example.com' });
    expect(await send('POST', '/otpctl/v1/devices/2/challenge', boss, { resend: true })).toMatchObject({
      status: 409,
      body: { error: { code: 'no-channel' } },
    });
    expect((await send('POST', '/otpctl/v1/devices/2/challenge', boss, { resend: 'yes' })).status).toBe(400);
  });

  it('takes devices to every status, and names what forbids it', async () => {
    const { key, send } = await testServer();
    const boss = await key('super');
    await send('POST', '/otpctl/v1/devices', boss, { type: 'EMAIL', user: 'ada', email: 'ada@example.com' });
    const go = async (verb: string) => (await send('POST', `/otpctl/v1/devices/1/${verb}`, boss)).body['status'];
    expect([await go('enable'), await go('lock'), await go('unlock'), await go('disable')]).toEqual([
      'V',
      'L',
      'V',
      'D',
    ]);
    expect(await send('POST', '/otpctl/v1/devices/1/unlock', boss)).toMatchObject({
      status: 409,
      body: { error: { code: 'status-forbids', hint: expect.any(String) } },
    });
    const moved = await send('PUT', '/otpctl/v1/devices/1/contact', boss, { email: 'ada@example.org' });
    expect(moved).toMatchObject({ status: 200, body: { email: 'ada@example.org' } });
    expect((await send('PUT', '/otpctl/v1/devices/1/contact', boss, { phone: '+34666555444' })).status).toBe(400);
    expect((await send('POST', '/otpctl/v1/devices/1/reset-fails', boss, {})).body).toMatchObject({ fails: 0 });
    expect((await send('DELETE', '/otpctl/v1/devices/1', boss)).status).toBe(204);
    expect((await send('DELETE', '/otpctl/v1/devices/1', boss)).status).toBe(404);
  });

  it('lists in pages, by filter, type, status and words', async () => {
    const { backend, key, send } = await testServer();
    for (const user of ['ada', 'bob', 'carol', 'adam'])
      await backend.create({ type: 'TOTP', user }, { actor: 'tester' });
    await backend.create({ type: 'PIN', user: 'ada', pin: Secret.ofText('98765432') }, { actor: 'tester' });
    await backend.transition('2', 'lock', { actor: 'tester' });
    const text = await key('query');
    const ask = async (query: string) => {
      const { body } = await send('GET', `/otpctl/v1/devices?${query}`, text);
      const { total, devices } = body as { total: number; devices: { id: string }[] };
      return [total, devices.map(({ id }) => id).join(' ')];
    };
    expect(await ask('')).toEqual([5, '1 2 3 4 5']);
    expect(await ask('count=2&startIndex=2')).toEqual([5, '2 3']);
    expect(await ask('count=0')).toEqual([5, '']);
    expect(await ask('user=ADA')).toEqual([2, '1 5']);
    expect(await ask('type=pin')).toEqual([1, '5']);
    expect(await ask('type=pin&type=totp&user=ada')).toEqual([2, '1 5']);
    expect(await ask('status=locked')).toEqual([1, '2']);
    expect(await ask('text=da')).toEqual([3, '1 4 5']);
    expect(await ask('name=TOTP00000003')).toEqual([1, '3']);
    expect(await ask(`filter=${encodeURIComponent('user sw "a" and type eq "TOTP"')}`)).toEqual([2, '1 4']);
    expect(await ask('sortBy=user&sortOrder=descending')).toEqual([5, '3 2 4 1 5']);
    const wrong = await send('GET', `/otpctl/v1/devices?filter=${encodeURIComponent('user xx "a"')}`, text);
    expect(wrong).toMatchObject({ status: 400, body: { error: { code: 'invalid-filter', position: 5 } } });
  });

  it('reads the audit log, its chain and its anchor', async () => {
    const { backend, key, send } = await testServer();
    await backend.create({ type: 'TOTP', user: 'ada' }, { actor: 'tester' });
    const text = await key('audit');
    const lines = async (url: string) =>
      (await send('GET', `/otpctl/v1/audit${url}`, text)).text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    expect(await lines('?user=ADA')).toEqual([
      {
        seq: 2,
        time: '2022-01-01T00:00:00Z',
        actor: 'tester',
        action: 'device.create',
        object: 'device 1 TOTP00000001 of ada',
        result: 'ok',
        deviceId: '1',
        user: 'ada',
        chain: 1,
        type: 'TOTP',
        userId: '1',
        verdict: 'ok',
        cursor: expect.stringMatching(/^[A-Za-z0-9_-]+$/),
      },
    ]);
    expect((await lines('?limit=1&actor=tester')).map(({ action }) => action)).toEqual(['apikey.create']);
    expect(await lines('?since=2022-01-02')).toEqual([]);
    const chain = await lines('/chain');
    expect(chain.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const { body } = await send('GET', '/otpctl/v1/audit/anchor', text);
    expect(body).toEqual({ count: 3, head: chain.at(-1).mac, mac: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await send('GET', '/otpctl/v1/audit/verification', text)).body).toEqual({ intact: true, entries: 3 });
  });
});
