import { describe, expect, it } from 'vitest';
import type { SettingValue } from '../../src/domain/settings/setting-value.ts';
import { pngQr } from '../../src/output/qr-image.ts';
import { registerScim } from '../../src/server/scim/register-scim.ts';
import { ORIGIN } from '../support/backends.ts';
import { startProvider } from '../support/provider.ts';
import { testServer } from '../support/server.ts';
import { startMailServer } from '../support/smtp.ts';

type Values = Record<string, SettingValue | null>;

const PROVIDER = {
  'sms.url': 'https://user:hunter0@sms.example.com/send?to=${PHONE}',
  'sms.method': 'POST',
  'sms.headers': 'Authorization: Bearer hunter1',
  'sms.body': '{"password": "hunter2", "text": "${PIN}"}',
};

/** A server whose provider was set up on its machine, and a key that may change settings. */
async function attacked(set: Values = PROVIDER) {
  const server = await testServer({ mounts: [(app, surface) => registerScim(app, { ...surface, qrPng: pngQr })] });
  await server.backend.settings.change(set, ORIGIN);
  const manager = await server.key('manage');
  const patch = (values: Values) => server.send('PATCH', '/otpctl/v1/settings', manager, { values });
  const test = (channel: string, to: string) =>
    server.send('POST', '/otpctl/v1/settings/test', manager, { channel, to });
  const isSet = async (key: string) => (await server.backend.settings.list()).find((row) => row.key === key)?.value;
  return { ...server, patch, test, isSet };
}

describe('secrets of a provider, before a key that may change settings', () => {
  const evil = 'https://evil.example.com/';
  const moves: [string, Values[]][] = [
    ['another host', [{ 'sms.url': evil }]],
    ['another port', [{ 'sms.url': 'https://sms.example.com:8443/send' }]],
    ['a subdomain', [{ 'sms.url': 'https://x.sms.example.com/' }]],
    ['a user that looks like the host', [{ 'sms.url': 'https://sms.example.com:443@evil.example.com/' }]],
    ['no URL, then another', [{ 'sms.url': null }, { 'sms.url': evil }]],
    ['other headers first', [{ 'sms.headers': 'A: b' }, { 'sms.url': evil }]],
    ['another method first', [{ 'sms.method': 'PUT', 'sms.expect': 'x' }, { 'sms.url': evil }]],
    ['there and back', [{ 'sms.url': evil }, { 'sms.url': 'https://sms.example.com/' }]],
    ['the switch with it', [{ 'sms.url': `${evil}\${PIN}`, 'sms.enabled': true, 'sms.method': 'GET' }]],
  ];

  it.each(moves)('are unset with %s, which the answer says', async (_what, steps) => {
    const { patch, isSet } = await attacked();
    const answers = [];
    for (const step of steps) answers.push(await patch(step));
    expect(answers.map(({ status }) => status)).toEqual(steps.map(() => 200));
    expect(await isSet('sms.body')).toBeUndefined();
    if (steps[0]?.['sms.headers'] === undefined) expect(await isSet('sms.headers')).toBeUndefined();
    const said = answers.map(({ text }) => text).join('');
    expect(said).toContain('{"key":"sms.body","before":"[secret]"}');
    expect(said).toMatch(/warning: sms\.body is unset, since sms\.url (?:leads to https:\/\/\S+ now|is gone)/);
    expect(said).not.toContain('hunter');
  });

  it('stay with another path at the same origin, however that is written', async () => {
    const { patch, isSet } = await attacked();
    for (const url of ['https://SMS.example.com:443/other?to=${PHONE}', 'https://a:b@sms.example.com/']) {
      expect(await patch({ 'sms.url': url })).toMatchObject({ status: 200, body: { notices: [] } });
    }
    expect(await isSet('sms.headers')).toBe('[secret]');
    expect(await isSet('sms.body')).toBe('[secret]');
  });

  it('that were set before there was a URL do not go to one that comes later', async () => {
    const { patch, isSet } = await attacked({ 'voice.headers': 'Authorization: Bearer hunter1' });
    expect((await patch({ 'voice.url': `${evil}\${PIN}` })).status).toBe(200);
    expect(await isSet('voice.headers')).toBeUndefined();
  });

  it('are not found by guessing: one that is given is another one to who asks, whether it is or not', async () => {
    const { send, key } = await attacked({ ...PROVIDER, 'email.smtpUrl': 'smtps://u:hunter3@mail.example.com' });
    const manager = await key('manage');
    for (const [name, guess] of Object.entries({
      ...PROVIDER,
      'email.smtpUrl': 'smtps://u:hunter3@mail.example.com',
    })) {
      if (name === 'sms.method') continue;
      const answers = [];
      for (const value of [guess, guess.replace(/hunter./, 'other')]) {
        const body = { values: { [name]: value }, dryRun: true };
        answers.push((await send('PATCH', '/otpctl/v1/settings', manager, body)).text);
      }
      expect(answers[0]).toContain('"changes":[{');
      expect(answers[1]).toBe(answers[0]);
    }
  });

  it('may come in the same change', async () => {
    const { backend, isSet } = await attacked();
    await backend.settings.change({ 'sms.url': evil, 'sms.headers': 'A: new' }, ORIGIN);
    expect(await isSet('sms.headers')).toBe('[secret]');
    expect(await isSet('sms.body')).toBeUndefined();
  });

  it('have the origins, and nothing else of the URL, in the audit log', async () => {
    const { patch, backend } = await attacked();
    await patch({ 'sms.url': `https://u:hunter3@evil.example.com:8443/\${PIN}?key=hunter4` });
    await patch({ 'sms.url': 'https://evil.example.com:8443/' });
    await patch({ 'email.smtpUrl': 'smtps://ada:hunter5@mail.example.com', 'sms.url': null });
    const results: string[] = [];
    for await (const page of backend.audit.list({})) {
      const ours = page.filter(({ actor, object }) => actor.endsWith('key1') && object.startsWith('setting '));
      results.push(...ours.map(({ object, result }) => `${object} ${result}`));
    }
    expect(results).toEqual([
      'setting sms.url ok: "[secret]" to "[secret]" (https://sms.example.com to https://evil.example.com:8443)',
      'setting sms.headers ok: "[secret]" to none',
      'setting sms.body ok: "[secret]" to none',
      'setting sms.url ok: "[secret]" to "[secret]" (https://evil.example.com:8443)',
      'setting email.smtpUrl ok: none to "smtps://ada:[secret]@mail.example.com" (none to smtps://mail.example.com:465)',
      'setting sms.url ok: "[secret]" to none (https://evil.example.com:8443 to none)',
    ]);
  });

  it('are not received by who moves the URL and tests it, not even with private hosts allowed', async () => {
    const [theirs, evils] = [await startProvider(), await startProvider()];
    const url = (port: number) => `http://127.0.0.1:${port}/`;
    const set = { ...PROVIDER, 'sms.url': url(theirs.port), 'sms.allowPrivateHosts': true };
    const { backend, patch, test, isSet } = await attacked(set);
    expect(await test('sms', '+34666555444')).toMatchObject({ status: 200 });
    expect(theirs.calls[0]?.headers.authorization).toBe('Bearer hunter1');
    // It was allowed for where messages went.
    expect(await patch({ 'sms.url': url(evils.port) })).toMatchObject({ status: 400 });
    expect(await patch({ 'sms.url': url(evils.port), 'sms.allowPrivateHosts': true })).toMatchObject({ status: 400 });
    expect(await patch({ 'sms.url': 'https://evil.example.com/' })).toMatchObject({ status: 200 });
    expect(await isSet('sms.allowPrivateHosts')).toBe(false);
    const moved = { 'sms.url': `${url(evils.port)}\${PIN}`, 'sms.allowPrivateHosts': true };
    await backend.settings.change(moved, ORIGIN);
    expect(await test('sms', '+34666555444')).toMatchObject({ status: 200 });
    expect(JSON.stringify(evils.calls)).not.toContain('hunter');
  });
});

describe('what loosens where secrets may go', () => {
  it.each<[string, Values]>([
    ['private hosts of SMS', { 'sms.allowPrivateHosts': true }],
    ['private hosts of calls', { 'voice.allowPrivateHosts': 'true', 'voice.url': 'http://127.0.0.1/' }],
    ['mail without TLS', { 'email.smtpUrl': 'smtp://localhost:25' }],
    ['mail without TLS, with a password', { 'email.smtpUrl': 'smtp://a:b@[::1]:2525', 'email.from': 'a@example.com' }],
  ])('is not said over the network: %s', async (_what, values) => {
    const { patch, isSet } = await attacked();
    const refused = await patch({ ...values, 'totp.digits': 8 });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'not-allowed' } } });
    expect(refused.text).toContain('on the machine of the store');
    expect(await isSet('totp.digits')).toBe(6);
  });

  it('may be tightened, and be named in an import that changes nothing of it', async () => {
    const { patch, isSet } = await attacked({ ...PROVIDER, 'sms.allowPrivateHosts': true });
    expect(await patch({ 'sms.allowPrivateHosts': true, 'totp.digits': 7 })).toMatchObject({ status: 200 });
    expect(await patch({ 'sms.allowPrivateHosts': false })).toMatchObject({ status: 200 });
    expect(await isSet('sms.allowPrivateHosts')).toBe(false);
    expect(await patch({ 'sms.allowPrivateHosts': true })).toMatchObject({ status: 403 });
  });
});

describe('what a provider answers', () => {
  it('is told where the command runs, and not over the network', async () => {
    const { port } = await startProvider((response) => response.writeHead(418).end('the page of the intranet'));
    const url = `http://127.0.0.1:${port}/\${PIN}`;
    const { backend, test, key, send } = await attacked({
      'sms.url': url,
      'sms.allowPrivateHosts': true,
      'sms.enabled': true,
    });
    await expect(backend.settings.test('sms', '+34666555444', ORIGIN, () => {})).rejects.toMatchObject({
      message: 'the sms message was not sent: the provider answered 418: the page of the intranet',
    });
    const refused = await test('sms', '+34666555444');
    expect(refused).toMatchObject({
      status: 502,
      body: {
        error: { code: 'delivery-failed', message: 'the sms message was not sent: it failed at status 4xx' },
        steps: [
          { step: 'resolve', detail: '' },
          { step: 'request', detail: '' },
        ],
      },
    });
    expect(refused.text).not.toMatch(/intranet|127\.0|418/);

    await backend.create({ type: 'SMS', user: 'ada', phone: '+34666555444' }, ORIGIN);
    const challenger = await key('verify');
    const doors = [
      await send('POST', '/otpctl/v1/devices/1/challenge', challenger, {}),
      await send('GET', '/scim/v2/OtpDevice/1/requestChallenge', challenger),
      await send('GET', '/soffid/webservice/scim2/v1/OtpDevice/1/requestChallenge', challenger),
    ];
    for (const { status, text } of doors) {
      expect(status).toBe(502);
      expect(text).not.toMatch(/intranet|127\.0|418/);
    }
  });

  it('has its steps without details, and the class of the status', async () => {
    const { port } = await startProvider();
    const set = {
      'sms.url': `http://127.0.0.1:${port}/\${PIN}`,
      'sms.allowPrivateHosts': true,
      'sms.expect': 'status',
    };
    const { test } = await attacked(set);
    expect((await test('sms', '+34666555444')).body).toEqual({
      steps: ['resolve', 'request', 'status', 'expect'].map((step) => ({
        step,
        detail: step === 'status' ? '2xx' : '',
      })),
    });
  });

  it('is no more for a mail server', async () => {
    const { port } = await startMailServer({ onRcptTo: (_address, _session, done) => done(new Error('intranet')) });
    const { backend, test } = await attacked({
      'email.smtpUrl': `smtp://127.0.0.1:${port}`,
      'email.from': 'otp@example.com',
    });
    await expect(backend.settings.test('email', 'a@example.com', ORIGIN, () => {})).rejects.toThrow('intranet');
    const refused = await test('email', 'a@example.com');
    expect(refused).toMatchObject({
      status: 502,
      body: { error: { message: 'the mail was not sent: it failed at recipient 5xx', step: 'recipient' } },
    });
    expect(refused.text).not.toMatch(/intranet|127\.0/);
  });
});
