import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/domain/audit/audit.ts';
import { commitmentOf, GROUPS } from '../../src/domain/audit/entry-proof.ts';
import { pruneAudit } from '../../src/store/sqlite/audit/audit-chain.ts';
import { chainedEntryOf } from '../../src/store/sqlite/audit/audit-rows.ts';
import { eraseFromAudit } from '../../src/store/sqlite/audit/erase-audit.ts';
import { examineAudit } from '../../src/store/sqlite/audit/examine-audit.ts';
import { repairAudit } from '../../src/store/sqlite/audit/repair-audit.ts';
import { verifyChain } from '../../src/store/sqlite/audit/verify-chain.ts';
import { append, FULL, formerLog, isSound, logOf, type TestLog } from '../support/audit-log.ts';

const BY = { actor: 'user:root', time: FULL.time, reason: 'request 5', ticket: 'DP-5' };
const ADA = { userId: '11', user: 'ada' };
const BOB: AuditEvent = { ...FULL, user: 'bob', userId: '12', object: 'device 2 TOTP00000002 of bob', deviceId: '2' };

function erase({ connection, key }: TestLog, user = ADA) {
  return connection.immediate(() => eraseFromAudit(connection, key, user, BY));
}

const rowsOf = ({ connection }: TestLog) => connection.all('SELECT * FROM audit ORDER BY seq');
const entryOf = (log: TestLog, seq: number) =>
  chainedEntryOf(log.connection.get('SELECT * FROM audit WHERE seq = ?', [seq]) ?? {});
const run = ({ connection }: TestLog, sql: string) => connection.exec(sql);

describe('an erasure', () => {
  it('takes texts and salts away, leaves the facts and a chain that is whole, and says who did it', () => {
    const log = logOf(FULL, BOB, { ...BOB, actor: 'person:ada' });
    const before = rowsOf(log);
    expect(erase(log)).toEqual({ entries: 2, first: 1, last: 3, kept: 0 });
    expect(verifyChain(log.connection, log.key.hmac)).toEqual({ intact: true, entries: 4 });
    expect(isSound(log)).toBe(true);
    const [first, second, third, by] = rowsOf(log);
    expect(first).toMatchObject({
      ...{ actor: 'key:desk', action: 'device.disable', result: 'ok', device_id: '1', type: 'TOTP', user_id: '11' },
      ...{ run: '7', door: 'v1', object: '', reason: null, ticket: null, user: null, user_fold: null, peer: null },
      ...{ client: null, mac: before[0]?.['mac'] },
    });
    expect(first?.['salts']).toHaveLength(16);
    expect(second).toEqual(before[1]);
    // What a person did to others is kept, without their name and where they were.
    expect(third).toMatchObject({ actor: 'person:', user: 'bob', reason: FULL.reason, peer: null, client: null });
    expect(by).toMatchObject({
      ...{ action: 'user.erase', actor: 'user:root', user_id: '11', user: null, object: 'user id 11' },
      ...{ result: 'ok: entries erased: 2 (1 to 3), kept: 0', reason: 'request 5', ticket: 'DP-5' },
    });
    const kept = JSON.stringify(rowsOf(log).map((row) => Object.values(row)));
    for (const text of ['ada"', 'of ada', '11-000']) expect(kept).not.toContain(text);
  });

  it('knows the user by their id: who had the name before or since is left alone', () => {
    const log = logOf(FULL, { ...FULL, userId: '99' });
    const { userId: _, ...unnamed } = FULL;
    append(log, unnamed);
    expect(erase(log)).toEqual({ entries: 2, first: 1, last: 3, kept: 0 });
    expect(entryOf(log, 2)).toMatchObject({ user: 'ada', userId: '99' });
    expect(isSound(log)).toBe(true);
  });

  it('counts entries of format 1 and sealed ones, which stay as they are', () => {
    const log = formerLog();
    const before = rowsOf(log);
    append(log, { ...FULL });
    const about = before.filter(({ user_fold }) => user_fold === 'ada').length;
    expect(erase(log)).toEqual({ entries: 1, first: before.length + 1, last: before.length + 1, kept: about });
    expect(rowsOf(log).slice(0, before.length)).toEqual(before);
    expect(isSound(log)).toBe(true);
  });

  it('may come again, to what came since, and for others', () => {
    const log = logOf({ ...FULL, actor: 'person:bob' });
    erase(log);
    expect(erase(log)).toEqual({ entries: 0, kept: 0 });
    append(log, FULL, BOB);
    expect(erase(log)).toMatchObject({ entries: 1, first: 4 });
    // The first entry loses what is left of it: who did it.
    expect(erase(log, { userId: '12', user: 'bob' })).toMatchObject({ entries: 2, first: 1, last: 5 });
    expect(entryOf(log, 1)).toMatchObject({ actor: 'person:', object: '' });
    expect(isSound(log)).toBe(true);
  });

  it('is refused by a log that is not sound', () => {
    const log = logOf(FULL, BOB);
    run(log, `UPDATE audit SET object = 'x' WHERE seq = 2`);
    expect(() => erase(log)).toThrow('entry 2 is not what was written');
    expect(entryOf(log, 1)).toMatchObject({ user: 'ada' });
  });

  it('leaves a log that is pruned in the middle of what it erased, and one that is sealed', () => {
    const log = logOf(FULL, FULL, BOB, FULL);
    erase(log);
    pruneAudit(log.connection, log.key.hmac, 2, entryOf(log, 2).mac);
    expect(isSound(log)).toBe(true);
    run(log, `UPDATE audit SET result = 'failed' WHERE seq = 4`);
    expect(isSound(log)).toBe(false);
    const { connection, key } = log;
    connection.immediate(() => repairAudit(connection, key, examineAudit(connection, key.hmac).broken, BY));
    expect(isSound(log)).toBe(true);
    expect(erase(log, { userId: '12', user: 'bob' })).toMatchObject({ entries: 1 });
    run(log, `UPDATE audit SET erased = NULL WHERE seq = 4`);
    expect(isSound(log)).toBe(false);
  });
});

const HEX = '[0-9a-f]{64}';

describe('after an erasure, who writes to the store', () => {
  const SALT = "x'000102030405060708090a0b0c0d0e0f'";
  const MARK = (by: number) =>
    `json('{"subject":{"commitment":"${'a'.repeat(64)}","by":${by},"mac":"${'b'.repeat(64)}"}}')`;
  it.each([
    ['puts another text in its place', `UPDATE audit SET object = 'device 1 of eve' WHERE seq = 1`],
    ['puts another user in its place', `UPDATE audit SET user = 'eve', user_fold = 'eve' WHERE seq = 1`],
    ['puts an empty user in its place', `UPDATE audit SET user = '', user_fold = '' WHERE seq = 1`],
    [
      'puts a text and a salt in its place',
      `UPDATE audit SET object = 'x', salts = ${SALT}, erased = NULL WHERE seq = 1`,
    ],
    ['gives it a reason', `UPDATE audit SET reason = 'she asked for it' WHERE seq = 1`],
    ['gives it another result', `UPDATE audit SET result = 'ok: as she asked' WHERE seq = 1`],
    ['gives it another verdict', `UPDATE audit SET result = 'rejected' WHERE seq = 1`],
    ['gives it another door', `UPDATE audit SET door = 'scim' WHERE seq = 1`],
    ['takes the mark away', 'UPDATE audit SET erased = NULL WHERE seq = 1'],
    ['takes one mark of it away', `UPDATE audit SET erased = json_remove(erased, '$.network') WHERE seq = 1`],
    [
      'moves a mark to another entry',
      'UPDATE audit SET erased = (SELECT erased FROM audit WHERE seq = 1) WHERE seq = 3',
    ],
    ['moves marks between entries', `UPDATE audit SET erased = (SELECT erased FROM audit WHERE seq = 5) WHERE seq = 1`],
    [
      'moves a commitment to another group',
      `UPDATE audit SET erased = json_set(erased, '$.subject', json_extract(erased, '$.texts')) WHERE seq = 1`,
    ],
    [
      'moves commitments between groups',
      `UPDATE audit SET erased = json_set(erased, '$.subject', json_extract(erased, '$.texts'), '$.texts', json_extract(erased, '$.subject')) WHERE seq = 1`,
    ],
    ['says that another erased it', `UPDATE audit SET erased = json_set(erased, '$.subject.by', 2) WHERE seq = 1`],
    [
      'changes a commitment',
      `UPDATE audit SET erased = json_set(erased, '$.subject.commitment', '${'0'.repeat(64)}') WHERE seq = 1`,
    ],
    [
      'changes the HMAC of a mark',
      `UPDATE audit SET erased = json_set(erased, '$.subject.mac', '${'0'.repeat(64)}') WHERE seq = 1`,
    ],
    ['writes a mark otherwise', `UPDATE audit SET erased = replace(erased, ':', ': ') WHERE seq = 1`],
    ['adds to a mark', `UPDATE audit SET erased = json_set(erased, '$.subject.note', 'x') WHERE seq = 1`],
    ['writes what is no mark', `UPDATE audit SET erased = '[' WHERE seq = 1`],
    [
      'makes up an erasure',
      `UPDATE audit SET erased = ${MARK(4)}, object = '', user = NULL, user_fold = NULL WHERE seq = 3`,
    ],
    ['takes a text away without a mark', `UPDATE audit SET object = '', user = NULL, user_fold = NULL WHERE seq = 3`],
    [
      'takes a text and its salt away',
      `UPDATE audit SET reason = NULL, ticket = NULL, result = 'ok', salts = CAST(substr(salts, 1, 32) || substr(salts, 49) AS BLOB) WHERE seq = 3`,
    ],
    [
      'swaps the salts of groups',
      `UPDATE audit SET salts = CAST(substr(salts, 17, 16) || substr(salts, 1, 16) || substr(salts, 33) AS BLOB) WHERE seq = 3`,
    ],
    ['swaps the salts of entries', 'UPDATE audit SET salts = (SELECT salts FROM audit WHERE seq = 2) WHERE seq = 3'],
    ['takes the entry away that says it', 'DELETE FROM audit WHERE seq = 4'],
    ['says that it was more', `UPDATE audit SET result = replace(result, ': 1 ', ': 2 ') WHERE seq = 4`],
  ])('and %s is found', (_what, sql) => {
    const log = logOf(FULL, BOB, BOB);
    erase(log);
    append(log, FULL);
    erase(log);
    expect(isSound(log)).toBe(true);
    const before = JSON.stringify(rowsOf(log));
    run(log, sql);
    expect(JSON.stringify(rowsOf(log))).not.toBe(before);
    expect(isSound(log)).toBe(false);
    // It can be sealed like everything else, once it is known.
    const { connection, key } = log;
    connection.immediate(() => repairAudit(connection, key, examineAudit(connection, key.hmac).broken, BY));
    expect(isSound(log)).toBe(true);
  });

  it('and puts back what was erased, as an older copy has it, is found', () => {
    const log = logOf(FULL, FULL, BOB);
    const [old] = rowsOf(log);
    erase(log);
    const columns = Object.keys(old ?? {});
    const sets = columns.map((column) => `${column} = ?`).join(', ');
    log.connection.run(`UPDATE audit SET ${sets} WHERE seq = 1`, Object.values(old ?? {}) as string[]);
    expect(verifyChain(log.connection, log.key.hmac)).toEqual({
      intact: false,
      seq: 4,
      finding: 'entry 4 says how many entries it erased: 2, and there are 1',
    });
    expect(isSound(log)).toBe(false);
  });
});

describe('the commitments of entries', () => {
  it('are other ones for the same texts, in every entry and group', () => {
    const log = logOf(FULL, FULL);
    const found = [1, 2].flatMap((seq) => GROUPS.map((group) => commitmentOf(entryOf(log, seq), group)));
    expect(new Set(found).size).toBe(8);
    for (const each of found) expect(each).toMatch(new RegExp(`^${HEX}$`));
  });

  it('hold for whatever events, before and after the erasure of whomever', () => {
    const name = fc.constantFrom('ada', 'bob', 'cy', '', ':', 'x: y');
    const text = fc.option(fc.constantFrom('', 'a', ': ', 'null', '"', 'ada'), { nil: undefined });
    const event = fc.record({
      actor: fc.tuple(fc.constantFrom('', 'user:', 'person:', 'key:', ':'), name).map(([kind, who]) => kind + who),
      object: name,
      result: fc.constantFrom('ok', 'ok: ', 'ok: : ', 'rejected: wrong code', 'accepted') as fc.Arbitrary<'ok'>,
      user: fc.option(name, { nil: undefined }),
      userId: fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
      ...{ reason: text, ticket: text, peer: text, client: text, door: text, run: text, type: text, deviceId: text },
    });
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 12 }),
        fc.array(fc.record({ userId: fc.constantFrom('1', '2'), user: name }), { maxLength: 3 }),
        (events, users) => {
          const log = logOf(
            ...events.map((each) => {
              const there = Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined));
              return { time: 1, action: 'user.set', ...there } as AuditEvent;
            }),
          );
          for (const user of users) {
            expect(isSound(log)).toBe(true);
            erase(log, user);
            for (const entry of rowsOf(log).map(chainedEntryOf)) {
              const isAbout = entry.userId === user.userId && entry.action !== 'user.erase';
              if (isAbout)
                expect([entry.object, entry.user, entry.reason, entry.peer]).toEqual([
                  '',
                  undefined,
                  undefined,
                  undefined,
                ]);
            }
          }
          expect(isSound(log)).toBe(true);
        },
      ),
      { seed: 20, numRuns: 80 },
    );
  });
});
