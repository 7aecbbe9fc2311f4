import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/domain/secret.ts';
import { ORIGIN } from '../../support/backends.ts';
import { NEW_YEAR } from '../../support/fixed.ts';
import { collect, filterOf, openTransport, remoteSet } from '../../support/remote.ts';

const BIG = 9_007_199_254_740_993n;

/** The numbers are those of the list of what a client of Soffid must survive. */
describe('what Soffid answers', () => {
  it('1: a number for an id, of 64 bits, without loss', async () => {
    const { backend, double } = await remoteSet({ firstId: BIG });
    const { device } = await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    expect(device.id).toBe('9007199254740993');
    expect(await backend.find('9007199254740993')).toMatchObject({ id: '9007199254740993' });
    expect((await collect(backend, {})).map(({ id }) => id)).toEqual(['9007199254740993', '9007199254740994']);
    await backend.transition(device.id, 'enable', ORIGIN);
    expect(double.devices.get(BIG)?.status).toBe('V');
    expect(double.devices.get(BIG + 1n)?.status).toBe('C');
  });

  it('2: times without a zone, read in that of the profile', async () => {
    const { backend, double } = await remoteSet({ zone: 'Europe/Madrid', timezone: 'Europe/Madrid' });
    const { device } = await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    expect(device.created).toBe(NEW_YEAR);
    const row = double.devices.get(1n);
    if (row !== undefined) row.lastUsed = Date.UTC(2021, 6, 14, 4, 57, 0, 123);
    expect(await backend.find('1')).toMatchObject({ lastUsed: Date.UTC(2021, 6, 14, 4, 57) / 1000 });
  });

  it('2: and a time that cannot be read is an error, not a device that was never used', async () => {
    const { backend, double } = await remoteSet();
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    double.after = (_request, reply) => ({
      ...reply,
      body: (reply.body ?? '').replace('"fails"', '"lastUsed":"2021-45-14 0E:57:00","fails"'),
    });
    await expect(backend.find('1')).rejects.toMatchObject({
      code: 'protocol',
      message: 'the server answered with "2021-45-14 0E:57:00" as lastUsed of device 1',
    });
  });

  it('3: 404 with an empty body for a device that is not there', async () => {
    const { backend, double } = await remoteSet();
    expect(await backend.find('99')).toBeUndefined();
    await expect(backend.verify('99', '123456', ORIGIN)).rejects.toMatchObject({ code: 'device-not-found' });
    await expect(backend.transition('99', 'lock', ORIGIN)).rejects.toMatchObject({ code: 'device-not-found' });
    expect(double.requests).toHaveLength(3);
    for (const id of ['x', '-1', '1.0', '', '9'.repeat(20), '9223372036854775808']) {
      expect(await backend.find(id)).toBeUndefined();
    }
    expect(double.requests).toHaveLength(3);
  });

  it('4: 404 with JSON when a device is deleted that is not there any more', async () => {
    const { backend, double } = await remoteSet();
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    double.before = ({ method }) => {
      if (method === 'DELETE') double.devices.clear();
      return false;
    };
    await expect(backend.remove('1', ORIGIN)).rejects.toMatchObject({
      code: 'device-not-found',
      message: 'there is no device 1',
    });
  });

  it('5, 6: an HTTP status of 400 whose body says 500, without a scimType: the status counts', async () => {
    const { backend, double } = await remoteSet();
    const created = backend.create({ type: 'PIN', user: 'ada', pin: Secret.ofText('1234567') }, ORIGIN);
    await expect(created).rejects.toMatchObject({
      code: 'invalid-value',
      message: expect.stringMatching(
        /^127\.0\.0\.1:\d+ refused it: The security number must contain at least 8 numbers$/,
      ),
    });
    expect(double.requests).toHaveLength(1);
  });

  it('7: a detail of many lines: the first is shown, without class names and control characters', async () => {
    const { backend, double, traced } = await remoteSet();
    const detail =
      'java.lang.Exception: com.soffid.iam.X: Algo \u001b[31mfall\u00f3\u0007\ncaused by java.sql.SQLException: table OTP\nat Foo.java:3';
    const body = JSON.stringify({ schemas: [], detail, status: '500' });
    double.after = () => ({ status: 400, headers: {}, body });
    const failed = await backend.count({}).catch((error: Error) => error.message);
    expect(failed).toMatch(/^127\.0\.0\.1:\d+ refused it: Algo {2}\[31mfall\u00f3$/);
    expect(traced.at(-1)).toContain('caused by java.sql.SQLException: table OTP');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(traced.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it.each([
    [401, 'not-signed-in'],
    [403, 'not-allowed'],
    [405, 'protocol'],
    [415, 'protocol'],
    [500, 'server-failed'],
    [302, 'protocol'],
  ])('8: %i with HTML, or with nothing: %s', async (status, code) => {
    const { backend, double } = await remoteSet();
    for (const body of ['<html><body>Unauthorized</body></html>', '', '{"detail":', 'Unauthorized']) {
      double.after = () => ({ status, headers: { 'content-type': 'text/html' }, body });
      await expect(backend.count({})).rejects.toMatchObject({ code, message: expect.not.stringContaining('<') });
    }
    expect(double.requests).toHaveLength(4);
  });

  it('8: 401 for a wrong password', async () => {
    const { double } = await remoteSet();
    const { transport } = openTransport(double.url, {
      credential: { kind: 'password', username: 'admin', secret: Secret.ofText('wrong') },
    });
    const asked = transport.send({ method: 'GET', path: '/OtpDevice', repeat: 'read', accept: [200] });
    await expect(asked).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it('12: an echo for an answer to a change: what is stored is read again', async () => {
    const { backend, double } = await remoteSet();
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    double.after = (request, reply) => {
      const row = double.devices.get(1n);
      if (request.method === 'PATCH' && row !== undefined) row.status = 'C';
      return reply;
    };
    await expect(backend.transition('1', 'enable', ORIGIN)).rejects.toMatchObject({
      code: 'protocol',
      message: 'the server took the change and device TOTP00000001 is still created',
    });
    expect(double.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'PATCH', 'GET']);
  });

  it('13, 14: a change of status is a PATCH with replace, and nothing else', async () => {
    const { backend, double } = await remoteSet();
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    expect(await backend.transition('1', 'enable', ORIGIN)).toMatchObject({ status: 'V' });
    const patches = double.requests.filter(({ method }) => method !== 'GET' && method !== 'POST');
    expect(patches.map(({ method, body }) => [method, JSON.parse(body).Operations])).toEqual([
      ['PATCH', [{ op: 'replace', path: 'status', value: 'V' }]],
    ]);
  });

  it('15: 400 for a status that it does not know', async () => {
    const { transport } = await (async () => {
      const set = await remoteSet();
      await set.backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
      return set;
    })();
    const patched = transport.send({
      method: 'PATCH',
      path: '/OtpDevice/1',
      body: { Operations: [{ op: 'replace', path: 'status', value: 'Q' }] },
      repeat: 'change',
      accept: [200],
    });
    await expect(patched).rejects.toMatchObject({
      code: 'invalid-value',
      message: expect.stringContaining("value 'Q'"),
    });
  });

  it('24: addresses of other hosts, which nobody follows', async () => {
    const { backend, double } = await remoteSet();
    const { device } = await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    expect(await backend.find(device.id)).toMatchObject({ id: '1' });
    expect(await backend.remove(device.id, ORIGIN)).toBeUndefined();
    expect(double.requests.map(({ path }) => path)).toEqual([
      '/OtpDevice',
      '/OtpDevice/1',
      '/OtpDevice/1',
      '/OtpDevice/1',
    ]);
  });

  it('27: a list that is cut off under status 200, which is an error and not a short list', async () => {
    const { backend, double } = await remoteSet();
    for (let count = 0; count < 3; count++) await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    double.after = (_request, reply) => ({ ...reply, body: (reply.body ?? '').slice(0, -40) });
    await expect(collect(backend, {})).rejects.toMatchObject({ code: 'protocol' });
    await expect(backend.find('1')).rejects.toMatchObject({ code: 'protocol' });
  });

  it('28: types and statuses that nobody knows, as they come; E is enabled', async () => {
    const { backend, double } = await remoteSet();
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    const row = double.devices.get(1n);
    if (row === undefined) throw new Error('it was created');
    Object.assign(row, { type: 'PUSH', status: 'Q' });
    expect(await collect(backend, {})).toMatchObject([{ type: 'PUSH', status: 'Q' }]);
    await expect(backend.transition('1', 'lock', ORIGIN)).rejects.toMatchObject({ code: 'status-forbids' });
    row.status = 'E';
    expect(await backend.find('1')).toMatchObject({ type: 'PUSH', status: 'V' });
    expect(await collect(backend, filterOf('status eq "V"'))).toHaveLength(1);
    expect(await collect(backend, filterOf('status eq "E"'))).toHaveLength(1);
    expect(await collect(backend, { statuses: ['V'] })).toHaveLength(1);
    expect(await collect(backend, { statuses: ['C'] })).toHaveLength(0);
  });

  it('29: bytes after the JSON', async () => {
    const { backend, double } = await remoteSet();
    await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN);
    const expected = await backend.find('1');
    double.after = (_request, reply) => ({ ...reply, body: `\ufeff\n${reply.body}{"schemas":["x"],"detail":"}"}` });
    expect(await backend.find('1')).toEqual(expected);
  });

  it('30: 400 for what is forbidden', async () => {
    const { backend } = await remoteSet({ allowed: false });
    await expect(backend.count({})).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('Not authorized to invoke otp:manage'),
    });
  });
});
