import fc from 'fast-check';
import { describe } from 'vitest';
import { addProfile, removeProfile, setDefault } from '../../src/config/edit-config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { keepSecret, secretIn } from '../../src/credentials/credential-file.ts';
import { decodeKey } from '../../src/credentials/key-file.ts';
import { toIso } from '../../src/domain/instant.ts';
import { refusePlan } from '../../src/domain/run/plan.ts';
import { Secret } from '../../src/domain/secret.ts';
import { apiKeyOf, clientKeyOf } from '../../src/ds100/rsa-key.ts';
import { createExportCheck, nextHash, parseExportLine } from '../../src/formats/audit-export.ts';
import { planDigest, readPlan, writePlan } from '../../src/formats/plan-file.ts';
import { readEnrolments, writeEnrolments } from '../../src/formats/rows/enrolment-rows.ts';
import { readIds } from '../../src/formats/rows/id-rows.ts';
import { readRegistrationRows, readSerialRows } from '../../src/formats/rows/serial-rows.ts';
import { readUsers, writeUsers } from '../../src/formats/rows/user-rows.ts';
import { readSettings } from '../../src/formats/settings-toml.ts';
import { NEW_YEAR } from '../support/fixed.ts';
import { eachAnswersOrRefuses, reader } from '../support/fuzzing.ts';
import { bytesLike, jsonLike, textsLike } from '../support/mutants.ts';

const lines = (...rows: unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n');

const DEVICE = { type: 'TOTP', user: 'ada', email: 'ada@example.com', phone: '+34666555444' };
const ENROLMENTS = textsLike(
  'type,user,email,phone\nTOTP,ada,,\nEMAIL,"bob, b",bob@example.com,\n',
  lines(DEVICE, { type: 'SMS', user: 'bob', phone: 123456 }),
  JSON.stringify([DEVICE, DEVICE]),
);
const IDS = textsLike(
  '1\n2\n3\n',
  'a-1\r"b"\r',
  'sep=;\r\nname;ID\r\na;1\r\n',
  '["1",2]',
  'id,name\n1,a\n2,b\n',
  lines({ id: '1' }, { id: 2 }),
  '[{"id":1},{"id":"2"}]',
);
const USERS = textsLike(
  'name,mail\nada,ada@example.com\n"b ""c""",x\n',
  'user;attributes;;\rada;"{""city"":""x""}";;\r',
  lines({ name: 'ada', attributes: { city: 'x' } }),
  lines({ name: 'ada', mail: null, age: 3 }),
);
const SERIAL = {
  deviceSerialNumber: '140100080',
  tokenSerialNumber: '000123456789',
  userId: 'u1',
  tokenStatus: 'Enabled',
};
const SERIALS = fc.oneof(
  textsLike('140100080\n140100081\n', 'serial;userId\n140100080;u1\n', 'deviceSerialNumber,userId\n140100080,u1\n'),
  jsonLike([SERIAL, SERIAL]),
  jsonLike(SERIAL),
);
const HASH = 'ab'.repeat(32);
const ENTRY = {
  seq: 1,
  time: '2022-01-01T00:00:00Z',
  actor: 'root',
  action: 'device.create',
  object: 'device 1',
  result: 'ok',
  mac: HASH,
  hash: HASH,
};
const PLAN = {
  command: 'disable-stale',
  place: 'store 0123456789abcdef',
  created: NEW_YEAR,
  expires: NEW_YEAR + 86_400,
  reason: 'audit',
  limits: { max: 3, maxPercent: 10, lastDevice: 'warn', signalSince: NEW_YEAR },
  rows: [
    {
      kind: 'change',
      outcome: 'planned',
      id: '1',
      name: 'TOTP1',
      user: 'ada',
      from: 'V',
      to: 'D',
      lastUsed: NEW_YEAR - 9,
      rule: 'last used',
    },
  ],
} as const;
const PLAN_TEXT = Buffer.from(writePlan(PLAN)).toString();
const [, PLAN_HEAD = '', PLAN_ROW = ''] = PLAN_TEXT.split('\n');

/** A plan whose digest is right, whatever it says: anybody can make one. */
const PLANS = fc
  .tuple(jsonLike(JSON.parse(PLAN_HEAD)), fc.array(jsonLike(JSON.parse(PLAN_ROW)), { maxLength: 2 }))
  .map(([head, rows]) => {
    const body = [head.replace(/"devices":1/, `"devices":${rows.length}`), ...rows].join('\n');
    return Buffer.from(`{"sha256":"${planDigest(Buffer.from(body))}"}\n${body}\n`);
  });

/** A text as it comes out of bytes. */
const decoded = (text: string) => text.toWellFormed();

const CONFIG = `default = "prod" # here
[profiles.prod]
url = "https://idm.example.com/scim/v2"
username = "ada"
timeout = "10s"
concurrency = 4
[profiles.prod.rsa]
url = "https://acme.example.com"
keyFile = "rsa.key"
[profiles."lab.1"]
store = '/tmp/x.db'
scopes = [ "a", "b" ]
`;
const CONFIGS = textsLike(
  CONFIG,
  'profiles = { a = { url = "https://a.example.com" } }\n',
  `profiles.${'a.'.repeat(50_000)}b = 1\n`,
  `[${'a.'.repeat(50_000)}b]\n`,
  `x = ${'['.repeat(50_000)}\n`,
  `x = ${'{a='.repeat(50_000)}\n`,
).map(decoded);
const SETTINGS = textsLike(
  '[totp]\ndigits = 6\nissuer = "Example"\n[sms]\nbody = """\nto=${PHONE}\n"""\n',
  'totp.digits = 8\nemail.enabled = true\n',
  `${'a.'.repeat(50_000)}b = 1\n`,
  `x = ${'{a='.repeat(50_000)}1${'}'.repeat(50_000)}\n`,
);

const privateText = (text: string) => ({
  path: '/home/ada/.config/otpctl/credentials.toml',
  read: () => text,
  edit: async (change: (text: string) => string) => void change(text),
});

describe('rows of a file', () => {
  eachAnswersOrRefuses([
    reader('enrolments', ENROLMENTS, async (text) => {
      const { rows } = await readEnrolments(text, 'the file');
      return [writeEnrolments(rows, true), writeEnrolments(rows, false)];
    }),
    reader('ids', IDS, (text) => readIds(text, 'the file')),
    reader('enrolments as JSON', jsonLike([DEVICE], DEVICE), (text) => readEnrolments(text, 'the file')),
    reader('users', fc.oneof(USERS, jsonLike({ name: 'ada', mail: 'x' })), async (text) => {
      const rows = await readUsers(text, 'the file');
      return writeUsers(rows, rows.rows);
    }),
    reader('serial numbers', SERIALS, (text) => readSerialRows(text)),
    reader('registrations', SERIALS, (text) => readRegistrationRows(text)),
  ]);
});

describe('a file of otpctl’s own', () => {
  eachAnswersOrRefuses([
    reader('a plan', fc.oneof(PLANS, bytesLike(Buffer.from(PLAN_TEXT))), (bytes) => {
      const plan = readPlan(bytes);
      refusePlan(plan, plan.place, plan.created);
      return [
        toIso(plan.created),
        toIso(plan.expires),
        ...plan.rows.map((row) => toIso((row.kind === 'change' && row.lastUsed) || 0)),
      ];
    }),
    reader(
      'a line of an export of the log',
      jsonLike(ENTRY, { proof: { first: 1, last: 9, previous: HASH, hash: HASH } }),
      (line) => {
        const check = createExportCheck({ first: 1, last: 9, previous: HASH, hash: HASH });
        const parsed = parseExportLine(line);
        if (parsed !== undefined && 'entry' in parsed) nextHash(HASH, parsed.entry);
        return [check.next(line), check.next(line)];
      },
    ),
    reader('settings', SETTINGS, readSettings),
    reader('a config', CONFIGS, (text) => readConfig(text, '/home/ada/.config/otpctl/config.toml')),
    reader('a config that is changed', CONFIGS, (text) => {
      const { profiles } = readConfig(text, '/x/config.toml');
      const name = profiles[0]?.name ?? 'prod';
      return [
        addProfile(text, { name: 'new', store: '/x.db' }, true),
        setDefault(text, name),
        removeProfile(text, name),
      ].map((edited) => readConfig(edited.text, '/x/config.toml'));
    }),
    reader(
      'a file of credentials',
      textsLike('# secrets\n[prod]\npassword = "x"\n["lab.1"]\ntoken = "y"\n', `${'a.'.repeat(50_000)}b = "1"\n`).map(
        decoded,
      ),
      async (text) => {
        secretIn(privateText(text), 'prod', 'password');
        await keepSecret(privateText(text), 'prod', { token: 'z' }, ['password']);
      },
    ),
    reader('a key file', textsLike(`${Buffer.alloc(32, 7).toString('base64')}\n`), (text) =>
      decodeKey(text, 'the key file', 'put it back'),
    ),
    reader(
      'an Administration API key of RSA',
      jsonLike({
        customerName: 'ACME',
        accessID: 'a-1',
        accessKey: '-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----',
        adminRestApiUrl: 'https://acme.example.com/AdminInterface/restapi/v1/users',
      }),
      (text) => apiKeyOf(Secret.ofText(text)),
    ),
    reader(
      'the key of a client of RSA',
      jsonLike({ kty: 'EC', crv: 'P-256', kid: 'k1', x: 'AAAA', y: 'AAAA', d: 'AAAA' }),
      (text) => clientKeyOf(Secret.ofText(text)),
    ),
  ]);
});
