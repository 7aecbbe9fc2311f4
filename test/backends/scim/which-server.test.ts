import { describe, expect, it } from 'vitest';
import { detectDialect } from '../../../src/backends/scim/server/detect-dialect.ts';
import { openRemote } from '../../../src/backends/scim/server/open-remote.ts';
import { probeServer } from '../../../src/backends/scim/server/probe-server.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { WholeBackend } from '../../../src/ports/backend.ts';
import { ORIGIN } from '../../support/backends.ts';
import { countedRandom, fixedClock, NEW_YEAR, quickTimer } from '../../support/fixed.ts';
import { CREDENTIAL, openTransport, remoteSet } from '../../support/remote.ts';
import { type ScriptedAnswer, type ScriptedRequest, scriptedServer } from '../../support/scripted-server.ts';

const SOFFID = '/soffid/webservice/scim2/v1';
const CONFIG: ScriptedAnswer = {
  body: {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    etag: { supported: true },
    bulk: { supported: false },
  },
};
const SOFFID_401 = { status: 401, headers: { 'www-authenticate': 'Basic realm="Soffid", charset=UTF_8' } };

describe('which server it is', () => {
  const detect = async (path: string, answers: Readonly<Record<string, ScriptedAnswer>>) => {
    const { origin, requests } = await scriptedServer(
      ({ target }) => answers[target.replace('/ServiceProviderConfig', '')],
    );
    const { transport } = openTransport(`${origin}${path}`);
    const found = await detectDialect(transport).finally(() => {
      for (const { headers } of requests) expect(headers).not.toHaveProperty('authorization');
    });
    return { ...found, url: found.url.replace(origin, ''), asked: requests.length };
  };

  it.each([
    ['', { '/scim/v2': CONFIG }, '/scim/v2', 'rfc', 2],
    ['', { [SOFFID]: CONFIG }, SOFFID, 'soffid', 2],
    ['', { [SOFFID]: SOFFID_401 }, SOFFID, 'soffid', 2],
    ['', { '/scim/v2': { status: 401 }, [SOFFID]: SOFFID_401 }, SOFFID, 'soffid', 2],
    ['', { '/scim/v2': { status: 401 }, [SOFFID]: { status: 401 } }, '/scim/v2', 'rfc', 2],
    ['', { '/scim/v2': { status: 302, headers: { location: '/login' } }, [SOFFID]: CONFIG }, SOFFID, 'soffid', 2],
    ['', { '': CONFIG }, '', 'rfc', 3],
    ['/', { '': { status: 401 } }, '', 'rfc', 3],
    ['', { '': SOFFID_401 }, '', 'soffid', 3],
    ['/iam/scim', { '/iam/scim': CONFIG }, '/iam/scim', 'rfc', 1],
    ['/iam/scim', { '/iam/scim': SOFFID_401 }, '/iam/scim', 'soffid', 1],
  ] as const)('is found out at "%s" where %o answers: %s, %s', async (path, answers, url, dialect, asked) => {
    expect(await detect(path, answers)).toMatchObject({ url, dialect, asked });
  });

  it('is no SCIM where nobody knows it', async () => {
    const html = { body: '<html>welcome</html>' };
    await expect(detect('', { '/scim/v2': html, [SOFFID]: html })).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringMatching(
        /^there is no SCIM service at http:.*: \/scim\/v2 answers 200, .*scim2\/v1 answers 200, \/ answers 404$/,
      ),
    });
  });

  it('and what it allows, by reads alone', async () => {
    const { double, transport } = await remoteSet();
    double.devices.set(1n, { id: 1n, name: 'x', type: 'PIN', user: 'ada', status: 'V', created: 0, fails: 0 });
    expect(await probeServer(transport, true)).toEqual({
      url: double.url,
      dialect: 'soffid',
      supports: ['patch', 'filter', 'sort'],
      signedIn: true,
      devices: 'readable',
      count: 1,
    });
    expect(await probeServer(transport, false)).toMatchObject({ devices: 'unknown' });
    const wrong = openTransport(double.url, { credential: { ...CREDENTIAL, secret: Secret.ofText('wrong') } });
    expect(await probeServer(wrong.transport, true)).toMatchObject({ signedIn: false });
    const barred = await remoteSet({ allowed: false });
    expect(await probeServer(barred.transport, true)).toMatchObject({ signedIn: true, devices: 'forbidden' });
    expect(double.requests.every(({ method }) => method === 'GET')).toBe(true);
  });
});

describe('an otpctl server', () => {
  const device = {
    id: '7',
    name: 'x',
    type: 'TOTP',
    user: 'ada',
    status: 'V',
    created: '2022-01-01T00:00:00Z',
    fails: 0,
  };
  const open = async (answer: (request: ScriptedRequest) => ScriptedAnswer | undefined) => {
    const { origin, requests } = await scriptedServer((request) =>
      request.target === '/base/otpctl/v1/whoami' ? { body: { name: 'k', roles: ['query'] } } : answer(request),
    );
    const traced: string[] = [];
    const { backend: opened } = await openRemote(
      { url: `${origin}/base/scim/v2`, credential: { kind: 'token', secret: Secret.ofText('otpctl_1_abcdef') } },
      { dialect: 'rfc', timezone: 'UTC' },
      { clock: fixedClock(), timer: quickTimer(), random: countedRandom(), trace: (text) => traced.push(text()) },
    );
    const backend = opened as WholeBackend;
    requests.length = 0;
    return { backend, requests, traced };
  };

  it('is asked beside its SCIM paths, with what is said about a change', async () => {
    const { backend, requests } = await open(() => ({ body: device }));
    await backend.resetFails('7', { ...ORIGIN, reason: 'lost phöne', ticket: 'T-1' });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        target: '/base/otpctl/v1/devices/7/reset-fails',
        body: {},
        headers: {
          'otpctl-reason': 'lost%20ph%C3%B6ne',
          'otpctl-ticket': 'T-1',
          authorization: 'Bearer otpctl_1_abcdef',
        },
      },
    ]);
  });

  it('words its errors itself; what of its store is wrong is its own affair', async () => {
    let answer: ScriptedAnswer = {};
    const { backend } = await open(() => answer);
    answer = { status: 409, body: { error: { code: 'no-channel', message: 'no sms channel\u0007', hint: 'set one' } } };
    await expect(backend.challenge('7', {}, ORIGIN)).rejects.toMatchObject({
      code: 'no-channel',
      message: 'no sms channel\\u{7}',
      hint: 'set one',
    });
    answer = { status: 502, body: { error: { code: 'delivery-failed', message: 'not taken' } } };
    await expect(backend.challenge('7', {}, ORIGIN)).rejects.toMatchObject({ code: 'delivery-failed' });
    answer = { status: 502, body: '<html>' };
    await expect(backend.challenge('7', {}, ORIGIN)).rejects.toMatchObject({ code: 'outcome-unknown' });
    answer = { status: 503, body: { error: { code: 'store-missing', message: 'x' } } };
    await expect(backend.challenge('7', {}, ORIGIN)).rejects.toMatchObject({ code: 'server-failed' });
    answer = { status: 403, body: { error: { code: 'forbidden', message: 'x' } } };
    await expect(backend.challenge('7', {}, ORIGIN)).rejects.toMatchObject({ code: 'not-allowed' });
    answer = { status: 404, body: { error: { code: 'device-not-found', message: 'x' } } };
    expect(await backend.find('7')).toBeUndefined();
    for (const none of ['', '.', '..']) {
      await expect(backend.verify(none, '1', ORIGIN)).rejects.toMatchObject({ code: 'device-not-found' });
    }
  });

  it('gives details, lists, settings, users and its audit log', async () => {
    const { backend, traced } = await open(({ target }) => {
      const path = target.replace('/base/otpctl/v1', '');
      const entry = { seq: 1, time: '2022-01-01T00:00:00Z', actor: 'a', action: 'b', object: 'c', result: 'ok' };
      const answers: Record<string, unknown> = {
        '/devices/7': { ...device, digits: 8, period: 60 },
        '/settings': { settings: [{ key: 'totp.digits', value: 8, default: 6 }] },
        '/users/ada': { name: 'ada', attributes: { fullName: 'Ada Lovelace' } },
        '/users': '{"name":"ada","attributes":{}}\n{"name":"bob","attributes":{}}\n',
        '/audit?since=2022-01-01T00:00:00Z&limit=5': `${JSON.stringify(entry)}\n`,
        '/challenged?user=ada': { device: null },
        '/devices': { device, otpauthUri: 'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY' },
      };
      return { body: answers[path] };
    });
    expect(await backend.find('7')).toEqual({ ...device, created: NEW_YEAR, digits: 8, period: 60 });
    expect(await backend.enrollmentTerms('ada')).toMatchObject({
      account: 'Ada Lovelace',
      settings: { totp: { digits: 8, period: 30 } },
    });
    expect((await Array.fromAsync(backend.users.list())).flat()).toHaveLength(2);
    expect((await Array.fromAsync(backend.audit.list({ since: NEW_YEAR, limit: 5 }))).flat()).toMatchObject([
      { time: NEW_YEAR },
    ]);
    expect(await backend.challenged('ada')).toBeUndefined();
    const secret = Secret.ofText('12345678901234567890');
    const created = await backend.create({ type: 'TOTP', user: 'ada', secret, digits: 8, counter: 5n }, ORIGIN);
    expect(created.otpauthUri?.exposeText()).toContain('GEZDGNBVGY3TQOJQGEZDGNBVGY');
    expect(traced.join('\n')).not.toMatch(/GEZDGNBV|abcdef/);
  });
});
