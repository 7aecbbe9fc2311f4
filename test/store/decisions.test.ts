import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/domain/audit/audit.ts';
import type { DeviceRecord, DeviceStatus } from '../../src/domain/device/device.ts';
import { OtpctlError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Challenge } from '../../src/domain/verification/challenge.ts';
import type { Change, Decide, Seen } from '../../src/ports/store/decisions.ts';
import { startAudit } from '../../src/store/sqlite/audit/audit-chain.ts';
import { createAuditLog } from '../../src/store/sqlite/audit/audit-log.ts';
import { type Connection, openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { createDecide } from '../../src/store/sqlite/decisions/decide.ts';
import { createTransactions, type Transactions } from '../../src/store/sqlite/decisions/transactions.ts';
import { createDeviceReader } from '../../src/store/sqlite/devices/device-reader.ts';
import { writeStoreRow } from '../../src/store/sqlite/rows/store-row.ts';
import { migrate } from '../../src/store/sqlite/schema/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';
import { forgedDevices } from '../../src/store/sqlite/signing/find-forged.ts';
import { signDevice } from '../../src/store/sqlite/signing/signed-devices.ts';
import { createStoreWriter } from '../../src/store/sqlite/store-writer.ts';
import { newStoreKeys, unwrapStoreKeys } from '../../src/store/store-keys.ts';
import { countedRandom, fixedClock, NEW_YEAR } from '../support/fixed.ts';

const MASTER = new Secret(new Uint8Array(32));
const KEY = () => Secret.ofText('12345678901234567890');

let connection: Connection;
let transactions: Transactions;
let decide: Decide;
let keysAsked: number;
const clock = fixedClock();
const { bytes } = countedRandom();
const keys = (() => {
  const wrapped = newStoreKeys('0123456789abcdef', MASTER, bytes);
  return { wrapped, open: unwrapStoreKeys(wrapped, MASTER, bytes) };
})();

beforeEach(async () => {
  connection = openConnection(':memory:');
  migrate(connection, MIGRATIONS);
  writeStoreRow(connection, { ...keys.wrapped, created: NEW_YEAR, keyLocation: 'file' });
  startAudit(connection, keys.open.audit);
  const reader = createDeviceReader(connection);
  keysAsked = 0;
  clock.set(NEW_YEAR);
  transactions = createTransactions(connection, {
    async keys() {
      keysAsked += 1;
      return keys.open;
    },
    forgetKeys() {},
    settings: reader.policy,
    clock,
  });
  decide = createDecide(connection, transactions);
});

const insert = (...asked: Parameters<ReturnType<typeof createStoreWriter>['insert']>) =>
  transactions.alone((transaction) => {
    const record = createStoreWriter(connection, createDeviceReader(connection), transaction).insert(...asked);
    // As the entry about it would have it.
    signDevice(connection, keys.open.rows, record.id);
    return record;
  });

afterEach(() => {
  expect([...forgedDevices(connection, keys.open.rows)]).toEqual([]);
});

/** Two HOTP devices: what is done to the first must leave the second alone. */
async function two(status: DeviceStatus = 'V'): Promise<string> {
  const enrolment = { type: 'HOTP', status, digits: 6, algorithm: 'SHA1', counter: 10n } as const;
  const { id } = await insert({ ...enrolment, user: 'ada', secret: KEY() }, '1', 'HOTP00000001', NEW_YEAR);
  await insert({ ...enrolment, user: 'bob', secret: KEY() }, '2', 'HOTP00000002', NEW_YEAR);
  return id;
}

const rowOf = (id: string) => {
  const { mac: _, ...row } = connection.get('SELECT * FROM devices WHERE id = ?', [Number(id)]) ?? {};
  return row;
};
const challengeRow = (id: string) => connection.get('SELECT * FROM challenges WHERE device_id = ?', [Number(id)]);

/** Decides one change of one device. */
const change = (id: string, changeOf: (seen: Seen) => Omit<Change, 'id'>) =>
  decide([id], ([seen]) => ({ answer: 'done', changes: [{ id, ...changeOf(seen as Seen) }] }));

const entry = (of: string): AuditEvent => ({
  time: NEW_YEAR,
  actor: 'user:test',
  action: 'device.update',
  object: `device ${of}`,
  result: 'ok',
});

const CHALLENGE: Challenge = { id: 'm', created: NEW_YEAR, expires: NEW_YEAR + 60, tries: 0, positions: [2, 5] };

describe('a device that is made', () => {
  it('is all that was enrolled, and nothing else', async () => {
    const sms = { type: 'SMS', user: 'Eve', phone: '+34666555444', externalId: 'x-1', status: 'L' } as const;
    expect(await insert(sms, '5', 'SMS to Eve', NEW_YEAR)).toMatchObject({
      ...{ ...sms, id: '1', userId: '5', created: NEW_YEAR, fails: 0 },
    });
    expect(rowOf('1')).toMatchObject({ name_fold: 'sms to eve', user_fold: 'eve', secret: null, key_id: null });
    await insert({ type: 'EMAIL', user: 'Eve', email: 'Eve@Example.com' }, '5', 'M', NEW_YEAR);
    expect(rowOf('2')).toMatchObject({ status: 'C', email: 'Eve@Example.com', email_fold: 'eve@example.com' });
  });
});

describe('a decision', () => {
  it('sees the device, its challenge, its secret and its user', async () => {
    const id = await two();
    await change(id, () => ({ challenge: CHALLENGE }));
    const seen = await decide([id, '2', '3', 'x'], (all) => ({
      answer: all.map(({ device, challenge, secret, user }) => [
        device.id,
        device.counter,
        challenge,
        secret().exposeText(),
        user(),
      ]),
    }));
    expect(seen).toEqual([
      ['1', 10n, CHALLENGE, '12345678901234567890', undefined],
      ['2', 10n, undefined, '12345678901234567890', undefined],
    ]);
  });

  it('writes each part of a record, of that device only, and moves its version', async () => {
    const id = await two();
    const other = rowOf('2');
    const cases: readonly [Partial<DeviceRecord>, Record<string, unknown>][] = [
      [
        { fails: 4, modified: NEW_YEAR + 1 },
        { fails: 4, modified: NEW_YEAR + 1 },
      ],
      [
        { status: 'L', statusBeforeLock: 'V' },
        { status: 'L', status_before_lock: 'V' },
      ],
      [{ lastUsed: NEW_YEAR + 2 }, { last_used: NEW_YEAR + 2 }],
      [
        { lastStep: 7, drift: -1 },
        { last_step: 7, drift: -1 },
      ],
      [{ counter: 12n }, { counter: 12 }],
      [{ resyncNeeded: true }, { resync_needed: 1 }],
      [{ lastChannel: 'voice' }, { last_channel: 'voice' }],
      [{ externalId: 'x-2' }, { external_id: 'x-2' }],
      [
        { name: 'New', email: 'A@b.example', phone: '666555444' },
        { name: 'New', name_fold: 'new', email: 'A@b.example', email_fold: 'a@b.example', phone: '666555444' },
      ],
    ];
    let version = Number(rowOf(id)['version']);
    let before = rowOf(id);
    for (const [fields, row] of cases) {
      await change(id, ({ device }) => ({ device: { ...device, ...fields } }));
      version += 1;
      expect(rowOf(id)).toEqual({ ...before, ...row, version });
      before = rowOf(id);
    }
    await change(id, () => ({ secret: Secret.ofText('another secret of ada') }));
    expect(await decide([id], ([seen]) => ({ answer: seen?.secret().exposeText() }))).toBe('another secret of ada');
    expect(rowOf(id)).toEqual({ ...before, secret: rowOf(id)['secret'], version: version + 1 });
    expect(rowOf('2')).toEqual(other);
    await change(id, () => ({ device: 'removed' }));
    expect([rowOf(id), rowOf('2')]).toEqual([{}, other]);
  });

  it('takes away what a record does not have any more', async () => {
    const id = await two();
    const full = { lastUsed: 1, lastStep: 2, externalId: 'x', email: 'a@b.c', phone: '1', resyncNeeded: true } as const;
    await change(id, ({ device }) => ({ device: { ...device, ...full, statusBeforeLock: 'V', lastChannel: 'sms' } }));
    await change(id, ({ device: { id, name, type, user, status, created, modified, fails, drift } }) => ({
      device: { id, name, type, user, status, created, modified, fails, drift },
    }));
    const none = { last_used: null, last_step: null, external_id: null, email: null, email_fold: null, phone: null };
    expect(rowOf(id)).toMatchObject({ ...none, resync_needed: 0, status_before_lock: null, last_channel: null });
  });

  it('replaces, changes and ends a challenge, and moves the version of its device', async () => {
    const id = await two();
    await change('2', () => ({ challenge: { ...CHALLENGE, tries: 2 } }));
    const other = challengeRow('2');
    await change(id, () => ({ challenge: CHALLENGE }));
    expect(rowOf(id)['version']).toBe(1);
    await change(id, () => ({ challenge: { ...CHALLENGE, tries: 1, expires: NEW_YEAR + 9 } }));
    expect(challengeRow(id)).toMatchObject({ id: 'm', tries: 1, expires: NEW_YEAR + 9, positions: '[2,5]' });
    await change(id, ({ hashCode }) => ({
      challenge: { ...CHALLENGE, id: 'n', channel: 'voice', codeHash: hashCode('n', '123456') },
    }));
    expect(challengeRow(id)).toMatchObject({ id: 'n', tries: 0, channel: 'voice' });
    await change(id, () => ({ challenge: 'none' }));
    expect([challengeRow(id), challengeRow('2'), rowOf(id)['version']]).toEqual([undefined, other, 4]);
  });

  it('has hashes of a code that are of that code, challenge and device alone', async () => {
    const id = await two();
    const hash = (device: string, challenge: string, code: string) =>
      decide([device], ([seen]) => ({ answer: Buffer.from(seen?.hashCode(challenge, code) ?? []).toString('hex') }));
    const first = await hash(id, 'm', '123456');
    const others = [await hash('2', 'm', '123456'), await hash(id, 'n', '123456'), await hash(id, 'm', '123457')];
    expect(new Set([first, ...others]).size).toBe(4);
    expect(await hash(id, 'm', '123456')).toBe(first);
  });

  it('has a secret that opens in its own row and under its own type only', async () => {
    const id = await two();
    const open = (of: string) => decide([of], ([seen]) => ({ answer: seen?.secret() }));
    connection.run('UPDATE devices SET secret = (SELECT secret FROM devices WHERE id = 1) WHERE id = 2');
    await expect(open('2')).rejects.toThrow(expect.objectContaining({ code: 'store-damaged' }));
    connection.run(`UPDATE devices SET type = 'TOTP' WHERE id = 1`);
    await expect(open(id)).rejects.toThrow('the secret of device 1 does not open');
    connection.run('DELETE FROM devices');
  });

  it('that refuses writes nothing, and harms nobody beside it', async () => {
    const id = await two();
    const results = await Promise.allSettled([
      change(id, ({ device }) => ({ device: { ...device, fails: 1 } })),
      decide([id], () => {
        throw new OtpctlError('status-forbids', 'no');
      }),
      change(id, ({ device }) => ({ device: { ...device, fails: device.fails + 1 } })),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(rowOf(id)).toMatchObject({ fails: 2, version: 2 });
  });
});

describe('a device that somebody else wrote', () => {
  it('is signed by no change, whoever decides it, and goes when it is removed', async () => {
    const id = await two();
    await change('2', () => ({ challenge: CHALLENGE }));
    connection.run('UPDATE devices SET fails = 0, counter = 3, drift = 1 WHERE id = 1');
    connection.run('UPDATE challenges SET tries = -3 WHERE device_id = 2');
    for (const forged of [id, '2']) {
      expect(await decide([forged], ([seen]) => ({ answer: seen?.forged }))).toBe('device');
      await expect(change(forged, ({ device }) => ({ device: { ...device, fails: 1 } }))).rejects.toThrow(TypeError);
      await expect(change(forged, () => ({ challenge: 'none' }))).rejects.toThrow('was forged');
      expect(await decide([forged], ([seen]) => ({ answer: seen?.forged }))).toBe('device');
      await change(forged, () => ({ device: 'removed' }));
    }
    expect(connection.all('SELECT id FROM devices')).toEqual([]);
  });
});

describe('decisions of one turn', () => {
  /** The statements that a piece of work runs. */
  async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    const run: string[] = [];
    const { run: original } = connection;
    connection.run = (sql, parameters) => {
      run.push(sql.split(' ')[0] as string);
      return original(sql, parameters);
    };
    await work();
    connection.run = original;
    return run;
  }

  it('are one transaction, each of which sees what the one before it wrote', async () => {
    const id = await two();
    const add = () => change(id, ({ device }) => ({ device: { ...device, fails: device.fails + 1 } }));
    const run = await statementsOf(() => Promise.all(Array.from({ length: 20 }, add)));
    expect(run).toEqual(['BEGIN', ...Array(20).fill('UPDATE'), 'COMMIT']);
    expect(rowOf(id)).toMatchObject({ fails: 20, version: 20 });
  });

  it('have their entries in the log in their order, and the log verifies', async () => {
    const id = await two();
    const log = createAuditLog(connection, async () => keys.open.audit.hmac);
    await Promise.all(
      Array.from({ length: 130 }, (_, at) => decide([id], () => ({ answer: 0, events: [entry(`${at}`)] }))),
    );
    await transactions.alone(({ append }) => append(entry('alone')));
    await decide([id], () => ({ answer: 0, events: [entry('last')] }));
    const objects = connection.all('SELECT object FROM audit ORDER BY seq').map(({ object }) => object);
    const numbered = Array.from({ length: 130 }, (_, at) => `device ${at}`);
    expect(objects).toEqual([...numbered, 'device alone', 'device last']);
    expect(await log.verify()).toMatchObject({ entries: 132 });
  });

  it('find the entries of one another where they ask for them', async () => {
    const id = await two();
    const order = { ...entry(''), deviceId: id, action: 'device.disable' as const, result: 'ok: in run ab' as const };
    const [, made, since] = await Promise.all([
      decide([id], () => ({ answer: 0, events: [order] })),
      decide([id], ([seen]) => ({ answer: seen?.madeByRun(), events: [{ ...order, result: 'ok' }] })),
      decide([id], ([seen]) => ({ answer: seen?.orderedSince('ab') })),
    ]);
    expect([made, since]).toEqual([true, true]);
  });

  it('are undone together by what the store itself refuses, and tried again one by one', async () => {
    const id = await two();
    let times = 0;
    const results = await Promise.allSettled([
      change(id, ({ device }) => {
        times += 1;
        return { device: { ...device, fails: device.fails + 1 } };
      }),
      // The schema refuses a negative number.
      change('2', ({ device }) => ({ device: { ...device, fails: -1 } })),
      change(id, ({ device }) => ({ device: { ...device, fails: device.fails + 1 } })),
    ]);
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'store-damaged' } },
      { status: 'fulfilled' },
    ]);
    expect([times, rowOf(id)['fails'], rowOf('2')['fails']]).toEqual([2, 2, 0]);
  });

  it('keep their order when they are tried again, also where the keys are others by then', async () => {
    const id = await two();
    const { exec } = connection;
    connection.exec = (sql) => {
      exec(sql);
      // Somebody rotates between what was undone and what is tried again.
      connection.run(`UPDATE store SET data_key_id = 'other'`);
      connection.exec = exec;
    };
    const told = Promise.allSettled([
      change('2', ({ device }) => ({ device: { ...device, fails: -1 } })),
      ...['a', 'b', 'c'].map((of) => decide([id], () => ({ answer: of, events: [entry(of)] }))),
    ]);
    await new Promise((next) => setTimeout(next, 20));
    connection.run('UPDATE store SET data_key_id = ?', [keys.open.dataKeyId]);
    expect((await told).map(({ status }) => status)).toEqual(['rejected', ...Array(3).fill('fulfilled')]);
    const objects = connection.all('SELECT object FROM audit ORDER BY seq').map(({ object }) => object);
    expect(objects).toEqual(['device a', 'device b', 'device c']);
  });

  it('fail as one on a full disk, though each had its answer, and the next ones find nothing of them', async () => {
    const id = await two();
    connection.get(`PRAGMA max_page_count = ${Number(connection.get('PRAGMA page_count')?.['page_count'])}`);
    const long = 'x'.repeat(200_000);
    const results = await Promise.allSettled([
      change(id, ({ device }) => ({ device: { ...device, fails: 1 } })),
      change('2', ({ device }) => ({ device: { ...device, externalId: long } })),
      change(id, ({ device }) => ({ device: { ...device, fails: 2 } })),
    ]);
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'disk' } });
    expect([rowOf(id)['fails'], rowOf('2')['external_id']]).toEqual([0, null]);
    await change(id, ({ device }) => ({ device: { ...device, fails: device.fails + 1 } }));
    expect(rowOf(id)['fails']).toBe(1);
  });

  it('keep their turn with what stands alone', async () => {
    const id = await two();
    const order: string[] = [];
    const note = (what: string) => (value: unknown) => order.push(`${what} ${value}`);
    await Promise.all([
      decide([id], () => ({ answer: 1 })).then(note('decided')),
      transactions.alone(() => 2).then(note('alone')),
      decide([id], () => ({ answer: 3 })).then(note('decided')),
    ]);
    expect(order).toEqual(['decided 1', 'alone 2', 'decided 3']);
  });

  it('cannot be come between: what else runs meanwhile sees all of a batch or nothing', async () => {
    const id = await two();
    const seen = new Set<unknown>();
    let going = true;
    const watch = (async () => {
      while (going) {
        seen.add(connection.isWriting());
        seen.add(Number(rowOf(id)['fails']) % 2);
        await null;
        if (seen.size > 10) return;
        await new Promise((next) => setImmediate(next));
      }
    })();
    const add = () => change(id, ({ device }) => ({ device: { ...device, fails: device.fails + 1 } }));
    for (let round = 0; round < 50; round++) {
      // Two by two, with the second asked for in microtasks: an odd number was seen in the middle of a transaction.
      await Promise.all([
        add(),
        Promise.resolve()
          .then(() => Promise.resolve())
          .then(add),
      ]);
    }
    going = false;
    await watch;
    expect([...seen].sort()).toEqual([0, false]);
  });

  it('refuse a decision that waits for something', async () => {
    const id = await two();
    const waits = decide([id], (async () => ({ answer: 1 })) as never);
    await expect(waits).rejects.toThrow(TypeError);
    const alone = transactions.alone(async ({ append }) => append(entry('waits')));
    await expect(alone).rejects.toThrow('a transaction cannot wait for anything');
    expect(connection.all('SELECT seq FROM audit')).toEqual([]);
  });
});

describe('an event that comes very often', () => {
  const often = (time: number, actor = 'user:test') => {
    clock.set(time);
    const event = { ...entry('1'), deviceId: '1', time, actor, result: 'rejected: malformed code' } as const;
    return decide(['1'], () => ({ answer: 0, often: event }));
  };
  const told = () =>
    connection
      .all('SELECT time, actor, result FROM audit ORDER BY seq')
      .map(({ time, actor, result }) => `${Number(time) - NEW_YEAR} ${actor} ${result}`);

  it('is told once, and a minute later how many more there were that are like it', async () => {
    await two();
    for (const after of [0, 1, 2, 59]) await often(NEW_YEAR + after);
    await often(NEW_YEAR + 3, 'key:desk');
    expect(told()).toEqual(['0 user:test rejected: malformed code', '3 key:desk rejected: malformed code']);
    await often(NEW_YEAR + 60);
    expect(told().slice(2)).toEqual([
      '60 user:test rejected: malformed code, 3 more within a minute',
      '60 user:test rejected: malformed code',
    ]);
    // Of one there were no more: nothing is told of it.
    clock.set(NEW_YEAR + 500);
    await decide(['1'], () => ({ answer: 0, events: [{ ...entry('1'), time: NEW_YEAR + 500 }] }));
    expect(told().slice(4)).toEqual(['500 user:test ok']);
  });

  it('is told before what comes after it, whoever it is about', async () => {
    await two();
    await Promise.all([often(NEW_YEAR), often(NEW_YEAR + 1)]);
    clock.set(NEW_YEAR + 61);
    await decide(['2'], () => ({ answer: 0, events: [{ ...entry('2'), time: NEW_YEAR + 61 }] }));
    expect(told().slice(1)).toEqual([
      '61 user:test rejected: malformed code, 1 more within a minute',
      '61 user:test ok',
    ]);
    expect(connection.all('SELECT * FROM repeated')).toEqual([]);
  });

  it('is told again when the clock goes back', async () => {
    await two();
    await often(NEW_YEAR + 1000);
    await often(NEW_YEAR);
    expect(told()).toHaveLength(2);
  });
});

describe('the keys', () => {
  it('are asked for again when the store has others, and what waits goes on with those', async () => {
    const id = await two();
    connection.run(`UPDATE store SET data_key_id = 'other'`);
    const asked = keysAsked;
    const decided = change(id, ({ device }) => ({ device: { ...device, fails: 1 } }));
    await new Promise((next) => setTimeout(next, 20));
    expect(keysAsked).toBeGreaterThan(asked + 1);
    connection.run('UPDATE store SET data_key_id = ?', [keys.open.dataKeyId]);
    expect(await decided).toBe('done');
  });
});
