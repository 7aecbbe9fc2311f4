import { beforeEach, describe, expect, it } from 'vitest';
import type { DeviceRecord, DeviceStatus } from '../../src/domain/device/device.ts';
import { Secret } from '../../src/domain/secret.ts';
import { outstanding } from '../../src/domain/verification/challenge.ts';
import type { DeviceWriter } from '../../src/ports/store/device-writer.ts';
import { startAudit } from '../../src/store/sqlite/audit/audit-chain.ts';
import { type Connection, openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { createDeviceReader } from '../../src/store/sqlite/devices/device-reader.ts';
import { createDeviceWriter } from '../../src/store/sqlite/devices/device-writer.ts';
import { writeStoreRow } from '../../src/store/sqlite/rows/store-row.ts';
import { migrate } from '../../src/store/sqlite/schema/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';
import { newStoreKeys, unwrapStoreKeys } from '../../src/store/store-keys.ts';
import { countedRandom, fixedClock, NEW_YEAR } from '../support/fixed.ts';

const MASTER = new Secret(new Uint8Array(32));
const KEY = () => Secret.ofText('12345678901234567890');

let connection: Connection;
let writer: DeviceWriter;
const clock = fixedClock();

beforeEach(() => {
  clock.set(NEW_YEAR);
  connection = openConnection(':memory:');
  migrate(connection, MIGRATIONS);
  const { bytes } = countedRandom();
  const wrapped = newStoreKeys('0123456789abcdef', MASTER, bytes);
  const keys = unwrapStoreKeys(wrapped, MASTER, bytes);
  writeStoreRow(connection, { ...wrapped, created: NEW_YEAR, keyLocation: 'file' });
  startAudit(connection, keys.audit);
  writer = createDeviceWriter(connection, createDeviceReader(connection), keys, clock);
});

/** Two HOTP devices: what is done to the first must leave the second alone. */
function two(status: DeviceStatus = 'V'): string {
  const enrolment = { type: 'HOTP', status, digits: 6, algorithm: 'SHA1', counter: 10n } as const;
  const { id } = writer.insert({ ...enrolment, user: 'ada', secret: KEY() }, '1', 'HOTP00000001', NEW_YEAR);
  writer.insert({ ...enrolment, user: 'bob', secret: KEY() }, '2', 'HOTP00000002', NEW_YEAR);
  return id;
}

const rowOf = (id: string) => connection.get('SELECT * FROM devices WHERE id = ?', [Number(id)]) ?? {};

describe('a charge', () => {
  it.each([
    ['C', true],
    ['V', true],
    ['L', false],
    ['D', false],
  ] as const)('counts an attempt at a device in %s: %s', (status, counts) => {
    const id = two(status);
    clock.advance(5);
    expect(writer.charge(id)).toBe(counts);
    expect(rowOf(id)).toMatchObject({ fails: counts ? 1 : 0, modified: NEW_YEAR + (counts ? 5 : 0) });
    expect(rowOf('2')).toMatchObject({ fails: 0, modified: NEW_YEAR });
  });
});

describe('a code that is accepted', () => {
  it('enables, clears, and moves what it moves', () => {
    const id = two('C');
    connection.run('UPDATE devices SET fails = 3, resync_needed = 1, last_step = 7, drift = -1');
    clock.advance(5);
    expect(writer.accept(id, { counter: 12n }, NEW_YEAR + 4)).toBe(true);
    const cleared = { status: 'V', fails: 0, resync_needed: 0, last_used: NEW_YEAR + 4, modified: NEW_YEAR + 5 };
    expect(rowOf(id)).toMatchObject({ ...cleared, counter: 12, last_step: 7, drift: -1 });
    expect(writer.accept(id, { lastStep: 8, drift: 2 }, NEW_YEAR + 4)).toBe(true);
    expect(rowOf(id)).toMatchObject({ ...cleared, counter: 12, last_step: 8, drift: 2 });
    expect(rowOf('2')).toMatchObject({ status: 'C', fails: 3, counter: 10, last_step: 7, resync_needed: 1 });
  });

  it.each([9n, 10n])('never moves a counter of 10 to %i', (counter) => {
    const id = two();
    const before = rowOf(id);
    expect(writer.accept(id, { counter }, NEW_YEAR)).toBe(false);
    expect(rowOf(id)).toEqual(before);
  });

  it('never moves a step back, nor takes one twice', () => {
    const id = two();
    expect(writer.accept(id, { lastStep: 100, drift: 0 }, NEW_YEAR)).toBe(true);
    const before = rowOf(id);
    for (const lastStep of [100, 99]) expect(writer.accept(id, { lastStep, drift: 1 }, NEW_YEAR)).toBe(false);
    expect(rowOf(id)).toEqual(before);
    expect(writer.accept(id, { lastStep: 101, drift: 1 }, NEW_YEAR)).toBe(true);
  });

  it.each(['L', 'D'] as const)('does not bring back a device in %s', (status) => {
    const id = two(status);
    const before = rowOf(id);
    expect(writer.accept(id, { counter: 12n }, NEW_YEAR)).toBe(false);
    expect(rowOf(id)).toEqual(before);
  });

  it('uses its challenge up, and is none without it', () => {
    const id = two();
    const challenge = { created: NEW_YEAR, expires: NEW_YEAR + 60, tries: 0 };
    writer.setChallenge(id, { ...challenge, id: 'first', positions: [1, 2] });
    writer.setChallenge('2', { ...challenge, id: 'other', positions: [1, 2] });
    for (const wrong of ['other', 'never']) {
      expect(writer.accept(id, { challenge: wrong, counter: 12n }, NEW_YEAR)).toBe(false);
    }
    expect(rowOf(id)).toMatchObject({ counter: 10 });
    expect(writer.accept(id, { challenge: 'first', counter: 12n }, NEW_YEAR)).toBe(true);
    expect(writer.accept(id, { challenge: 'first', counter: 13n }, NEW_YEAR)).toBe(false);
    expect([writer.challengeOf(id), writer.challengeOf('2')?.id]).toEqual([undefined, 'other']);
  });
});

describe('a challenge', () => {
  const message = { id: 'm', created: NEW_YEAR, expires: NEW_YEAR + 60, tries: 0 };

  it('is charged for itself, replaced, and taken away', () => {
    const id = two();
    writer.setChallenge(id, { ...message, positions: [2, 5] });
    writer.setChallenge('2', { ...message, positions: [2, 5], tries: 2 });
    writer.chargeChallenge(id);
    expect([writer.challengeOf(id), writer.challengeOf('2')]).toEqual([
      { ...message, positions: [2, 5], tries: 1 },
      { ...message, positions: [2, 5], tries: 2 },
    ]);
    const codeHash = writer.hashCode(id, 'n', '123456');
    writer.setChallenge(id, { ...message, id: 'n', channel: 'voice', codeHash });
    expect(writer.challengeOf(id)).toMatchObject({ id: 'n', tries: 0, channel: 'voice' });
    expect([rowOf(id)['last_channel'], rowOf('2')['last_channel']]).toEqual(['voice', null]);
    writer.endChallenge(id);
    expect([writer.challengeOf(id), writer.challengeOf('2')?.id]).toEqual([undefined, 'm']);
  });

  it('that asked for positions is remembered when it is ended, and cannot be answered', () => {
    const id = two();
    writer.setChallenge(id, { ...message, positions: [2, 5] });
    writer.setChallenge('2', { ...message, positions: [1, 3] });
    writer.endChallenge(id);
    expect(writer.challengeOf(id)?.positions).toEqual([2, 5]);
    expect(outstanding(writer.challengeOf(id), NEW_YEAR)).toBe(false);
    expect(outstanding(writer.challengeOf('2'), NEW_YEAR)).toBe(true);
  });

  it('gives an attempt back: fails and the time of the last change are what they were', () => {
    const id = two();
    const before = rowOf(id);
    const device = writer.find(id) as DeviceRecord;
    clock.advance(5);
    writer.charge(id);
    expect(rowOf(id)).not.toEqual(before);
    writer.refund(device);
    expect(rowOf(id)).toEqual(before);
  });

  it('has a code whose hash is of that code, challenge and device alone', () => {
    two();
    const hashes = [
      writer.hashCode('1', 'm', '123456'),
      writer.hashCode('2', 'm', '123456'),
      writer.hashCode('1', 'n', '123456'),
      writer.hashCode('1', 'm', '123457'),
    ].map((hash) => Buffer.from(hash).toString('hex'));
    expect(new Set(hashes).size).toBe(4);
    expect(Buffer.from(writer.hashCode('1', 'm', '123456')).toString('hex')).toBe(hashes[0]);
  });
});

describe('what is written of a device', () => {
  it('is all that was enrolled, and nothing else', () => {
    const sms = { type: 'SMS', user: 'Eve', phone: '+34666555444', externalId: 'x-1', status: 'L' } as const;
    expect(writer.insert(sms, '5', 'SMS to Eve', NEW_YEAR)).toMatchObject({
      ...{ ...sms, id: '1', userId: '5', created: NEW_YEAR, fails: 0 },
    });
    expect(rowOf('1')).toMatchObject({ name_fold: 'sms to eve', user_fold: 'eve', secret: null, key_id: null });
    writer.insert({ type: 'EMAIL', user: 'Eve', email: 'Eve@Example.com' }, '5', 'M', NEW_YEAR);
    expect(rowOf('2')).toMatchObject({ status: 'C', email: 'Eve@Example.com', email_fold: 'eve@example.com' });
    expect([writer.nextNumber(), writer.nextNumber()]).toEqual([1, 2]);
  });

  it('is of that device only, at that time', () => {
    const id = two();
    const before = rowOf('2');
    const changes: readonly [Record<string, unknown>, () => void][] = [
      [
        { status: 'L', fails: 4, status_before_lock: 'V' },
        () => writer.setStatus(id, { status: 'L', fails: 4, statusBeforeLock: 'V' }),
      ],
      [
        { status: 'D', fails: 4, status_before_lock: null },
        () => writer.setStatus(id, { status: 'D', fails: 4, statusBeforeLock: undefined }),
      ],
      [{ fails: 0 }, () => writer.clearFails(id)],
      [{ external_id: 'x-2' }, () => writer.setExternalId(id, 'x-2')],
      [{ external_id: null }, () => writer.setExternalId(id, undefined)],
      [
        { name: 'New', name_fold: 'new', email: 'A@b.example', email_fold: 'a@b.example', phone: null },
        () => writer.setContact(id, 'New', { email: 'A@b.example' }),
      ],
      [
        { email: null, email_fold: null, phone: '666555444' },
        () => writer.setContact(id, 'New', { phone: '666555444' }),
      ],
      [{}, () => writer.setSecret(id, Secret.ofText('another secret of ada'))],
    ];
    for (const [row, change] of changes) {
      clock.advance(1);
      change();
      expect(rowOf(id)).toMatchObject({ ...row, modified: clock.now() });
    }
    expect(writer.secretOf(id).exposeText()).toBe('another secret of ada');
    expect(rowOf('2')).toEqual(before);
    writer.remove(id);
    expect([writer.find(id), rowOf('2')]).toEqual([undefined, before]);
  });

  it('has a secret that opens in its own row and under its own type only', () => {
    const id = two();
    for (const each of [id, '2']) expect(writer.secretOf(each).exposeText()).toBe('12345678901234567890');
    connection.run('UPDATE devices SET secret = (SELECT secret FROM devices WHERE id = 1) WHERE id = 2');
    expect(() => writer.secretOf('2')).toThrow(expect.objectContaining({ code: 'store-damaged' }));
    connection.run(`UPDATE devices SET type = 'TOTP' WHERE id = 1`);
    expect(() => writer.secretOf(id)).toThrow('the secret of device 1 does not open');
  });
});
