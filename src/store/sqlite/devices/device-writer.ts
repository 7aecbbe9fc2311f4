import { createHmac } from 'node:crypto';
import type { DeviceRecord } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { fold } from '../../../domain/user.ts';
import type { DeviceReader } from '../../../ports/store/device-reader.ts';
import type { DeviceWriter } from '../../../ports/store/device-writer.ts';
import type { Clock } from '../../../ports/system/clock.ts';
import type { StoreKeys } from '../../store-keys.ts';
import { appendAudit } from '../audit/audit-chain.ts';
import type { Connection, Parameters } from '../connection/connection.ts';
import { codeKeyOf } from '../keys/code-keys.ts';
import { noteEnrolled } from '../rows/user-rows.ts';
import { madeByRun, orderedSince } from '../runs/ordered-since.ts';
import { openSecret, sealSecret } from './device-seal.ts';

/** The writing half of the port, for use inside one immediate transaction. */
export function createDeviceWriter(
  connection: Connection,
  reader: DeviceReader,
  keys: StoreKeys,
  clock: Clock,
): DeviceWriter {
  const draw = (column: 'next_device_id' | 'next_number'): number =>
    Number(connection.get(`UPDATE store SET ${column} = ${column} + 1 RETURNING ${column} - 1 AS drawn`)?.['drawn']);

  return {
    ...reader,

    nextNumber: () => draw('next_number'),

    insert(enrollment, userId, name, created) {
      const id = draw('next_device_id');
      const { type, user, status, externalId, email, phone, digits, algorithm, period, counter, secret } = enrollment;
      connection.run(
        `INSERT INTO devices (id, external_id, name, name_fold, type, user, user_fold, user_id, status, created, modified,
                              email, email_fold, phone, digits, algorithm, period, counter, secret, key_id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          id,
          externalId ?? null,
          name,
          fold(name),
          type,
          user,
          fold(user),
          Number(userId),
          status ?? 'C',
          created,
          created,
          email ?? null,
          email === undefined ? null : fold(email),
          phone ?? null,
          digits ?? null,
          algorithm ?? null,
          period ?? null,
          counter ?? null,
          secret ? sealSecret(keys, id, type, secret) : null,
          secret ? keys.dataKeyId : null,
        ],
      );
      if (status === 'V') noteEnrolled(connection, '= ?', [id], created);
      return reader.find(String(id)) as DeviceRecord;
    },

    charge: (id) =>
      connection.run(`UPDATE devices SET fails = fails + 1, modified = ? WHERE id = ? AND status IN ('C', 'V')`, [
        clock.now(),
        Number(id),
      ]) === 1,

    refund({ id, fails, modified }) {
      connection.run('UPDATE devices SET fails = ?, modified = ? WHERE id = ?', [fails, modified, Number(id)]);
    },

    accept(id, { lastStep, drift, counter, challenge }, used) {
      if (challenge !== undefined) {
        const spent = connection.run('DELETE FROM challenges WHERE device_id = ? AND id = ?', [Number(id), challenge]);
        if (spent !== 1) return false;
      }
      const step = lastStep ?? null;
      const next = counter ?? null;
      const moved =
        connection.run(
          `UPDATE devices SET status = 'V', fails = 0, last_used = ?, modified = ?, last_step = coalesce(?, last_step),
                              drift = coalesce(?, drift), counter = coalesce(?, counter),
                              resync_needed = 0
           WHERE id = ? AND status IN ('C', 'V')
             AND (? IS NULL OR last_step IS NULL OR last_step < ?)
             AND (? IS NULL OR counter < ?)`,
          [used, clock.now(), step, drift ?? null, next, Number(id), step, step, next, next],
        ) === 1;
      if (moved) noteEnrolled(connection, '= ?', [Number(id)], used);
      return moved;
    },

    chargeChallenge(deviceId) {
      connection.run('UPDATE challenges SET tries = tries + 1 WHERE device_id = ?', [Number(deviceId)]);
    },

    setStatus(id, { status, fails, statusBeforeLock }) {
      connection.run('UPDATE devices SET modified = ?, status = ?, fails = ?, status_before_lock = ? WHERE id = ?', [
        clock.now(),
        status,
        fails,
        statusBeforeLock ?? null,
        Number(id),
      ]);
      if (status === 'V') noteEnrolled(connection, '= ?', [Number(id)], clock.now());
    },

    setContact(id, name, { email, phone }) {
      connection.run(
        'UPDATE devices SET modified = ?, name = ?, name_fold = ?, email = ?, email_fold = ?, phone = ? WHERE id = ?',
        [
          clock.now(),
          name,
          fold(name),
          email ?? null,
          email === undefined ? null : fold(email),
          phone ?? null,
          Number(id),
        ],
      );
    },

    setExternalId(id, externalId) {
      connection.run('UPDATE devices SET modified = ?, external_id = ? WHERE id = ?', [
        clock.now(),
        externalId ?? null,
        Number(id),
      ]);
    },

    setSecret(id, secret) {
      const type = String(connection.get('SELECT type FROM devices WHERE id = ?', [Number(id)])?.['type']);
      connection.run('UPDATE devices SET modified = ?, secret = ?, key_id = ? WHERE id = ?', [
        clock.now(),
        sealSecret(keys, id, type, secret),
        keys.dataKeyId,
        Number(id),
      ]);
    },

    clearFails(id) {
      connection.run('UPDATE devices SET modified = ?, fails = 0 WHERE id = ?', [clock.now(), Number(id)]);
    },

    remove(id) {
      connection.run('DELETE FROM devices WHERE id = ?', [Number(id)]);
    },

    setChallenge(deviceId, challenge) {
      const { id, created, expires, positions, channel, codeHash, tries } = challenge;
      if (channel !== undefined) {
        connection.run('UPDATE devices SET last_channel = ? WHERE id = ?', [channel, Number(deviceId)]);
      }
      connection.run(
        `INSERT OR REPLACE INTO challenges (device_id, id, created, expires, positions, channel, code_hash, tries)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          Number(deviceId),
          id,
          created,
          expires,
          positions ? JSON.stringify(positions) : null,
          channel ?? null,
          codeHash ?? null,
          tries,
        ],
      );
    },

    endChallenge: (deviceId) => endChallenges(connection, '= ?', [Number(deviceId)]),

    secretOf(id) {
      const row = connection.get('SELECT type, secret, key_id FROM devices WHERE id = ?', [Number(id)]);
      const sealed = { id, type: String(row?.['type']), secret: row?.['secret'], keyId: row?.['key_id'] };
      const secret = openSecret(keys, sealed);
      if (secret !== undefined) return secret;
      throw new OtpctlError(
        'store-damaged',
        `the secret of device ${id} does not open: it was damaged, or moved here from another device or type`,
        'see what is with  otpctl store check',
      );
    },

    hashCode: (deviceId, challengeId, code) =>
      createHmac('sha256', codeKeyOf(connection, keys, deviceId, challengeId))
        .update(`${deviceId}\n${challengeId}\n${code}`)
        .digest(),

    madeByRun: (id) => madeByRun(connection, id),
    orderedSince: (id, run) => orderedSince(connection, id, run),

    append: (event) => appendAudit(connection, keys.audit, event),
  };
}

/** Ends the challenges of devices; `which` follows `device_id`. The positions of a PIN stay: see `pin.challenge`. */
export function endChallenges(connection: Connection, which: string, bound: Parameters): void {
  connection.run(`DELETE FROM challenges WHERE positions IS NULL AND device_id ${which}`, bound);
  connection.run(`UPDATE challenges SET expires = created - 1 WHERE device_id ${which}`, bound);
}
