import { expect, it } from 'vitest';
import { rawRequest } from '../../../src/backends/scim/transport/raw-request.ts';
import { openTransport } from '../../support/remote.ts';
import { scriptedServer } from '../../support/scripted-server.ts';

async function set() {
  const { origin, requests } = await scriptedServer(({ target }) => ({
    status: target.includes('missing') ? 404 : 200,
    body: { ok: true },
  }));
  return { ...openTransport(`${origin}/scim/v2`), requests };
}

it.each([
  ['/OtpDevice?count=1', '/scim/v2/OtpDevice?count=1'],
  ['/scim/v2/OtpDevice', '/scim/v2/OtpDevice'],
  ['/otpctl/v1/whoami', '/otpctl/v1/whoami'],
])('a raw request to %s goes to %s, and its answer comes back whatever it is', async (path, target) => {
  const { transport, requests } = await set();
  expect(await rawRequest(transport, 'get', path)).toMatchObject({ status: 200, text: '{"ok":true}' });
  expect(requests).toMatchObject([{ method: 'GET', target }]);
  expect(await rawRequest(transport, 'DELETE', '/missing')).toMatchObject({ status: 404 });
});

it('a raw request is sent as it was written', async () => {
  const { transport, requests } = await set();
  await rawRequest(transport, 'PATCH', '/OtpDevice/1', '{ "a": 1.0 }');
  expect(requests).toMatchObject([{ body: { a: 1 }, headers: { 'content-length': '12' } }]);
});

it.each(['OtpDevice', '//evil.example/x', 'https://evil.example/', '/\\evil.example', '/a b', '/a\r\nb', '/a#b', '/é'])(
  'a raw request to %j is refused',
  async (path) => {
    const { transport, requests } = await set();
    expect(() => rawRequest(transport, 'GET', path)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    expect(() => rawRequest(transport, 'TRACE', '/x')).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    expect(requests).toEqual([]);
  },
);
