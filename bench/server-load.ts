// Sends requests over so many connections for so long, each when the one before it on its connection is answered; its
// one argument is a JSON object, its answer a line of JSON.
import { Client } from 'undici';
import { hotp } from '../src/domain/otp/hotp.ts';
import { Secret } from '../src/domain/secret.ts';

export interface Load {
  readonly url: string;
  readonly key: string;
  readonly connections: number;
  readonly seconds: number;
  readonly kind: 'get' | 'list' | 'patch' | 'mixed' | 'verify';
  /** How many devices there are, from 1. */
  readonly devices: number;
  /** Codes: the secret of all devices, in hex, and the counter that each is at. */
  readonly secret?: string;
  readonly counter?: number;
}

export interface Measured {
  /** How many requests were sent. */
  readonly sent: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const filtered = (filter: string) => `/scim/v2/OtpDevice?count=100&filter=${encodeURIComponent(filter)}`;

/** Of a hundred requests of a mixed load one each; the others are GETs by id and, one in five, PATCHes. */
const LONG: readonly string[] = [
  'list',
  filtered('user co "777" and status eq "V"'),
  filtered('lastUsed lt "2020-01-01" or lastUsed eq null'),
  '/scim/v2/OtpDevice?count=100&sortBy=name&startIndex=500000',
  '/scim/v2/OtpDevice?count=1000',
  '/otpctl/v1/audit?limit=5000',
  '/otpctl/v1/audit?actor=nobody',
  '/otpctl/v1/audit/verification',
];
const MIXED: readonly string[] = Array.from(
  { length: 100 },
  (_, at) => (at % 12 === 0 ? LONG[at / 12] : undefined) ?? (at % 5 === 1 ? 'patch' : 'get'),
);

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`${JSON.stringify(await load(JSON.parse(process.argv[2] ?? '{}') as Load))}\n`);
}

async function load({
  url,
  key,
  connections,
  seconds,
  kind,
  devices,
  secret = '',
  counter = 0,
}: Load): Promise<Measured> {
  const authorization = `Bearer ${key}`;
  let sent = 0;
  const shared = new Secret(Buffer.from(secret, 'hex'));
  const codes: string[] = [];
  /** The right code of a device whose turn it is for the nth time. */
  const codeOf = (round: number): string => {
    codes[round] ??= hotp(shared, BigInt(counter + round), { algorithm: 'SHA1', digits: 6 });
    return codes[round];
  };
  const request = () => {
    const turn = sent++;
    const id = (turn % devices) + 1;
    const does = kind === 'mixed' ? (MIXED[turn % MIXED.length] ?? 'get') : kind;
    if (does === 'verify') {
      const body = JSON.stringify({ code: codeOf(Math.floor(turn / devices)) });
      const headers = { authorization, 'content-type': 'application/json' };
      return { method: 'POST', path: `/otpctl/v1/devices/${id}/verify`, body, headers } as const;
    }
    if (does.startsWith('/')) return { method: 'GET', path: does, headers: { authorization } } as const;
    if (does === 'list')
      return { method: 'GET', path: '/scim/v2/OtpDevice?count=100', headers: { authorization } } as const;
    const path = `/scim/v2/OtpDevice/${id}`;
    if (does === 'get') return { method: 'GET', path, headers: { authorization } } as const;
    // Another status than the turn before: each of them changes something.
    const value = Math.floor(turn / devices) % 2 === 0 ? 'D' : 'V';
    const body = JSON.stringify({ schemas: [PATCH], Operations: [{ op: 'replace', path: 'status', value }] });
    return {
      method: 'PATCH',
      path,
      body,
      headers: { authorization, 'content-type': 'application/scim+json' },
    } as const;
  };
  const times: number[] = [];
  const began = performance.now();
  const end = began + seconds * 1000;
  const lane = async () => {
    const client = new Client(url, { pipelining: 1 });
    while (performance.now() < end) {
      const start = performance.now();
      const { statusCode, body } = await client.request(request());
      const text = await body.text();
      if (statusCode !== 200 || (kind === 'verify' && !text.includes('"success":true')))
        throw new Error(`${kind}: ${statusCode} ${text}`);
      times.push(performance.now() - start);
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: connections }, lane));
  const elapsed = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const quantile = (q: number) => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? Number.NaN;
  return { sent, perSecond: times.length / elapsed, p50: quantile(0.5), p99: quantile(0.99) };
}
