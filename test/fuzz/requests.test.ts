import { type AddressInfo, createConnection } from 'node:net';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { pngQr } from '../../src/output/qr-image.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { buildApp } from '../../src/server/build-app.ts';
import { registerScim } from '../../src/server/scim/register-scim.ts';
import { ORIGIN } from '../support/backends.ts';
import { countedRandom, fixedClock } from '../support/fixed.ts';
import { eachAnswersOrRefuses, reader } from '../support/fuzzing.ts';
import { homeOfFile } from '../support/home.ts';
import { bytesLike, jsonLike, textsLike } from '../support/mutants.ts';
import { openBackend } from '../support/open-context.ts';

const URN = 'urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK_OP = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

const DEVICE = {
  schemas: [URN],
  type: 'PIN',
  user: 'ada',
  status: 'C',
  email: 'a@b.c',
  pin: '12345678',
  externalId: 'x',
};
const patch = (...operations: object[]) => ({ schemas: [PATCH_OP], Operations: operations });
const PATCHES = [
  patch({ op: 'replace', path: 'status', value: 'D' }),
  patch({ op: 'add', value: { email: 'a@b.c', externalId: 'y' } }, { op: 'remove', path: 'externalId' }),
  patch(
    { op: 'replace', path: `${URN}:email`, value: 'x@y.z' },
    { op: 'Add', path: 'emails[type eq "work"].value', value: 1 },
  ),
];
const BULKS = [
  {
    schemas: [BULK_OP],
    failOnErrors: 3,
    Operations: [
      { method: 'POST', path: '/OtpDevice', bulkId: 'a', data: DEVICE },
      { method: 'PATCH', path: '/OtpDevice/bulkId:a', version: 'W/"x"', data: PATCHES[0] },
      { method: 'PUT', path: '/OtpDevice/1', data: DEVICE },
      { method: 'DELETE', path: '/OtpDevice/bulkId:a' },
    ],
  },
];
const FILTERS = textsLike(
  'user eq "ada" and not (lastUsed pr)',
  'meta.created gt "2022-01-01" or (type eq "TOTP" and fails ge 3)',
  `${URN}:name co "a\\u00e9" and meta[resourceType sw "O"]`,
  `id eq "1"${' or id eq "2"'.repeat(600)}`,
  `${'not ('.repeat(45)}id pr${')'.repeat(45)}`,
);

/** Method, path, and what is sent there. */
const ROUTES: readonly (readonly [method: string, path: string, ...bodies: object[]])[] = [
  ['POST', '/scim/v2/OtpDevice', DEVICE],
  ['PUT', '/scim/v2/OtpDevice/1', DEVICE],
  ['PATCH', '/scim/v2/OtpDevice/1', ...PATCHES],
  ['POST', '/scim/v2/Bulk', ...BULKS],
  [
    'POST',
    '/scim/v2/.search',
    { schemas: [SEARCH], filter: 'id pr', sortBy: 'user', startIndex: 1, count: 5, attributes: ['id'] },
  ],
  ['DELETE', '/scim/v2/OtpDevice/2'],
  ['GET', '/scim/v2/OtpDevice/1'],
  ['POST', '/soffid/webservice/scim2/v1/OtpDevice', DEVICE],
  ['PATCH', '/soffid/webservice/scim2/v1/OtpDevice/1', ...PATCHES],
  ['GET', '/soffid/webservice/scim2/v1/OtpDevice/1/requestChallenge'],
  ['POST', '/soffid/webservice/scim2/v1/OtpDevice/1/responseChallenge', { pin: '123' }],
  ['POST', '/otpctl/v1/devices', { type: 'TOTP', user: 'ada', digits: 6, period: 30, algorithm: 'SHA1', issuer: 'x' }],
  [
    'POST',
    '/otpctl/v1/devices',
    { type: 'HOTP', user: 'ada', counter: '7', secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
  ],
  ['POST', '/otpctl/v1/devices/1/verify', { code: '123456' }],
  ['POST', '/otpctl/v1/devices/1/resync', { codes: ['123456', '123457'] }],
  ['POST', '/otpctl/v1/devices/1/challenge', { resend: true, voice: false }],
  ['PUT', '/otpctl/v1/devices/1/contact', { email: 'a@b.c', phone: '+34666555444' }],
  ['POST', '/otpctl/v1/devices/1/lock', {}],
  ['PATCH', '/otpctl/v1/users', { users: [{ name: 'ada', attributes: { mail: 'a@b.c', x: null } }] }],
  ['GET', '/otpctl/v1/users/ada'],
  ['DELETE', '/otpctl/v1/users/ada'],
  ['PATCH', '/otpctl/v1/settings', { values: { 'totp.digits': 8, 'email.from': 'a@b.c' }, dryRun: true }],
  ['POST', '/otpctl/v1/settings/test', { channel: 'email', to: 'a@b.c' }],
  ['POST', '/otpctl/v1/apikeys', { name: 'monitor', roles: ['query'], expires: '90d' }],
  ['POST', '/otpctl/v1/apikeys/monitor/rotate', { overlap: '1d' }],
  ['DELETE', '/otpctl/v1/apikeys/monitor'],
];
const QUERIES = fc.oneof(
  fc.record({
    filter: FILTERS,
    sortBy: textsLike('user', 'meta.created'),
    count: textsLike('10'),
    startIndex: textsLike('1'),
  }),
  fc.record({ attributes: textsLike('id,user', `${URN}:name,meta.location`), sortOrder: textsLike('descending') }),
  fc.record({ textFilter: textsLike('ada "b c"', 'a-b/c,d.1') }),
  fc.record({
    filter: FILTERS,
    type: textsLike('TOTP'),
    status: textsLike('V'),
    text: textsLike('ada'),
    count: textsLike('5'),
  }),
  fc.record({
    since: textsLike('2022-01-01'),
    until: textsLike('2022-01-01'),
    limit: textsLike('3'),
    user: textsLike('ada'),
  }),
  fc.record({ user: textsLike('ada'), type: textsLike('PIN') }),
  fc.record({ upTo: textsLike('3') }),
);
const LISTS = [
  '/scim/v2/OtpDevice',
  '/soffid/webservice/scim2/v1/OtpDevice',
  '/otpctl/v1/devices',
  '/otpctl/v1/audit',
  '/otpctl/v1/audit/chain',
  '/otpctl/v1/challenged',
  '/otpctl/v1/users',
];

const headers = fc.record(
  {
    'content-type': textsLike('application/json', 'application/scim+json; charset=utf-8'),
    'if-match': textsLike('W/"abc"', '"a", W/"b"', '*'),
    'otpctl-reason': textsLike('because', 'na%C3%AFve'),
    'otpctl-ticket': textsLike('T-1'),
    accept: textsLike('application/scim+json, */*;q=0.1'),
    'x-forwarded-for': textsLike('203.0.113.9', '::1, 10.0.0.1'),
    host: textsLike('localhost', 'otp.example.com:8443'),
    authorization: textsLike('Bearer otpctl_abcdefabcdef_00', 'Basic YTpi', 'Basic dXNlcjo='),
  },
  { requiredKeys: [] },
);
/** What an HTTP client can put into a header at all. */
const sendable = (text: string) => text.replace(/[^\x20-\x7e\x80-\xff]/g, '').slice(0, 2000);

describe('a request to the server', () => {
  const home = homeOfFile();
  let app: FastifyInstance;
  let backend: ServableBackend;
  let key = '';
  let log = '';
  beforeAll(async () => {
    const clock = fixedClock();
    backend = await openBackend(home(), { clock });
    key = (await backend.apiKeys.create({ name: 'fuzz', roles: ['super'] }, ORIGIN)).key.exposeText();
    const limits = {
      failedAuthentications: 1e9,
      codes: 1e9,
      headersTimeout: 200,
      requestTimeout: 300,
      checkInterval: 50,
    };
    app = await buildApp({
      backend,
      clock,
      random: countedRandom(),
      log: {
        write: (line) => {
          log = (log + line).slice(-20_000);
        },
      },
      names: { names: ['otp.example.com'], any: false },
      limits,
      mounts: [(server, surface) => registerScim(server, { ...surface, qrPng: pngQr })],
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await app.close();
    backend.close();
  });

  /** Nothing is a bug: no answer is a 500, and every JSON is one. */
  const send = async (method: string, url: string, given: Record<string, string | undefined>, payload?: string) => {
    const sent = Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, sendable(value)]],
    );
    const response = await app.inject({
      method: method as 'GET',
      url,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...Object.fromEntries(sent) },
      ...(payload !== undefined && { payload }),
    });
    expect(response.statusCode, log.slice(-3000)).not.toBe(500);
    expect(response.statusCode).not.toBe(503);
    if (/[/+]json(;|$)/.test(String(response.headers['content-type'])) && response.body !== '')
      JSON.parse(response.body);
  };

  const bodies = fc.constantFrom(...ROUTES).chain(([method, path, ...good]) =>
    fc.record({
      method: fc.constant(method),
      path: fc.oneof({ weight: 4, arbitrary: fc.constant(path) }, { weight: 1, arbitrary: textsLike(path) }),
      body: good.length === 0 ? fc.constant(undefined) : jsonLike(...good),
      headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
    }),
  );
  const lists = fc.record({ path: fc.constantFrom(...LISTS), query: QUERIES });
  const raw = bytesLike(
    Buffer.from('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    Buffer.from('POST /scim/v2/OtpDevice HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}'),
    Buffer.from('POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
    Buffer.from(
      'GET http://u:p@localhost/healthz HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nUpgrade: h2c\r\n\r\n',
    ),
    Buffer.from('OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\n\r\nGET / HTTP/1.0\r\n\r\n'),
  );

  eachAnswersOrRefuses([
    reader('bodies, paths and headers', bodies, ({ method, path, body, headers: given }) => {
      // What is no URL at all, no client can ask for.
      const url = `/${path.replace(/^\/+/, '').replace(/[\s\p{Cc}\p{Cs}#\ufeff]/gu, '')}`;
      return send(method, URL.canParse(url, 'http://localhost') ? url : '/', given, body);
    }),
    reader('queries', lists, ({ path, query }) => {
      const pairs = Object.entries(query).map(
        ([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed().slice(0, 11_000))}`,
      );
      return send('GET', `${path}?${pairs.join('&')}`, {});
    }),
    reader('bytes', raw, async (bytes) => {
      const { port } = app.server.address() as AddressInfo;
      await new Promise<void>((resolve) => {
        const socket = createConnection({ port, host: '127.0.0.1' });
        socket.on('error', () => resolve());
        socket.on('close', () => resolve());
        socket.on('data', () => socket.destroy());
        socket.end(bytes);
      });
      expect(log).not.toContain('request failed');
      log = '';
    }),
  ]);
});
