import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { eachAnswersOrRefuses, reader } from '../support/fuzzing.ts';
import { homeOfFile } from '../support/home.ts';
import { jsonLike, textsLike } from '../support/mutants.ts';

const SOFFID = '/soffid/webservice/scim2/v1';
const RFC = '/scim/v2';

const DEVICE = {
  schemas: ['urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice'],
  id: '7',
  name: 'TOTP00000007',
  type: 'TOTP',
  user: 'ada',
  status: 'V',
  created: '2021-10-14T06:44:43Z',
  lastUsed: '2021-10-15T06:44:43Z',
  fails: 0,
  email: 'ada@example.com',
  meta: { resourceType: 'OtpDevice', location: 'http://127.0.0.1/scim/v2/OtpDevice/7', version: 'W/"abc"' },
};
const LIST = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 1,
  startIndex: 1,
  itemsPerPage: 1,
  Resources: [DEVICE],
};
const ERROR = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '400', detail: 'Wrong user ada' };
const CONFIG = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: true, maxOperations: 10, maxPayloadSize: 100_000 },
  filter: { supported: true, maxResults: 1000 },
  sort: { supported: true },
  etag: { supported: true },
};
const CHALLENGE = { cell: 'digits \u25ab2\u25ab', cardNumber: 'Security number' };
const BULK = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
  Operations: [{ bulkId: '7', method: 'PATCH', location: 'http://127.0.0.1/scim/v2/OtpDevice/7', status: '200' }],
};
const ENTRY = { seq: 1, time: '2022-01-01T00:00:00Z', actor: 'root', action: 'a.b', object: 'device 1', result: 'ok' };
const HEX = 'ab'.repeat(32);
const KEY = { id: 'abcdefabcdef', name: 'monitor', roles: ['query'], created: '2022-01-01T00:00:00Z', rotated: false };

/** What a server answers: which requests, how, and the commands that make them. */
interface Route {
  readonly request: RegExp;
  readonly good: unknown;
  readonly lines: readonly string[];
}

const SCIM: Readonly<Record<string, Route>> = {
  config: {
    request: /^GET .*\/ServiceProviderConfig$/,
    good: CONFIG,
    lines: ['bulk update --set-status D --filter id+pr --yes', 'bulk delete --filter id+pr --yes', 'device list'],
  },
  bulk: {
    request: /^POST .*\/Bulk$/,
    good: BULK,
    lines: ['bulk update --set-status D --filter id+pr --yes', 'bulk delete --filter id+pr --yes'],
  },
  list: {
    request: /^GET .*\/OtpDevice(\?|$)/,
    good: LIST,
    lines: [
      'device list',
      'device list --all --sort-by created',
      'device list --filter lastUsed+pr',
      'device list --count --user ada',
      'device list --text ad',
      'device enable --user ada',
      'device verify --user ada 123456',
      'device show TOTP00000007',
      'bulk disable-stale --unused-for 1d --dry-run --ignore-signal',
      'bulk update --set-status D --filter id+pr --yes',
      'bulk delete --filter id+pr --yes',
      'why ada',
      'device delete --user ada --yes',
    ],
  },
  challenge: {
    request: /\/requestChallenge$/,
    good: CHALLENGE,
    lines: ['device challenge 7', 'device challenge --user ada'],
  },
  answer: {
    request: /\/responseChallenge$/,
    good: { success: true, locked: false },
    lines: ['device verify 7 123456', 'device verify --user ada 123456'],
  },
  created: {
    request: /^POST .*\/OtpDevice$/,
    good: { ...DEVICE, image: 'iVBORw0KGgo=' },
    lines: ['device create totp --user ada --show-secret', 'device create email --user ada --email a@b.c'],
  },
  device: {
    request: /\/OtpDevice\/[^/]*$/,
    good: DEVICE,
    lines: [
      'device show 7',
      'device lock 7',
      'device unlock 7',
      'device enable 7 8',
      'device delete 7 --yes',
      'device verify 7 123456',
      'device challenge 7',
      'bulk update --set-status D --from - --yes',
      'api GET /OtpDevice/7',
    ],
  },
};

const V1: Readonly<Record<string, Route>> = {
  whoami: { request: /\/whoami$/, good: { name: 'k', roles: ['query'] }, lines: ['device list', 'settings list'] },
  users: {
    request: /^GET .*\/users(\?|$)/,
    good: { name: 'ada', attributes: { mail: 'a@b.c' } },
    lines: ['user list'],
  },
  user: {
    request: /^GET .*\/users\//,
    good: { name: 'ada', attributes: { fullName: 'Ada' } },
    lines: ['user show ada', 'why ada', 'device create totp --user ada --show-secret'],
  },
  userChange: {
    request: /^PATCH .*\/users$/,
    good: { users: [{ name: 'ada', attributes: { mail: 'a' } }] },
    lines: ['user set ada --attr mail=a', 'user import -'],
  },
  settings: {
    request: /^GET .*\/settings$/,
    good: { settings: [{ key: 'totp.digits', value: 6, default: 6 }] },
    lines: [
      'settings list',
      'settings get totp.digits',
      'settings export',
      'device create totp --user ada --show-secret',
    ],
  },
  settingChange: {
    request: /^PATCH .*\/settings$/,
    good: { changes: [{ key: 'totp.digits', before: 6, after: 8 }], notices: ['x'] },
    lines: ['settings set totp.digits=8', 'settings unset totp.digits'],
  },
  test: {
    request: /\/settings\/test$/,
    good: { steps: [{ step: 'connect', detail: 'x' }] },
    lines: ['settings test email --to a@b.c'],
  },
  keys: { request: /^GET .*\/apikeys$/, good: { apiKeys: [KEY] }, lines: ['apikey list'] },
  newKey: {
    request: /^POST .*\/apikeys/,
    good: { ...KEY, key: 'otpctl_x_y' },
    lines: ['apikey create monitor --role query', 'apikey rotate monitor --overlap 1d'],
  },
  audit: { request: /\/audit(\?|$)/, good: ENTRY, lines: ['audit list', 'audit list --limit 3', 'why ada'] },
  chain: { request: /\/audit\/chain/, good: { ...ENTRY, mac: HEX }, lines: ['audit export'] },
  anchor: {
    request: /\/audit\/anchor$/,
    good: { count: 1, head: HEX, mac: HEX, floor: { seq: 0, head: HEX } },
    lines: ['audit export'],
  },
  verification: {
    request: /\/audit\/verification$/,
    good: { intact: true, entries: 1 },
    lines: ['audit verify'],
  },
  challenged: { request: /\/challenged/, good: { device: DEVICE }, lines: ['device verify --user ada 123456'] },
  v1challenge: {
    request: /\/devices\/7\/challenge$/,
    good: { id: '7', cell: 'PIN', cardNumber: 'x', positions: [1, 2, 3], expires: '2022-01-01T00:00:00Z' },
    lines: ['device challenge 7'],
  },
  verdict: {
    request: /\/devices\/7\/(verify|resync)$/,
    good: { id: '7', success: true, locked: false, status: 'V', fails: 0 },
    lines: ['device verify 7 123456', 'device resync 7 123456 123457'],
  },
  v1created: {
    request: /^POST .*\/devices$/,
    good: { device: DEVICE, otpauthUri: 'otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ' },
    lines: ['device create totp --user ada --show-secret', 'device create totp --user ada --qr always'],
  },
  v1device: {
    request: /\/devices\/7/,
    good: { ...DEVICE, digits: 6, algorithm: 'SHA1', period: 30, acceptedForSeconds: 90 },
    lines: ['device show 7', 'device unlock 7', 'device reset-fails 7', 'device update 7 --email a@b.c'],
  },
};

/** A dialect, the routes that are put to the test, and all that are served there. */
const PLACES = {
  soffid: { base: SOFFID, tested: SCIM, served: SCIM },
  rfc: { base: RFC, tested: SCIM, served: SCIM },
  otpctl: { base: RFC, tested: V1, served: { ...V1, ...SCIM } },
  'scim of otpctl': { base: RFC, tested: SCIM, served: { ...V1, ...SCIM } },
} satisfies Record<string, unknown>;
type PlaceName = keyof typeof PLACES;

const STATUSES = [201, 204, 302, 400, 401, 403, 404, 409, 412, 418, 500, 501];

interface Case {
  readonly place: PlaceName;
  readonly route: string;
  readonly line: string;
  readonly format: string;
  readonly body: string;
  readonly status: number | undefined;
  readonly tag: string | undefined;
}

const routes = Object.entries(PLACES).flatMap(([place, { tested }]) =>
  Object.entries(tested as Record<string, Route>).map(([route, of]) => ({ place: place as PlaceName, route, of })),
);

const cases: fc.Arbitrary<Case> = fc.constantFrom(...routes).chain(({ place, route, of }) =>
  fc.record({
    place: fc.constant(place),
    route: fc.constant(route),
    line: fc.constantFrom(...of.lines),
    format: fc.constantFrom('table', 'json', 'jsonl', 'csv', '-q', '-v'),
    body: fc.oneof({ weight: 9, arbitrary: jsonLike(of.good) }, { weight: 1, arbitrary: jsonLike(ERROR) }),
    status: fc.option(fc.constantFrom(...STATUSES), { nil: undefined, freq: 4 }),
    tag: fc.option(textsLike('W/"abc"', '"x"'), { nil: undefined, freq: 2 }),
  }),
);

describe('the answers of a server', () => {
  let now: Case | undefined;
  const server = createServer((request, response) => {
    request.resume();
    const asked = `${request.method} ${request.url}`;
    const served: Readonly<Record<string, Route>> = now === undefined ? {} : PLACES[now.place].served;
    const [name, route] = Object.entries(served).find(([, each]) => each.request.test(asked)) ?? [];
    const hostile = name === now?.route;
    const body = hostile ? now?.body : JSON.stringify(route?.good ?? ERROR);
    const status = route === undefined ? 404 : hostile ? (now?.status ?? 200) : 200;
    const tag = now?.tag?.replace(/[^\x20-\x7e\x80-\xff]/g, '').slice(0, 8000);
    response.writeHead(status, { 'content-type': 'application/scim+json', ...(hostile && tag && { etag: tag }) });
    response.end(status === 204 ? undefined : Buffer.from(body ?? ''));
  });
  const home = homeOfFile();
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  it('is not known to have changed a user of whom it says nothing', async () => {
    now = {
      place: 'otpctl',
      route: 'userChange',
      line: '',
      format: '',
      body: '{"users":[]}',
      status: undefined,
      tag: undefined,
    };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${RFC}`;
    const environment = { OTPCTL_TOKEN: 'a-token', OTPCTL_URL: url };
    const { exit } = await otpctl(['user', 'set', 'ada', '--attr', 'mail=a@b.c'], { home: home(), environment });
    expect(exit).toBe(8);
  });

  eachAnswersOrRefuses([
    reader('every command that asks one', cases, async (given) => {
      now = given;
      rmSync(join(home(), '.local/state'), { recursive: true, force: true });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PLACES[given.place].base}`;
      const format = given.format.startsWith('-') ? [given.format] : ['-o', given.format];
      const { exit } = await otpctl([...given.line.split(' ').map((word) => word.replaceAll('+', ' ')), ...format], {
        home: home(),
        clock: fixedClock(),
        stdin: '7\n',
        environment: { OTPCTL_TOKEN: 'a-token', OTPCTL_URL: url },
      });
      return exit;
    }),
  ]);
});
