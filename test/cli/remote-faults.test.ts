import { describe, expect, it } from 'vitest';
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts';
import { type RemotePlace, servedPlace, soffidPlace } from '../support/remote-places.ts';

/** Whatever a network, a gateway or a portal does to one request; the next ones pass. */
const FAULTS: Readonly<Record<string, Fault>> = {
  reset: { kind: 'reset' },
  'a lost answer': { kind: 'lose' },
  'half-open': { kind: 'half-open' },
  'a late answer': { kind: 'delay', milliseconds: 2500 },
  'a cut-off answer': { kind: 'truncate', bytes: 20 },
  '429 with seconds': { kind: 'answer', status: 429, headers: { 'retry-after': '0' } },
  '429 with a date': { kind: 'answer', status: 429, headers: { 'retry-after': 'Sat, 01 Jan 2000 00:00:00 GMT' } },
  '429 with an absurd wait': { kind: 'answer', status: 429, headers: { 'retry-after': '999999999999' } },
  503: { kind: 'answer', status: 503 },
  'HTML under 200': {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html>log in</html>',
  },
  'a redirection': { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:9/' } },
};
const NAMES = Object.keys(FAULTS);

/** What each fault ends as; the others are as in `else`. */
interface Command {
  readonly line: string;
  /** The request that the fault befalls. */
  readonly request: RegExp;
  readonly method: string;
  /** Of the answer when all is well. */
  readonly exit: number;
  /** Whether it may be sent again once it may have arrived. */
  readonly repeats: boolean;
  readonly exits?: Readonly<Record<string, number>>;
}

const REPEATED = { '429 with an absurd wait': 7, 'HTML under 200': 7, 'a redirection': 7 };
const ONCE = {
  reset: 8,
  'a lost answer': 8,
  'half-open': 8,
  'a late answer': 8,
  'a cut-off answer': 8,
  '429 with seconds': 7,
  '429 with a date': 7,
  '429 with an absurd wait': 7,
  503: 7,
  'HTML under 200': 8,
  'a redirection': 7,
};

const DEVICE = /\/OtpDevice\/\d+$/;
const read = (line: string, request: RegExp): Command => ({ line, request, method: 'GET', exit: 0, repeats: true });
const patch = (line: string): Command => ({ line, request: DEVICE, method: 'PATCH', exit: 0, repeats: true });
const once = (line: string, method: string, request: RegExp, more: Partial<Command> = {}): Command => ({
  ...{ line, request, method, exit: 0, repeats: false },
  ...more,
});
/** What a deletion is answered with has no body that could be cut off. */
const removal = once('device delete ID --yes', 'DELETE', DEVICE, { exits: { 'a cut-off answer': 0 } });
const SCIM = [
  read('device list -q', /\/OtpDevice$/),
  ...['device enable ID', 'device disable ID', 'device lock ID'].map(patch),
  removal,
];
const PLACES: readonly (readonly [string, () => Promise<RemotePlace>, readonly Command[]])[] = [
  [
    'Soffid',
    () => soffidPlace(stock()),
    [
      ...SCIM,
      read('device show ID', DEVICE),
      patch('device unlock LOCKED'),
      once('device create totp --user ada --show-secret', 'POST', /\/OtpDevice$/),
      once('device challenge ID', 'GET', /\/requestChallenge$/),
      once('device verify ID 000000', 'POST', /\/responseChallenge$/, { exit: 1 }),
    ],
  ],
  [
    'otpctl',
    () => servedPlace(stock()),
    [
      ...SCIM,
      read('device show ID', /\/v1\/devices\/\d+$/),
      once('device unlock LOCKED', 'POST', /\/unlock$/),
      once('device create totp --user ada --show-secret', 'POST', /\/v1\/devices$/),
      once('device verify ID 000000', 'POST', /\/verify$/, { exit: 1 }),
      once('device reset-fails ID', 'POST', /\/reset-fails$/),
      once('device update ID --email new@example.com', 'PUT', /\/contact$/),
    ],
  ],
];

/** For each fault a device that nothing bars, and one that is locked. */
function stock() {
  return NAMES.flatMap((_, at) => [
    { user: `open${at}`, status: 'C' as const },
    { user: `barred${at}`, status: 'L' as const, lastUsed: 1_600_000_000 },
  ]).concat({ user: 'ada', status: 'C' });
}

describe.each(PLACES)('at %s', (_name, open, commands) => {
  it.each(commands)('$line', async ({ line, request, method, exit, repeats, exits = {} }) => {
    const place = await open();
    const ends = await Promise.all(
      NAMES.map(async (name, at) => {
        const proxy = await startFaultProxy(place.url);
        let sent = 0;
        proxy.before = (path, asked) => {
          if (asked !== method || !request.test(path)) return;
          sent += 1;
          if (sent === 1) proxy.faults.unshift(FAULTS[name] as Fault);
        };
        const words = line.replace('ID', String(2 * at + 1)).replace('LOCKED', String(2 * at + 2));
        const outcome = await place.run(`${words} --timeout 2s`, proxy.url);
        const leaks = /<html|127\.0\.0\.1:9\b/.test(outcome.stdout);
        return [
          name,
          { exit: outcome.exit, once: sent === 1, leaks, bug: outcome.exit === 70 && outcome.stderr },
        ] as const;
      }),
    );
    const expected = NAMES.map((name) => {
      const rule: Readonly<Record<string, number>> = { ...(repeats ? REPEATED : ONCE), ...exits };
      const end = rule[name] ?? exit;
      return [name, { exit: end, once: !repeats || end !== exit, leaks: false, bug: false }];
    });
    expect(ends).toEqual(expected);
  });
});
