import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRunLocks } from '../../src/store/sqlite/runs/run-lock.ts';
import { OLD } from '../support/bulk.ts';
import { otpctl } from '../support/cli.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import {
  journalOf,
  outcomes,
  type RemotePlace,
  RUN,
  rowsOf,
  servedPlace,
  soffidPlace,
} from '../support/remote-places.ts';
import { tamper } from '../support/sql.ts';
import { many, type Stocked, stocked } from '../support/stock.ts';

/** Every place that is reached by requests. */
const PLACES: readonly (readonly [string, (devices: readonly Stocked[]) => Promise<RemotePlace>])[] = [
  ['Soffid', soffidPlace],
  ['otpctl', (devices) => servedPlace(devices)],
  ['otpctl as Soffid', (devices) => servedPlace(devices, '/soffid/webservice/scim2/v1')],
];

describe('the documented workflow', () => {
  const DOCUMENTED: readonly Stocked[] = [
    { user: 'admin', status: 'V', lastUsed: Date.UTC(2021, 9, 14, 6, 57) / 1000 },
    { user: 'ckelp', status: 'C', lastUsed: Date.UTC(2021, 9, 14, 6, 59, 33) / 1000 },
    { user: 'agatha', status: 'V' },
    { user: 'dilbert', status: 'V', lastUsed: Date.UTC(2022, 2, 9) / 1000 },
    { user: 'patricia', status: 'D', lastUsed: Date.UTC(2021, 5, 1) / 1000 },
    { user: 'franck', status: 'L', lastUsed: Date.UTC(2021, 5, 1) / 1000 },
    { user: 'edge', status: 'V', lastUsed: NEW_YEAR },
    { user: 'justAfter', status: 'V', lastUsed: NEW_YEAR + 1 },
  ];
  const LINE = 'bulk disable-stale --unused-since 2022-01-01 --yes -o jsonl';

  it.each(PLACES)('is one command on %s, with the result of a local store, and can be taken back', async (_, place) => {
    const local = await stocked(DOCUMENTED);
    const here = await otpctl(LINE.split(' '), { home: local.home, clock: fixedClock() });
    const remote = await place(DOCUMENTED);
    const there = await remote.run(LINE);
    const byId = (rows: Record<string, unknown>[]) => rows.sort((a, b) => Number(a['id']) - Number(b['id']));
    expect(there.exit).toBe(0);
    expect(byId(rowsOf(there))).toEqual(byId(rowsOf(here)));
    expect(rowsOf(here)).toHaveLength(3);
    expect(there.stderr).toBe(here.stderr);
    expect(remote.statuses()).toBe('DDVVDLDV');
    expect(await remote.run('bulk undo 1 --yes')).toMatchObject({ exit: 0 });
    expect(remote.statuses()).toBe('VCVVDLVV');
  });
});

describe.each(PLACES)('a run on %s', (name, place) => {
  it('changes each device once, with few requests to read them', async () => {
    const remote = await place(many(300, { lastUsed: OLD }));
    const outcome = await remote.run(`${RUN} -v`);
    expect(outcome.exit).toBe(0);
    expect(outcomes(rowsOf(outcome))).toEqual({ changed: 300 });
    expect(remote.statuses()).toBe('D'.repeat(300));
    const sent = (method: string) => outcome.stderr.split(`\n> ${method} `).length - 1;
    expect(sent('PATCH') + sent('POST')).toBe(name === 'otpctl' ? 3 : 300);
    expect(sent('GET')).toBeLessThan(25);
  });

  it('deletes each device, and says of none twice that it did', async () => {
    const remote = await place(many(150, { status: 'D' }));
    const outcome = await remote.run('bulk delete --status disabled --yes --max-percent 100 -o jsonl');
    expect(outcome.exit).toBe(0);
    expect(outcomes(rowsOf(outcome))).toEqual({ changed: 150 });
    expect(await remote.run('device list --count')).toMatchObject({ stdout: '0\n' });
    expect(await remote.run('bulk undo 1 --yes')).toMatchObject({ stderr: expect.stringContaining('stay so') });
  });

  it('is found again and applied under the whole URL, when a bare origin was given', async () => {
    const remote = await place(many(3, { lastUsed: OLD }));
    const { origin, pathname } = new URL(remote.url);
    const bare = pathname.startsWith('/soffid') && name !== 'Soffid' ? remote.url : origin;
    const plan = join(remote.home, 'plan');
    expect(await remote.run(`${RUN} --plan-out ${plan}`, bare)).toMatchObject({ exit: 0 });
    expect(await remote.run(`bulk apply ${plan} --yes`)).toMatchObject({ exit: 0 });
    expect(await remote.run('bulk undo 1 --yes', bare)).toMatchObject({ exit: 0 });
    expect(rowsOf(await remote.run('bulk runs -o jsonl'))).toHaveLength(2);
    expect(remote.statuses()).toBe('VVV');
  });

  it('names what is not there of a file of ids', async () => {
    const remote = await place(many(3, { lastUsed: OLD }));
    const { home, environment } = remote;
    const line = 'bulk update --set-status locked --from - --last-device warn --yes -o jsonl'.split(' ');
    const outcome = await otpctl(line, { home, environment, clock: fixedClock(), stdin: '2\n99\n3\n' });
    expect(outcome.exit).toBe(6);
    expect(rowsOf(outcome).map(({ id, outcome: what }) => [id, what])).toEqual(
      expect.arrayContaining([
        ['2', 'changed'],
        ['3', 'changed'],
        ['99', 'failed'],
      ]),
    );
    expect(remote.statuses()).toBe('VLL');
  });

  it('is under way in one process at a time, and a process that was killed leaves no lock', async () => {
    const remote = await place(many(3, { lastUsed: OLD }));
    await remote.run(RUN);
    const journal = journalOf(remote);
    expect(readdirSync(join(journal, '..')).filter((file) => file.includes('.run-'))).toEqual([]);
    tamper(
      journal,
      `UPDATE runs SET state = 'running'; UPDATE run_rows SET outcome = 'waiting', status_from = 'D', status_to = 'L'`,
    );
    const other = createRunLocks(journal);
    onTestFinished(() => other.close());
    other.hold('1');
    const second = await remote.run('bulk resume 1 --yes -o json');
    expect(second.exit).toBe(7);
    expect(JSON.parse(second.stderr)).toMatchObject({
      error: { code: 'store-busy', message: 'run 1 is under way in another process' },
    });
    expect(remote.statuses()).toBe('DDD');
    other.release('1');
    expect(existsSync(`${journal}.run-1`)).toBe(true);
    expect(await remote.run('bulk resume 1 --yes')).toMatchObject({ exit: 0 });
    expect(remote.statuses()).toBe('LLL');
  });
});

describe('a run on Soffid', () => {
  it('takes no echo for a proof: a device that stays what it was is a row that failed', async () => {
    const remote = await soffidPlace(many(5, { lastUsed: OLD }));
    remote.double.before = ({ method, path }, response) => {
      if (method !== 'PATCH' || path !== '/OtpDevice/3') return false;
      response.end('{"id":3,"status":"D"}');
      return true;
    };
    const outcome = await remote.run(RUN);
    expect(outcome.exit).toBe(6);
    expect(rowsOf(outcome).find(({ id }) => id === '3')).toMatchObject({
      outcome: 'failed',
      reason: 'the server took the change and the device is still enabled',
    });
    expect(remote.statuses()).toBe('DDVDD');
    remote.double.before = () => false;
    expect(await remote.run('bulk resume 1 --yes')).toMatchObject({ exit: 0 });
    expect(remote.statuses()).toBe('DDDDD');
    expect(Math.max(...remote.changed.values())).toBe(1);
  });

  it('leaves as sent what it changed and cannot look at again: neither failed, nor exit 7', async () => {
    const remote = await soffidPlace(many(12, { lastUsed: OLD }));
    let changes = 0;
    remote.double.before = ({ method }, response) => {
      if (method === 'PATCH') changes += 1;
      if (method === 'PATCH' || changes < 12) return false;
      response.writeHead(401).end();
      return true;
    };
    const outcome = await remote.run(RUN);
    expect(remote.statuses()).toBe('D'.repeat(12));
    expect(outcome.exit).toBe(6);
    expect(rowsOf(outcome)[0]).toMatchObject({ outcome: 'sent', reason: expect.stringContaining('credential') });
    expect(outcomes(rowsOf(outcome))).toEqual({ sent: 12 });
    remote.double.before = () => false;
    const resumed = rowsOf(await remote.run('bulk resume 1 --yes -o jsonl'));
    expect(outcomes(resumed)).toEqual({ changed: 12 });
    expect(resumed[0]).not.toHaveProperty('reason');
    expect(changes).toBe(12);
  });

  it('tells of a run whose journal is lost under way, and it is not as if nothing was changed', async () => {
    const remote = await soffidPlace(many(5, { lastUsed: OLD }));
    remote.double.before = ({ method }) => {
      if (method === 'PATCH') rmSync(join(remote.home, '.local/state/otpctl'), { recursive: true, force: true });
      return false;
    };
    const { exit, stderr } = await remote.run('bulk disable-stale --unused-for 90d --ignore-signal --yes');
    expect(remote.statuses()).toBe('DDDDD');
    expect(exit).toBe(6);
    expect(stderr).toContain('error: ');
    expect(stderr).toContain('run 1 running: 5 sent; go on with it with  otpctl bulk resume 1\n');
  });

  it('reads each row again before its change, and skips what was used, changed or deleted meanwhile', async () => {
    const remote = await soffidPlace(many(120, { lastUsed: OLD }));
    const { devices } = remote.double;
    remote.double.before = ({ method }) => {
      const [used, changed] = [devices.get(100n), devices.get(101n)];
      if (method !== 'PATCH' || used === undefined || used.lastUsed === NEW_YEAR * 1000) return false;
      used.lastUsed = NEW_YEAR * 1000;
      if (changed !== undefined) changed.status = 'L';
      devices.delete(102n);
      return false;
    };
    const outcome = await remote.run(`${RUN} --concurrency 1`);
    expect(outcome.exit).toBe(0);
    expect(outcomes(rowsOf(outcome))).toEqual({ changed: 117, skipped: 3 });
    const skipped = rowsOf(outcome).filter(({ outcome: what }) => what === 'skipped');
    expect(skipped.map(({ id, reason }) => [id, reason])).toEqual([
      ['100', 'used meanwhile'],
      ['101', 'its status changed meanwhile to L'],
      ['102', 'deleted meanwhile'],
    ]);
  });

  it('has one row that failed for one device that cannot be read', async () => {
    const remote = await soffidPlace(many(40, { lastUsed: OLD }));
    const { double } = remote;
    double.after = (request, reply) => {
      const begun = double.requests.some(({ query }) => /id ge/.test(query.get('filter') ?? ''));
      if (!begun || request.method !== 'GET') return reply;
      return { ...reply, body: reply.body?.replace(/("id":7,.*?"lastUsed":")[^"]*/, '$1some day') ?? '' };
    };
    const outcome = await remote.run(RUN);
    expect(outcomes(rowsOf(outcome))).toEqual({ changed: 39, failed: 1 });
    expect(rowsOf(outcome).find(({ outcome: what }) => what === 'failed')).toMatchObject({
      id: '7',
      reason: expect.stringContaining('"some day" as lastUsed of device 7'),
    });
  });

  it('never takes a date that nobody can read for an old one, or for none', async () => {
    const remote = await soffidPlace(many(40, { lastUsed: OLD }));
    remote.double.after = (_, reply) => ({
      ...reply,
      body: reply.body?.replace(/("id":7,.*?"lastUsed":")[^"]*/, '$1some day') ?? '',
    });
    const outcome = await remote.run(`${RUN} --never-used include`);
    expect(outcome.exit).toBe(6);
    expect(outcomes(rowsOf(outcome))).toEqual({ changed: 39, failed: 1 });
    expect(rowsOf(outcome).find(({ outcome: what }) => what === 'failed')).toMatchObject({
      id: '7',
      reason: expect.stringContaining('"some day" as lastUsed of device 7'),
    });
    expect(remote.statuses().replaceAll('D', '')).toBe('V');
    // A list that is shown must not lack a device that is there.
    expect(await remote.run('device list --all')).toMatchObject({ exit: 7, stdout: '' });
  });

  it('asks for what sorts after every date too: a last use that nobody can read is a row that failed', async () => {
    const remote = await soffidPlace(many(10, { lastUsed: OLD }));
    const odd = remote.double.devices.get(7n);
    if (odd !== undefined) odd.lastUsed = Date.UTC(8000, 0);
    const before = await remote.run(`${RUN} --dry-run`);
    expect(outcomes(rowsOf(before))).toEqual({ planned: 9 });
    remote.double.after = (_, reply) => ({
      ...reply,
      body: reply.body?.replace(/("id":7,.*?"lastUsed":")[^"]*/, '$1some day') ?? '',
    });
    const outcome = await remote.run(RUN);
    expect(outcome.exit).toBe(6);
    expect(outcomes(rowsOf(outcome))).toEqual({ changed: 9, failed: 1 });
    expect(remote.statuses()).toBe('DDDDDDVDDD');
  });

  it('starts no more changes in a second than it may, also of those that are sent again', async () => {
    const remote = await soffidPlace(many(40, { lastUsed: OLD }));
    const at: number[] = [];
    remote.double.before = ({ method }, response) => {
      if (method !== 'PATCH') return false;
      at.push(performance.now());
      if (at.length % 5 !== 0) return false;
      response.writeHead(429, { 'retry-after': '0' }).end();
      return true;
    };
    expect(await remote.run(`${RUN} --rate 40`)).toMatchObject({ exit: 0 });
    expect(at.length).toBe(49);
    for (let first = 0; first + 20 < at.length; first++) {
      // Twenty more take half a second; a machine that is busy may bunch what it was told in time.
      expect((at[first + 20] as number) - (at[first] as number)).toBeGreaterThan(400);
    }
  });

  it('sends no more at once than it may', async () => {
    const remote = await soffidPlace(many(60, { lastUsed: OLD }));
    let [underWay, most] = [0, 0];
    remote.double.before = async ({ method }) => {
      if (method !== 'PATCH') return false;
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
      return false;
    };
    await remote.run(`${RUN} --concurrency 3`);
    expect(most).toBe(3);
  });

  it('stops after too many failures, and begins none of the rest', async () => {
    const remote = await soffidPlace(many(200, { lastUsed: OLD }));
    let patches = 0;
    remote.double.before = ({ method }, response) => {
      if (method !== 'PATCH') return false;
      patches += 1;
      response.writeHead(400).end();
      return true;
    };
    const outcome = await remote.run(`${RUN} --max-failures 5 --concurrency 2`);
    expect(outcome.exit).toBe(6);
    expect(outcome.stderr).toMatch(/run 1 stopped: 19\d waiting, [678] failed/);
    expect(patches).toBeLessThanOrEqual(8);
  });
});

describe('a selection', () => {
  it.each(PLACES)('on %s that fails in the middle begins no run', async (_name, place) => {
    const remote = await place(many(1500, { lastUsed: OLD }));
    const proxy = await startFaultProxy(remote.url);
    proxy.faults.push(...(await upToSecondPage(remote, proxy)), { kind: 'answer', status: 500 });
    const outcome = await remote.run(RUN, proxy.url);
    expect(outcome).toMatchObject({ exit: 7, stdout: '' });
    expect(remote.statuses()).toBe('V'.repeat(1500));
    expect(rowsOf(await remote.run('bulk runs -o jsonl'))).toEqual([]);
  });

  it('of a server whose pages shift while they are read is an error, and changes nothing', async () => {
    const remote = await soffidPlace(many(2500, { lastUsed: OLD }));
    const { double } = remote;
    double.before = ({ query }) => {
      if (query.get('startIndex') === '1001') double.devices.delete(5n);
      return false;
    };
    const outcome = await remote.run(`${RUN} --max 5000`);
    expect(outcome).toMatchObject({ exit: 7, stdout: '' });
    expect(outcome.stderr).toContain('devices were deleted while their list was read');
    expect(remote.changed.size).toBe(0);
  });

  it.each(PLACES)('on %s misses no device although its pages shift while they are changed', async (_name, place) => {
    const remote = await place(many(1200, { lastUsed: OLD }));
    const outcome = await remote.run(
      'bulk update --set-status locked --status enabled --max 5000 --max-percent 100 --last-device warn --yes -o jsonl',
    );
    expect(outcomes(rowsOf(outcome))).toEqual({ changed: 1200 });
    expect(remote.statuses()).toBe('L'.repeat(1200));
  });
});

/** Lets the requests pass that come before the second page of the list. */
async function upToSecondPage(remote: RemotePlace, proxy: FaultProxy) {
  await remote
    .run('bulk update --set-status locked --filter id|pr --dry-run'.replace('|', ' '), proxy.url)
    .catch(() => {});
  const { stderr } = await remote.run(`${RUN} --dry-run --max 5000 -v`, proxy.url);
  proxy.received.length = 0;
  const requests = stderr.match(/^> GET .*/gm) ?? [];
  const second = requests.findIndex((line) => line.includes('startIndex=1001'));
  expect(second).toBeGreaterThan(0);
  return requests.slice(0, second).map(() => ({ kind: 'pass' }) as const);
}
