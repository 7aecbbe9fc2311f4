import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { type ServedStore, servedStore } from '../support/served-store.ts';

/** Puts devices into the store of a server, with ids from 1 on, and one with a high id. */
function fill({ store }: ServedStore, devices: number, highest = devices): void {
  const database = new DatabaseSync(store);
  database.exec(`
    PRAGMA synchronous = OFF;
    BEGIN IMMEDIATE;
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${devices}), every(id) AS (
      SELECT i FROM n UNION SELECT ${highest})
    INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified, fails, digits, algorithm, period)
    SELECT id, printf('TOTP%08d', id), printf('totp%08d', id), 'TOTP', printf('user%d', id), printf('user%d', id), 'V', 0, 0,
           id % 3, 6, 'SHA1', 30
    FROM every;
    COMMIT`);
  database.close();
}

const RFC = '/scim/v2/OtpDevice';
const SOFFID = '/soffid/webservice/scim2/v1/OtpDevice';
const many = (count: number) => Array.from({ length: count }, (_, at) => `name co "z${at}"`).join(' or ');
const query = (path: string, text: string, name = 'filter') => `${path}?${name}=${encodeURIComponent(text)}&count=5`;

describe('a list that looks at every device', () => {
  it.each([
    ['with a long filter', query(RFC, many(60))],
    ['with a long filter, beside SCIM', query('/otpctl/v1/devices', many(60))],
    [
      'with many words',
      query(
        SOFFID,
        Array.from({ length: 40 }, (_, at) => 'totp0000000'.slice(0, 1 + (at % 11))).join(' '),
        'textFilter',
      ),
    ],
    ['in another order, from far behind', `${RFC}?sortBy=name&startIndex=50000`],
  ])('lets others through: %s', async (_, path) => {
    const served = await servedStore();
    fill(served, 60_000);
    const key = await served.key('super');
    const answered: string[] = [];
    const note = (what: string) => (response: Response) => {
      answered.push(what);
      return response;
    };
    // One connection each: what was asked first has come in before what is asked after it.
    const long = served.send(key, 'GET', path).then(note('long'));
    await new Promise((resolve) => setImmediate(resolve));
    await served.send(key, 'GET', '/healthz').then(note('health'));
    await served.send(key, 'POST', '/otpctl/v1/devices/1/disable', {}).then(note('change'));
    expect((await long).status).toBe(200);
    expect(answered).toEqual(['health', 'change', 'long']);
  });

  it('is answered as one that is read at once', async () => {
    const served = await servedStore();
    fill(served, 12_000);
    const key = await served.key('super');
    const ask = async (path: string) => (await (await served.send(key, 'GET', path)).json()) as Record<string, unknown>;
    const filtered = await ask(`${query(RFC, 'fails eq 1 and status eq "V"')}&sortBy=name&sortOrder=descending`);
    expect(filtered).toMatchObject({ totalResults: 4000, itemsPerPage: 5 });
    expect((filtered['Resources'] as { name: string }[]).map(({ name }) => name)).toEqual(
      [11_998, 11_995, 11_992, 11_989, 11_986].map((id) => `TOTP000${id}`),
    );
    expect(await ask(query('/otpctl/v1/devices', 'id eq "11999"'))).toMatchObject({
      total: 1,
      devices: [{ id: '11999', user: 'user11999', status: 'V' }],
    });
    expect((await served.send(key, 'GET', query(RFC, 'nonsense eq 1'))).status).toBe(400);
  });
});

describe('a list that takes too much', () => {
  it.each([
    ['a filter', query(RFC, many(11)), 'tooMany'],
    ['a filter of Soffid', query(SOFFID, many(11)), 'tooMany'],
    ['words among very many', query(SOFFID, 'a b c d e f', 'textFilter'), 'tooMany'],
    [
      'more than 50 words',
      query(SOFFID, Array.from({ length: 51 }, (_, at) => `w${at}`).join(' '), 'textFilter'),
      'invalidFilter',
    ],
  ])('is refused with a sentence: %s', async (_, path, scimType) => {
    const served = await servedStore();
    fill(served, 10, 1_000_000);
    const response = await served.send(await served.key('super'), 'GET', path);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ scimType, detail: expect.stringContaining(' ') });
  });

  it('is refused beside SCIM with a code, and asked there by a selection that finds few', async () => {
    const served = await servedStore();
    fill(served, 10, 1_000_000);
    const key = await served.key('super');
    const refused = await served.send(key, 'GET', query('/otpctl/v1/devices', many(11)));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { code: 'too-costly', message: expect.stringContaining('11 comparisons with 1,000,000 devices') },
    });
    const few = await served.send(
      key,
      'GET',
      query('/otpctl/v1/devices', `user eq "user7" and (${many(60)} or id pr)`),
    );
    expect(await few.json()).toMatchObject({ total: 1 });
  });

  it('is refused of a user who has very many devices as of all', async () => {
    const served = await servedStore();
    fill(served, 1100, 1_000_000);
    const database = new DatabaseSync(served.store);
    database.exec("UPDATE devices SET user = 'ada', user_fold = 'ada' WHERE id > 10");
    database.close();
    const key = await served.key('super');
    const of = (user: string) => `user eq "${user}" and (${many(60)} or id pr)`;
    expect((await served.send(key, 'GET', query(RFC, of('ada')))).status).toBe(400);
    expect(await (await served.send(key, 'GET', query(RFC, of('user7')))).json()).toMatchObject({ totalResults: 1 });
    expect((await served.send(key, 'GET', `${query('/otpctl/v1/devices', many(60))}&user=ada`)).status).toBe(400);
    expect((await served.send(key, 'GET', '/otpctl/v1/devices?user=ada')).status).toBe(200);
  });

  it('is refused with 20,000 words in a body', async () => {
    const served = await servedStore();
    fill(served, 10);
    const textFilter = Array.from({ length: 20_000 }, (_, at) => `w${at}`).join(' ');
    const response = await served.send(await served.key('super'), 'POST', `${SOFFID}/.search`, { textFilter });
    expect(response.status).toBe(400);
  });
});

describe('the verification of the audit log', () => {
  it('lets others through, and says what it found', async () => {
    const served = await servedStore();
    const key = await served.key('super');
    const patches = Array.from({ length: 5000 }, (_, at) => ({ name: `user${at}`, attributes: {} }));
    await served.beside.users.set(patches, { actor: 'tester' });
    const answered: string[] = [];
    const note = (what: string) => (response: Response) => {
      answered.push(what);
      return response;
    };
    const long = served.send(key, 'GET', '/otpctl/v1/audit/verification').then(note('long'));
    await new Promise((resolve) => setImmediate(resolve));
    await served.send(key, 'GET', '/healthz').then(note('health'));
    expect(await (await long).json()).toEqual({ intact: true, entries: 5002 });
    expect(answered).toEqual(['health', 'long']);

    const database = new DatabaseSync(served.store);
    database.exec("UPDATE audit SET result = 'other' WHERE seq = 777");
    database.close();
    const again = await served.send(key, 'GET', '/otpctl/v1/audit/verification');
    expect(await again.json()).toMatchObject({ intact: false, seq: 777 });
  });
});
