import { describe, expect, it } from 'vitest';
import { bulk, rowsOf, statuses } from '../support/bulk.ts';
import { json, otpctl } from '../support/cli.ts';
import { servedPlace } from '../support/remote-places.ts';
import { device, replace } from '../support/scim-messages.ts';
import { RFC_BASE, scimServer } from '../support/scim-server.ts';
import { type Stocked, stocked } from '../support/stock.ts';

/** So many devices of one user. */
const of = (user: string, count: number, status: NonNullable<Stocked['status']>, more: Partial<Stocked> = {}) =>
  Array.from({ length: count }, (): Stocked => ({ user, status, ...more }));

describe('more enabled devices than users.maxDevices', () => {
  it('are not made by a bulk run, of whose rows those that fit are changed', async () => {
    const { home, store } = await stocked([
      ...of('ada', 8, 'V'),
      ...of('ada', 4, 'D'),
      ...of('bob', 1, 'D'),
      ...of('ADA', 1, 'C'),
    ]);
    const stdin = [9, 10, 11, 12, 13, 14].join('\n');
    const outcome = await bulk(home, 'update --set-status enabled --from - --yes -o jsonl', { stdin });
    expect(rowsOf(outcome).map(({ id, outcome: what, reason }) => [id, what, reason])).toEqual([
      ['9', 'changed', undefined],
      ['10', 'changed', undefined],
      ['11', 'skipped', 'user "ada" may have 10 enabled devices'],
      ['12', 'skipped', 'user "ada" may have 10 enabled devices'],
      ['13', 'changed', undefined],
      ['14', 'skipped', 'user "ADA" may have 10 enabled devices'],
    ]);
    expect(outcome.exit).toBe(0);
    expect(statuses(store)).toBe('VVVVVVVVVVDDVC');
  });

  it('are not made by a bulk run at a server, which goes on however many rows are left alone', async () => {
    const place = await servedPlace([...of('ada', 10, 'V'), ...of('ada', 30, 'D'), ...of('bob', 1, 'D')]);
    for (const [at, line] of ['--concurrency 1', '--concurrency 8'].entries()) {
      const outcome = await place.run(
        `bulk update --status disabled --set-status enabled --max-percent 100 --yes -o jsonl ${line}`,
      );
      const rows = rowsOf(outcome);
      expect({ exit: outcome.exit, rows: rows.length }).toEqual({ exit: 0, rows: at === 0 ? 31 : 30 });
      for (const { user, outcome: what, reason } of rows) {
        expect({ user, what }).toEqual({ user, what: user === 'bob' ? 'changed' : 'skipped' });
        if (user === 'ada') expect(reason).toContain('"ada" may have 10 enabled devices, and has 10');
      }
    }
    expect(place.statuses()).toBe(`${'V'.repeat(10)}${'D'.repeat(30)}V`);
  });

  it('are not made by an undo', async () => {
    const { home, store } = await stocked([...of('ada', 10, 'V'), ...of('ada', 1, 'D'), ...of('ada', 1, 'L')]);
    await bulk(home, 'update --set-status disabled --from - --yes --last-device warn', { stdin: '1\n2\n' });
    expect(await otpctl(['device', 'enable', '11'], { home })).toMatchObject({ exit: 0 });
    const outcome = await bulk(home, 'undo 1 --yes -o jsonl');
    expect(rowsOf(outcome).map(({ id, outcome: what }) => [id, what])).toEqual([
      ['1', 'changed'],
      ['2', 'skipped'],
    ]);
    expect(statuses(store)).toBe('VDVVVVVVVVVL');
  });

  it('are not counted over users, nor with those of who had the name before', async () => {
    const { home, store } = await stocked([...of('ada', 10, 'V'), ...of('ada', 1, 'D')]);
    await json(['user', 'remove', 'ada'], { home });
    for (let count = 0; count < 2; count++)
      await json(['device', 'create', 'email', '--user', 'ada', '--email', 'a@example.com'], { home });
    const outcome = await bulk(home, 'update --set-status enabled --from - --yes -o jsonl', { stdin: '11\n12\n13\n' });
    expect(rowsOf(outcome).map(({ id, outcome: what }) => [id, what])).toEqual([
      ['11', 'skipped'],
      ['12', 'changed'],
      ['13', 'changed'],
    ]);
    expect(statuses(store)).toBe('VVVVVVVVVVDVV');
  });

  it('are not made over SCIM: by a creation, a PATCH, a PUT, or in bulk', async () => {
    const { call, backend } = await scimServer();
    const email = { type: 'EMAIL', email: 'a@example.com' };
    const path = `${RFC_BASE}/OtpDevice`;
    for (let made = 0; made < 10; made++)
      expect((await call('POST', path, device({ ...email, status: 'V' }))).status).toBe(201);
    const refused = {
      status: 409,
      body: { detail: expect.stringContaining('may have 10 enabled devices, and has 10') },
    };
    expect(await call('POST', path, device({ ...email, status: 'V' }))).toMatchObject(refused);
    expect(await call('POST', path, device({ ...email, user: 'ADA', status: 'V' }))).toMatchObject(refused);
    expect((await call('POST', path, device(email))).status).toBe(201);
    const enable = replace('status', 'V');
    expect(await call('PATCH', `${path}/11`, enable)).toMatchObject(refused);
    expect(await call('PUT', `${path}/11`, device({ ...email, status: 'V' }))).toMatchObject(refused);
    const several = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'PATCH', path: '/OtpDevice/11', data: enable }],
    };
    expect(await call('POST', `${RFC_BASE}/Bulk`, several)).toMatchObject({
      status: 200,
      body: { Operations: [{ status: '409' }] },
    });
    expect(await backend.find('11')).toMatchObject({ status: 'C' });
    expect(await backend.count({ user: 'ada', statuses: ['V'] })).toBe(10);
  });
});
