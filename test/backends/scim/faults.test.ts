import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXIT_CODES } from '../../../src/cli/exit-codes.ts';
import { OtpctlError } from '../../../src/domain/errors.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Backend } from '../../../src/ports/backend.ts';
import { ORIGIN } from '../../support/backends.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { NEW_YEAR } from '../../support/fixed.ts';
import { collect, openTransport, remoteSet } from '../../support/remote.ts';

/** A backend behind a proxy, with one device of each kind that matters. */
async function behindProxy() {
  let proxy: FaultProxy | undefined;
  const set = await remoteSet({
    server: { timeout: 0.25 },
    url: async (double) => {
      proxy = await startFaultProxy(double.url);
      return proxy.url;
    },
  });
  if (proxy === undefined) throw new Error('there is no proxy');
  const { backend, double } = set;
  await backend.create({ type: 'EMAIL', user: 'ada', email: 'ada@example.com' }, ORIGIN);
  proxy.received.length = 0;
  double.requests.length = 0;
  /** What reached the service, of one method and path. */
  const arrived = (wanted: string) =>
    double.requests.filter(({ method, path }) => `${method} ${path}` === wanted).length;
  return { ...set, proxy, arrived };
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof OtpctlError) return `${error.code} ${EXIT_CODES[error.code]}`;
      throw error;
    },
  );

const times = (count: number, fault: Fault): Fault[] => Array.from({ length: count }, () => fault);
const PASS: Fault = { kind: 'pass' };
const answer = (status: number, headers: Record<string, string> = {}, body = ''): Fault => ({
  kind: 'answer',
  status,
  headers,
  body,
});

const FAULTS: Readonly<Record<string, Fault>> = {
  'a reset': { kind: 'reset' },
  'a lost answer': { kind: 'lose' },
  'half-open': { kind: 'half-open' },
  'a cut-off answer': { kind: 'truncate', bytes: 20 },
  'a late answer': { kind: 'delay', milliseconds: 400 },
  '429': answer(429, { 'retry-after': '1' }),
  '502': answer(502, {}, '<html>bad gateway</html>'),
  '503': answer(503),
  '504': answer(504),
};

describe('a read', () => {
  it.each(Object.keys(FAULTS))('survives %s, three times', async (fault) => {
    const { backend, proxy, slept } = await behindProxy();
    proxy.faults.push(...times(3, FAULTS[fault] as Fault));
    expect(await backend.find('1')).toMatchObject({ id: '1' });
    expect(proxy.received).toHaveLength(4);
    expect(slept).toHaveLength(3);
  });

  it.each([
    ['a reset', 'unreachable 7'],
    ['half-open', 'timed-out 7'],
    ['429', 'throttled 7'],
    ['503', 'server-failed 7'],
    ['504', 'server-failed 7'],
  ])('gives up after four times of %s: %s', async (fault, code) => {
    const { backend, proxy } = await behindProxy();
    proxy.faults.push(...times(5, FAULTS[fault] as Fault));
    expect(await codeOf(collect(backend, {}))).toBe(code);
    expect(proxy.received).toHaveLength(4);
  });

  it.each([400, 401, 403, 404, 405, 409, 415, 418, 500, 501, 505])('is not tried again after %i', async (status) => {
    const { backend, proxy } = await behindProxy();
    proxy.faults.push(answer(status));
    await codeOf(collect(backend, {}));
    expect(proxy.received).toHaveLength(1);
  });

  it('waits twice as long each time, less up to half of it by chance', async () => {
    const { backend, proxy, slept } = await behindProxy();
    proxy.faults.push(...times(3, { kind: 'reset' }));
    await backend.find('1');
    slept.forEach((milliseconds, at) => {
      expect(milliseconds).toBeLessThanOrEqual(500 * 2 ** at);
      expect(milliseconds).toBeGreaterThanOrEqual(250 * 2 ** at);
    });
    expect(new Set(slept.map((milliseconds, at) => milliseconds / 2 ** at)).size).toBe(3);
  });

  const httpDate = (seconds: number) => new Date((NEW_YEAR + seconds) * 1000).toUTCString();
  const NOW = { date: httpDate(0) };

  it.each([
    ['seconds', { 'retry-after': '7' }, [7000]],
    ['zero', { 'retry-after': '0' }, [0]],
    ['a date', { 'retry-after': httpDate(9), ...NOW }, [9000]],
    ['a date of the past', { 'retry-after': httpDate(-9), ...NOW }, [0]],
    ['a date by another clock', { 'retry-after': httpDate(3605), date: httpDate(3600) }, [5000]],
  ])('waits for what the server asks, in %s', async (_what, headers, waits) => {
    const { backend, proxy, slept } = await behindProxy();
    proxy.faults.push(answer(429, headers));
    expect(await backend.find('1')).toMatchObject({ id: '1' });
    expect(slept).toEqual(waits);
  });

  it.each([
    { 'retry-after': '121' },
    { 'retry-after': '3600' },
    { 'retry-after': '99999999999999999999999' },
    { 'retry-after': httpDate(86_400), ...NOW },
    { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT', ...NOW },
  ])('fails at once when the server asks for longer than is left: %o', async (headers) => {
    const { backend, proxy, slept } = await behindProxy();
    proxy.faults.push(answer(429, headers));
    expect(await codeOf(backend.find('1'))).toBe('throttled 7');
    expect(slept).toEqual([]);
    expect(proxy.received).toHaveLength(1);
  });

  it.each(['soon', '-5', '1e3', '5.5', ''])('waits as it would when the server asks for %j', async (text) => {
    const { backend, proxy, slept } = await behindProxy();
    proxy.faults.push(answer(503, { 'retry-after': text }));
    expect(await backend.find('1')).toMatchObject({ id: '1' });
    expect(slept[0]).toBeLessThanOrEqual(500);
  });

  it('does not go beyond the two minutes that all tries have together', async () => {
    const { backend, proxy } = await behindProxy();
    proxy.faults.push(
      answer(503, { 'retry-after': '60' }),
      answer(503, { 'retry-after': '59' }),
      answer(503, { 'retry-after': '2' }),
    );
    expect(await codeOf(backend.find('1'))).toBe('server-failed 7');
    expect(proxy.received).toHaveLength(3);
  });

  it('that is answered by HTML under 200 is an error', async () => {
    const { backend, proxy } = await behindProxy();
    proxy.faults.push(answer(200, { 'content-type': 'text/html' }, '<html>log in</html>'));
    expect(await codeOf(collect(backend, {}))).toBe('protocol 7');
  });
});

describe('a redirection', () => {
  it.each([301, 302, 303, 307, 308])('%i is not followed, and no other host hears of it', async (status) => {
    let heard = 0;
    const elsewhere = createServer((_request, response) => {
      heard++;
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void elsewhere.close());
    const { backend, proxy } = await behindProxy();
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    proxy.faults.push(answer(status, { location }));
    expect(await codeOf(backend.find('1'))).toBe('protocol 7');
    expect(heard).toBe(0);
    expect(proxy.received).toHaveLength(1);
  });
});

describe('a change of status', () => {
  const enable = (backend: Backend) => backend.transition('1', 'enable', ORIGIN);

  it.each(Object.keys(FAULTS))('survives %s: it is the same twice', async (fault) => {
    const { backend, proxy, double } = await behindProxy();
    proxy.faults.push(PASS, ...times(3, FAULTS[fault] as Fault));
    // A cut-off echo under 200 is one more thing that the reading back makes good.
    expect(await enable(backend)).toMatchObject({ status: 'V' });
    expect(double.devices.get(1n)?.status).toBe('V');
  });

  it.each([
    ['a lost answer', 'outcome-unknown 8'],
    ['half-open', 'outcome-unknown 8'],
    ['504', 'outcome-unknown 8'],
    ['429', 'throttled 7'],
    ['503', 'server-failed 7'],
  ])('of which only %s is heard: %s', async (fault, code) => {
    const { backend, proxy } = await behindProxy();
    proxy.faults.push(PASS, ...times(4, FAULTS[fault] as Fault));
    expect(await codeOf(enable(backend))).toBe(code);
    expect(proxy.received).toEqual(['GET /OtpDevice/1', ...Array(4).fill('PATCH /OtpDevice/1')]);
  });

  it('that cannot be read back is not called done', async () => {
    const { backend, proxy } = await behindProxy();
    proxy.faults.push(PASS, PASS, ...times(4, { kind: 'reset' }));
    expect(await codeOf(enable(backend))).toBe('outcome-unknown 8');
  });
});

/** What must not be sent twice: what it is, how it is asked for, and what the service must have heard once at most. */
const ONCE = [
  ['a creation', (backend: Backend) => backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN), 'POST /OtpDevice', []],
  [
    'a challenge',
    (backend: Backend) => backend.challenge('1', {}, ORIGIN),
    'GET /OtpDevice/1/requestChallenge',
    [PASS],
  ],
  [
    'a code',
    (backend: Backend) => backend.verify('1', '123456', ORIGIN),
    'POST /OtpDevice/1/responseChallenge',
    [PASS],
  ],
  ['a deletion', (backend: Backend) => backend.remove('1', ORIGIN), 'DELETE /OtpDevice/1', [PASS]],
] as const;

describe.each(ONCE)('%s is sent once', (_what, send, request, first) => {
  it.each([
    ['a reset', 'outcome-unknown 8'],
    ['a lost answer', 'outcome-unknown 8'],
    ['half-open', 'outcome-unknown 8'],
    ['a cut-off answer', 'outcome-unknown 8'],
    ['a late answer', 'outcome-unknown 8'],
    ['429', 'throttled 7'],
    ['502', 'outcome-unknown 8'],
    ['503', 'server-failed 7'],
    ['504', 'outcome-unknown 8'],
  ])('although %s comes of it: %s', async (fault, code) => {
    const { backend, proxy, arrived, slept } = await behindProxy();
    proxy.faults.push(...first, FAULTS[fault] as Fault);
    const cutOffWithoutBody = fault === 'a cut-off answer' && request.startsWith('DELETE');
    expect(await codeOf(send(backend))).toBe(cutOffWithoutBody ? 'done' : code);
    expect(proxy.received.filter((each) => each === request)).toHaveLength(1);
    expect(arrived(request)).toBeLessThanOrEqual(1);
    expect(slept).toEqual([]);
  });

  it('and says where to look', async () => {
    const { backend, proxy } = await behindProxy();
    proxy.faults.push(...first, { kind: 'lose' });
    await expect(send(backend)).rejects.toMatchObject({
      hint: expect.stringMatching(/^look first with {2}otpctl device (show 1|list )/),
    });
  });

  it('and not after 500 or 400', async () => {
    for (const status of [500, 400]) {
      const { backend, proxy } = await behindProxy();
      proxy.faults.push(...first, answer(status));
      expect(await codeOf(send(backend))).not.toBe('done');
      expect(proxy.received.filter((each) => each === request)).toHaveLength(1);
    }
  });
});

describe('a server that is not there', () => {
  it('is tried four times, also for what must not be sent twice, as nothing was sent', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    for (const repeat of ['read', 'never'] as const) {
      const { transport, slept } = openTransport(`http://127.0.0.1:${port}`);
      const change = { what: 'it', look: 'otpctl device list' };
      const sent = transport.send({ method: 'POST', path: '/OtpDevice', body: {}, repeat, accept: [201], change });
      await expect(sent).rejects.toMatchObject({
        code: 'unreachable',
        message: `no answer from 127.0.0.1:${port}: nothing listens there`,
      });
      expect(slept).toHaveLength(3);
    }
  });
});

describe('what must not be seen', () => {
  it('is in no trace and in no error, even when the server says it back', async () => {
    const { backend, double, traced } = await remoteSet();
    const pin = '271828182845';
    const secrets = [pin, 'changeit-9f3b', Buffer.from('admin:changeit-9f3b').toString('base64'), '987654'];
    double.after = (request, reply) => {
      if (request.method === 'GET' && request.path === '/OtpDevice/1') return reply;
      const detail = `java.lang.Exception: bad ${secrets.join(' and ')} of ${request.headers['authorization']}`;
      return {
        status: 400,
        headers: {},
        body: JSON.stringify({ detail, pin, image: 'iVBORw0', nested: { token: 'abcdef' } }),
      };
    };
    double.devices.set(1n, {
      id: 1n,
      name: 'x',
      type: 'EMAIL',
      user: 'ada',
      status: 'V',
      created: NEW_YEAR * 1000,
      fails: 0,
    });
    const failures = [
      await backend
        .create({ type: 'PIN', user: 'ada', pin: Secret.ofText(pin) }, ORIGIN)
        .catch((error: Error) => error),
      await backend.verify('1', '987654', ORIGIN).catch((error: Error) => error),
    ];
    const texts = [...failures.map((error) => `${(error as Error).message} ${(error as Error).stack}`)];
    expect(failures).toMatchObject([{ code: 'invalid-value' }, { code: 'invalid-value' }]);
    expect(texts[0]).not.toContain(pin);
    expect(texts[1]).not.toContain('987654');
    for (const secret of ['changeit-9f3b', secrets[2] as string]) expect(texts.join()).not.toContain(secret);
    for (const secret of [...secrets.slice(1, 3), 'iVBORw0', 'abcdef']) expect(traced.join('\n')).not.toContain(secret);
    expect(traced.slice(0, 2).join('\n')).not.toContain(pin);
    expect(traced.slice(-4).join('\n')).not.toContain('987654');
    expect(traced.join('\n')).toMatch(/> POST http:.*\n> \{"type":"PIN","user":"ada","pin":"\[secret\]"\}/);
  });
});
