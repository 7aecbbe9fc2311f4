import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { readRow } from '../support/sql.ts';

const DAY = 86_400;

describe('otpctl apikey', () => {
  it('shows a key once, and keeps no more than its hash', async () => {
    const home = temporaryHome();
    const clock = fixedClock();
    const line = ['apikey', 'create', 'portal', '--role', 'helpdesk', '--role', 'audit', '--expires', '90d'];
    const created = await json(line, { home, clock });
    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      name: 'portal',
      roles: ['audit', 'helpdesk'],
      expires: '2022-04-01T00:00:00Z',
      key: expect.stringMatching(/^otpctl_[0-9a-f]{12}_[0-9a-f]{48}$/),
    });
    const listed = await json<unknown[]>(['apikey', 'list'], { home, clock });
    const { key, ...visible } = created;
    expect(listed).toEqual([{ ...visible, created: '2022-01-01T00:00:00Z', rotated: false }]);
    const row = readRow(storeOf(home), 'SELECT * FROM api_keys');
    expect(JSON.stringify(row)).not.toContain(String(key).slice(20));
    expect(row['hash']).toHaveLength(32);
    const audit = await json<{ object: string; result: string }[]>(['audit', 'list', '--action', 'apikey.create'], {
      home,
    });
    expect(audit).toEqual([
      expect.objectContaining({ object: `apikey ${created['id']} portal`, result: 'ok: audit, helpdesk' }),
    ]);
    expect(JSON.stringify(audit)).not.toContain(String(key));
  });

  it('prints the key alone to stdout, and says on stderr that it is shown once', async () => {
    const { exit, stdout, stderr } = await otpctl(['apikey', 'create', 'job', '--role', 'query'], {
      home: temporaryHome(),
    });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^otpctl_[0-9a-f]{12}_[0-9a-f]{48}\n$/);
    expect(stderr).toContain('the key "job" is shown once');
  });

  it.each([
    [['create', 'portal'], 2, 'a key needs a role'],
    [['create', 'portal', '--role', 'admin'], 2, 'unknown role "admin"'],
    [['create', 'a:b', '--role', 'query'], 2, 'is no name for a key'],
    [['create', ' ', '--role', 'query'], 2, 'the name of the key is empty'],
    [['create', 'x', '--role', 'query', '--expires', '3m'], 2, 'could mean minutes or months'],
    [['create', 'x', '--role', 'query', '--quiet'], 2, 'would leave out the key'],
    [['create', 'x', '--role', 'query', '--columns', 'id'], 2, 'would leave out the key'],
    [['create', 'TAKEN', '--role', 'query'], 5, 'there is an API key "TAKEN" already'],
    [['rotate', 'nobody'], 3, 'there is no API key "nobody"'],
    [['revoke', 'nobody'], 3, 'there is no API key "nobody"'],
  ])('refuses  apikey %j', async (line, exit, message) => {
    const home = temporaryHome();
    await otpctl(['apikey', 'create', 'taken', '--role', 'query'], { home });
    const outcome = await otpctl(['apikey', ...line], { home });
    expect({ ...outcome, stdout: '' }).toEqual({ exit, stdout: '', stderr: expect.stringContaining(message) });
    expect(await json(['apikey', 'list'], { home })).toHaveLength(1);
  });

  it('makes a store for create, and for nothing else', async () => {
    const home = temporaryHome();
    for (const line of [['list'], ['rotate', 'x'], ['revoke', 'x']]) {
      const outcome = await otpctl(['apikey', ...line], { home });
      expect(outcome).toMatchObject({ exit: 2, stderr: expect.stringContaining('there is no store') });
    }
    expect(await otpctl(['apikey', 'create', 'x', '--role', 'query'], { home })).toMatchObject({ exit: 0 });
    expect(await json(['audit', 'verify'], { home })).toMatchObject({ intact: true, entries: 2 });
  });

  it('rotates with an overlap, and gives the new key as long a life', async () => {
    const home = temporaryHome();
    const clock = fixedClock();
    await otpctl(['apikey', 'create', 'portal', '--role', 'query', '--expires', '10d'], { home, clock });
    clock.advance(DAY);
    await json(['apikey', 'rotate', 'Portal', '--overlap', '24h'], { home, clock });
    const listed = await json<Record<string, unknown>[]>(['apikey', 'list'], { home, clock });
    expect(listed.map(({ name, expires, rotated }) => ({ name, expires, rotated }))).toEqual([
      { name: 'portal', expires: '2022-01-12T00:00:00Z', rotated: false },
      { name: 'portal', expires: '2022-01-03T00:00:00Z', rotated: true },
    ]);
    expect(clock.now()).toBe(NEW_YEAR + DAY);
    await otpctl(['apikey', 'rotate', 'portal'], { home, clock });
    expect(await json(['apikey', 'list'], { home, clock })).toHaveLength(1);
    await otpctl(['apikey', 'revoke', 'portal', '--reason', 'laptop lost'], { home, clock });
    expect(await json(['apikey', 'list'], { home, clock })).toEqual([]);
    const actions = await json<{ action: string; reason?: string }[]>(['audit', 'list'], { home });
    expect(actions.map(({ action }) => action)).toEqual([
      'store.init',
      'apikey.create',
      'apikey.rotate',
      'apikey.rotate',
      'apikey.revoke',
    ]);
    expect(actions.at(-1)).toMatchObject({ reason: 'laptop lost' });
  });
});

describe('otpctl apikey with a scope', () => {
  it('is listed with it, says so in the log, and keeps it when it is rotated', async () => {
    const home = temporaryHome();
    const scope = 'groups eq "Sales"';
    const created = await json(['apikey', 'create', 'berlin', '--role', 'helpdesk', '--scope', scope], { home });
    expect(created).toMatchObject({ name: 'berlin', scope });
    expect(await json(['apikey', 'rotate', 'berlin'], { home })).toMatchObject({ scope });
    expect(await json(['apikey', 'list'], { home })).toEqual([expect.objectContaining({ name: 'berlin', scope })]);
    expect((await otpctl(['apikey', 'list'], { home })).stdout).toContain(scope);
    const audit = await json<{ result: string }[]>(['audit', 'list', '--action', 'apikey.create'], { home });
    expect(audit.map(({ result }) => result)).toEqual(['ok: helpdesk within a scope']);
    expect((await otpctl(['store', 'check'], { home })).exit).toBe(0);
  });

  it.each([
    ['groups eq Sales', /groups eq Sales\n {2,}\^/],
    ['', /the scope is empty/],
    ['id eq "1"', /id of users cannot be asked about/],
    ['groups eq "a" und active eq true', /expected "and", "or" or the end/],
  ])('refuses the scope %j with the place', async (scope, said) => {
    const home = temporaryHome();
    const line = ['apikey', 'create', 'x', '--role', 'query', '--scope', scope];
    const { exit, stderr } = await otpctl(line, { home });
    const device = await otpctl(['device', 'list', '--filter', 'id eq'], { home });
    expect(exit).toBe(device.exit);
    expect(stderr).toMatch(said);
  });
});
