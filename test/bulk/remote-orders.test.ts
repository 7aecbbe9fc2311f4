import { describe, expect, it } from 'vitest';
import { OLD, rowsOf } from '../support/bulk.ts';
import { type ServedPlace, servedPlace, soffidPlace } from '../support/remote-places.ts';
import { readRow } from '../support/sql.ts';
import { many } from '../support/stock.ts';

const RUN = 'bulk disable-stale --unused-since 2022-01-01 --yes';
const entry = ({ store }: ServedPlace, id: string) =>
  readRow(store, `SELECT action, result, reason FROM audit WHERE device_id = '${id}' ORDER BY seq DESC LIMIT 1`);

/** A request of another client of the server. */
async function sent(
  place: ServedPlace,
  method: string,
  path: string,
  body: object,
  reason = 'stolen',
): Promise<unknown> {
  const answer = await fetch(`${place.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${place.environment['OTPCTL_TOKEN']}`,
      'content-type': 'application/scim+json',
      ...(reason !== '' && { 'otpctl-reason': reason }),
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

const patch = (value: string) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'status', value }],
});

/** Ways in which somebody says again, of device 2 at a server, that it is to be disabled. */
const ORDERS: [what: string, order: (place: ServedPlace) => Promise<unknown>][] = [
  ['by the remote command', (place) => place.run('device disable 2 --reason stolen')],
  [
    'by a remote run that finds it',
    (place) => place.run('bulk update --set-status disabled --user user1 --reason stolen --yes'),
  ],
  ['by PATCH', (place) => sent(place, 'PATCH', '/OtpDevice/2', patch('D'))],
  [
    'by PATCH without a path',
    (place) =>
      sent(place, 'PATCH', '/OtpDevice/2', {
        ...patch('D'),
        Operations: [{ op: 'add', value: { status: 'D' } }],
      }),
  ],
  [
    'by PUT',
    async (place) => {
      const answer = await fetch(`${place.url}/OtpDevice/2`, {
        headers: { authorization: `Bearer ${place.environment['OTPCTL_TOKEN']}` },
      });
      return sent(place, 'PUT', '/OtpDevice/2', (await answer.json()) as object);
    },
  ],
  [
    'in bulk',
    (place) =>
      sent(place, 'POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [{ method: 'PATCH', path: '/OtpDevice/2', data: patch('D') }],
      }),
  ],
];

describe('an order at a server about a device that is there already', () => {
  it.each(ORDERS)('has its entry, with the reason, and an undo leaves the device alone: %s', async (_what, order) => {
    const place = await servedPlace(many(3, { lastUsed: OLD }));
    expect(await place.run(RUN)).toMatchObject({ exit: 0 });
    const shown = (await place.run('device show 2 -o json')).stdout;
    await order(place);
    expect((await place.run('device show 2 -o json')).stdout).toBe(shown);
    expect(entry(place, '2')).toEqual({ action: 'device.disable', result: 'ok: disabled already', reason: 'stolen' });
    const undo = await place.run('bulk undo 1 --yes -o jsonl');
    expect(undo.exit).toBe(0);
    expect(rowsOf(undo).map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual([
      ['1', 'changed', undefined],
      ['2', 'skipped', 'somebody gave an order about it since, or it was changed meanwhile'],
      ['3', 'changed', undefined],
    ]);
    expect(place.statuses()).toBe('VDV');
  });

  it('is found by an undo also where it was changed and changed back', async () => {
    const place = await servedPlace(many(3, { lastUsed: OLD }));
    await place.run(RUN);
    for (const verb of ['enable', 'disable']) await place.run(`device ${verb} 2`);
    await place.run('bulk undo 1 --yes');
    expect(place.statuses()).toBe('VDV');
    // And the undo of the undo goes by the same.
    for (const verb of ['disable', 'enable']) await place.run(`device ${verb} 1`);
    await place.run('bulk undo 2 --yes');
    expect(place.statuses()).toBe('VDD');
  });

  it.each(['enable', 'lock', 'unlock', 'reset-fails'])('by the remote command has its entry: %s', async (verb) => {
    const status = verb === 'lock' ? 'L' : 'V';
    const place = await servedPlace(many(1, { status, lastUsed: OLD }));
    expect(await place.run(`device ${verb} 1 --reason meant`)).toMatchObject({ exit: 0 });
    expect(entry(place, '1')).toMatchObject({ action: `device.${verb}`, reason: 'meant' });
    expect(entry(place, '1')['result']).toMatch(/already$/);
  });

  it.each(['replace', 'add'])('without a reason is one about what a run made so, and is kept once: %s', async (op) => {
    const place = await servedPlace(many(2, { lastUsed: OLD }));
    await place.run(RUN);
    const count = () => readRow(place.store, 'SELECT count(*) AS n FROM audit')['n'];
    const before = count();
    const again = { ...patch('D'), Operations: [{ op, path: 'status', value: 'D' }] };
    for (const _ of [1, 2]) await sent(place, 'PATCH', '/OtpDevice/2', again, '');
    expect(count()).toBe(Number(before) + 1);
    await place.run('bulk undo 1 --yes');
    expect(place.statuses()).toBe('VD');
  });

  it('is none where a request names no status', async () => {
    const place = await servedPlace(many(1, { status: 'D', lastUsed: OLD }));
    await sent(place, 'PATCH', '/OtpDevice/1', {
      ...patch('D'),
      Operations: [{ op: 'replace', path: 'externalId', value: 'x' }],
    });
    expect(entry(place, '1')).toMatchObject({ action: 'device.update', result: 'ok: externalId' });
  });

  it('cannot pass for a part of a run of the store', async () => {
    const place = await servedPlace(many(1, { status: 'D', lastUsed: OLD }));
    const answer = await fetch(`${place.url}/OtpDevice/1`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${place.environment['OTPCTL_TOKEN']}`,
        'content-type': 'application/scim+json',
        'otpctl-run': '1',
      },
      body: JSON.stringify(patch('V')),
    });
    expect(answer.status).toBe(200);
    expect(entry(place, '1')['result']).toBe('ok: disabled to enabled');
  });
});

describe('the log of a server', () => {
  it('says of which run a change was, the same for all rows of it', async () => {
    const place = await servedPlace(many(2, { lastUsed: OLD }));
    await place.run(RUN);
    const [one, two] = ['1', '2'].map((id) => entry(place, id)['result']);
    expect(one).toMatch(/^ok: enabled to disabled in run [0-9a-f]{16}$/);
    expect(two).toBe(one);
  });
});

describe('an order at Soffid about a device that is there already', () => {
  it('sends nothing, and an undo knows nothing of it', async () => {
    const place = await soffidPlace(many(1, { lastUsed: OLD }));
    await place.run(RUN);
    const traced = await place.run('device disable 1 -v');
    expect(traced).toMatchObject({ exit: 0, stderr: expect.not.stringContaining('PATCH') });
    expect(await place.run('bulk undo 1 --yes')).toMatchObject({ exit: 0 });
    expect(place.statuses()).toBe('V');
  });
});
