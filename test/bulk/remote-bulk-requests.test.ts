import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OLD } from '../support/bulk.ts';
import { otpctl } from '../support/cli.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { fixedClock } from '../support/fixed.ts';
import { journalOf, outcomes, RUN, rowsOf, servedPlace } from '../support/remote-places.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { arrange } from '../support/signed.ts';
import { tamper } from '../support/sql.ts';
import { many, stocked } from '../support/stock.ts';

describe('/Bulk of an otpctl', () => {
  it('refuses a device that was changed between its reading and its change: a row that is skipped', async () => {
    const remote = await servedPlace(many(20, { lastUsed: OLD }));
    let meddled = false;
    const meddling = await startFaultProxy(remote.url);
    meddling.before = (target) => {
      if (meddled || !target.endsWith('/Bulk')) return;
      meddled = true;
      arrange(remote.store, `UPDATE devices SET fails = 3 WHERE id = 4; UPDATE devices SET status = 'L' WHERE id = 5`);
    };
    const outcome = await remote.run(RUN, meddling.url);
    expect(outcome.exit).toBe(0);
    const skipped = rowsOf(outcome).filter(({ outcome: what }) => what === 'skipped');
    expect(skipped.map(({ id, reason }) => [id, reason])).toEqual([
      ['4', 'changed meanwhile'],
      ['5', 'its status changed meanwhile to L'],
    ]);
    expect(remote.statuses()).toBe(`DDDVL${'D'.repeat(15)}`);
  });

  it.each(['lose', 'reset', 'half-open', 'truncate'] as const)(
    'changes nothing twice when the answer is lost: %s',
    async (kind) => {
      const remote = await servedPlace(many(150, { lastUsed: OLD }));
      const proxy = await startFaultProxy(remote.url);
      let hit = false;
      proxy.before = (target) => {
        if (hit || !target.endsWith('/Bulk')) return;
        hit = true;
        proxy.faults.unshift(kind === 'truncate' ? { kind, bytes: 40 } : { kind });
      };
      const outcome = await remote.run(`${RUN} --timeout 1s --concurrency 1`, proxy.url);
      expect(outcome.exit).toBe(0);
      expect(hit).toBe(true);
      expect(outcomes(rowsOf(outcome))).toEqual({ changed: 150 });
      expect(remote.changes()).toEqual({ devices: 150, least: 1, most: 1 });
    },
  );

  it('leaves rows as sent when nothing is heard any more, and resume settles them by reading', async () => {
    const remote = await servedPlace(many(30, { lastUsed: OLD }));
    const proxy = await startFaultProxy(remote.url);
    proxy.before = (target) => {
      const bulk = proxy.received.some((each) => each.endsWith('/Bulk'));
      if (target.endsWith('/Bulk') || bulk) proxy.faults.unshift({ kind: 'lose' });
    };
    const outcome = await remote.run(RUN, proxy.url);
    expect(outcome.exit).toBe(6);
    expect(outcomes(rowsOf(outcome))).toEqual({ sent: 30 });
    expect(remote.changes()).toEqual({ devices: 30, least: 1, most: 1 });
    expect(await remote.run('bulk resume 1 --yes', remote.url)).toMatchObject({ exit: 3 });
    const clean = await startFaultProxy(remote.url);
    tamper(journalOf(remote), `UPDATE runs SET place = 'server ${clean.url}'`);
    const resumed = await remote.run('bulk resume 1 --yes -o jsonl', clean.url);
    expect(outcomes(rowsOf(resumed))).toEqual({ changed: 30 });
    expect(remote.changes()).toEqual({ devices: 30, least: 1, most: 1 });
    expect(clean.received.filter((each) => each.endsWith('/Bulk'))).toEqual([]);
  }, 90_000);

  it.each([['[["a",1]]'], ['[{"bulkId":"another","status":"200"}]'], ['[{"location":"http://x/%ff","status":"200"}]']])(
    'ends when the server answers about none of what it was sent: %s',
    async (operations) => {
      const remote = await servedPlace(many(3, { lastUsed: OLD }));
      const proxy = await startFaultProxy(remote.url);
      proxy.before = (target) => {
        if (target.endsWith('/Bulk'))
          proxy.faults.unshift({ kind: 'answer', status: 200, body: `{"Operations":${operations}}` });
      };
      const outcome = await remote.run(`${RUN} --concurrency 1`, proxy.url);
      expect(outcome.exit).toBe(7);
      expect(outcomes(rowsOf(outcome))).toEqual({ failed: 3 });
      expect(proxy.received.filter((each) => each.endsWith('/Bulk'))).toHaveLength(1);
      expect(remote.statuses()).toBe('VVV');
    },
  );

  it('keeps the reason and the ticket of each change', async () => {
    const remote = await servedPlace(many(3, { lastUsed: OLD }));
    await remote.run(`${RUN} --reason spring --ticket T-1`);
    const { stdout } = await remote.run('audit list --action device.disable -o json');
    expect(JSON.parse(stdout)).toMatchObject(Array(3).fill({ actor: 'key:desk', reason: 'spring', ticket: 'T-1' }));
  });
});

describe('/Bulk of another server', () => {
  const URN = 'urn:ietf:params:scim:api:messages:2.0:';

  /** A server that takes few operations at once, words statuses as drafts did, and names no bulkId. */
  async function strange(refused: (id: string) => number | undefined = () => undefined, path = '/scim') {
    const statuses = new Map(Array.from({ length: 10 }, (_, at) => [`dev-${at}`, 'V']));
    const resource = (id: string) => ({
      ...{ id, name: id, type: 'TOTP', user: `user-${id}`, created: '2020-01-01T00:00:00Z', fails: 0 },
      ...{ lastUsed: '2020-06-01T00:00:00Z', status: statuses.get(id) },
      meta: {
        version: `W/"${createHash('sha1')
          .update(`${id}${statuses.get(id)}`)
          .digest('hex')}"`,
      },
    });
    const server = await scriptedServer(({ method, target, body }) => {
      if (target.endsWith('/ServiceProviderConfig')) {
        const bulk = { supported: true, maxOperations: 4, maxPayloadSize: 2000 };
        return { body: { schemas: ['x:ServiceProviderConfig'], bulk, etag: { supported: true } } };
      }
      if (method === 'POST') {
        const { Operations, failOnErrors } = body as { Operations: Operation[]; failOnErrors: number };
        let errors = 0;
        const done = Operations.flatMap(({ path, version, data }) => {
          if (errors >= failOnErrors) return [];
          const id = path.slice('/OtpDevice/'.length);
          const wrong = version === resource(id).meta.version ? refused(id) : 412;
          if (wrong !== undefined) errors += 1;
          else statuses.set(id, data.Operations[0]?.value ?? '');
          return [
            {
              location: `http://elsewhere/OtpDevice/${id}`,
              status: { code: wrong ?? 200 },
              response: { detail: 'no' },
            },
          ];
        });
        return { body: { schemas: [`${URN}BulkResponse`], Operations: done } };
      }
      const wanted = target.match(/dev-\d+/g);
      const [, one] = /OtpDevice\/(dev-\d+)$/.exec(target) ?? [];
      if (one !== undefined) return { body: resource(one) };
      if (!target.includes('/OtpDevice')) return undefined;
      const found = [...statuses.keys()].filter((id) => wanted === null || wanted.includes(id)).map(resource);
      return { body: { totalResults: found.length, Resources: found } };
    });
    const home = (await stocked([])).home;
    const environment = { OTPCTL_URL: `${server.origin}${path}`, OTPCTL_TOKEN: 'x' };
    const run = (line: string) => otpctl(line.split(' '), { home, environment, clock: fixedClock() });
    const bulks = () => server.requests.filter(({ method }) => method === 'POST');
    return { run, statuses, bulks, requests: server.requests };
  }
  interface Operation {
    readonly path: string;
    readonly version?: string;
    readonly data: { readonly Operations: readonly { readonly value: string }[] };
  }

  it('is sent no more operations and no more bytes at once than it takes', async () => {
    const { run, statuses, bulks } = await strange();
    expect(await run(RUN)).toMatchObject({ exit: 0 });
    expect([...statuses.values()].join('')).toBe('D'.repeat(10));
    expect(bulks().map(({ body }) => (body as { Operations: unknown[] }).Operations.length)).toEqual([4, 4, 2]);
    for (const { body } of bulks()) expect(JSON.stringify(body).length).toBeLessThanOrEqual(2000);
  });

  it.each([
    ['a whole URL', '/scim', ['/scim']],
    ['a bare origin', '', ['/scim/v2', '/soffid/webservice/scim2/v1']],
  ])('is asked once what it is and can do: %s', async (_, path, bases) => {
    const { run, statuses, requests } = await strange(undefined, path);
    expect(await run(RUN)).toMatchObject({ exit: 0 });
    expect([...statuses.values()].join('')).toBe('D'.repeat(10));
    const asked = requests.map(({ target }) => target).filter((target) => target.includes('ServiceProviderConfig'));
    expect(asked).toEqual(bases.map((base) => `${base}/ServiceProviderConfig`));
  });

  it('stops at the failures that a run may have, and the rest waits', async () => {
    const { run, statuses, bulks } = await strange(() => 403);
    const outcome = await run(`${RUN} --max-failures 1 --concurrency 1`);
    expect(outcome.exit).toBe(6);
    expect(outcome.stderr).toContain('run 1 stopped: 8 waiting, 2 failed');
    expect([...statuses.values()].join('')).toBe('V'.repeat(10));
    expect(bulks()).toHaveLength(1);
  });
});
