import type { AuditResult } from '../../../domain/audit/audit.ts';
import type { Origin } from '../../../domain/audit/origin.ts';
import { type Ds100Record, ds100Name } from '../../../domain/ds100.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { toIso } from '../../../domain/instant.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { fold } from '../../../domain/user.ts';
import type { Ds100Admin, Ds100Registration } from '../../../ports/ds100-admin.ts';
import type { Clock } from '../../../ports/system/clock.ts';
import type { AuditKey } from '../../audit-key.ts';
import { appendAudit } from '../audit/audit-chain.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { instantOf } from '../connection/row-values.ts';

interface RegistryDeps {
  readonly clock: Clock;
  /** The key of the audit log. */
  key(): Promise<AuditKey>;
}

type Target = Parameters<typeof ds100Name>[0];

/** DS100 authenticators as they are registered in this store. RSA knows nothing of it. */
export function createDs100Registry(connection: Connection, { clock, key }: RegistryDeps): Ds100Admin {
  const find = (column: 'device_serial' | 'token_serial', serial: string): Row | undefined =>
    connection.get(`SELECT * FROM ds100 WHERE ${column} = ?`, [serial]);
  const recordsWhere = (where: string, parameters: string[]): Ds100Record[] =>
    connection.all(`SELECT * FROM ds100 ${where} ORDER BY device_serial`, parameters).map(listedRecord);
  /** The row of a device or a token, which must belong to the user that is named. */
  const held = (target: Target & { readonly userId: string }): Row => {
    const { deviceSerialNumber, tokenSerialNumber, userId } = target;
    const row =
      deviceSerialNumber === undefined
        ? find('token_serial', tokenSerialNumber ?? '')
        : find('device_serial', deviceSerialNumber);
    const same = tokenSerialNumber === undefined || row?.['token_serial'] === tokenSerialNumber;
    if (row !== undefined && same && row['user_id'] === userId) return row;
    throw new OtpctlError(
      'device-not-found',
      `the registry of this store has no ${ds100Name(target)} of ${userId}`,
      'see all with  otpctl ds100 list',
    );
  };
  /** Changes and records in one transaction. `change` answers what to record. */
  const write = async <T>(
    origin: Origin,
    verb: 'add' | 'enable' | 'disable' | 'clear-pin' | 'delete',
    change: (record: Recorder) => T,
  ): Promise<T> => {
    const chain = await key();
    return connection.immediate(() =>
      change((row, result) =>
        appendAudit(connection, chain, {
          ...origin,
          time: clock.now(),
          action: `ds100.${verb}`,
          object: `DS100 ${row.deviceSerialNumber} (token ${row.tokenSerialNumber}) of ${row.userId}`,
          result,
          user: row.userId,
        }),
      ),
    );
  };

  return {
    registry: {
      list: async () => recordsWhere('', []),
      add: (registrations, origin) =>
        write(origin, 'add', (record) =>
          registrations.map((registration) => {
            refuseDuplicate(registration, find);
            insert(connection, registration, clock.now());
            record(registration, 'ok');
            return recordOf(find('device_serial', registration.deviceSerialNumber) ?? {});
          }),
        ),
    },

    async lookup({ kind, digits }) {
      const row = find(kind === 'device' ? 'device_serial' : 'token_serial', digits);
      return row && recordOf(row);
    },

    async userId(user) {
      const sql = 'SELECT DISTINCT user_id FROM ds100 WHERE email_fold = ? OR user_id = ? ORDER BY user_id';
      const ids = connection.all(sql, [fold(user), user]).map((row) => row['user_id'] as string);
      const [id, ...more] = ids;
      if (id === undefined) {
        throw new OtpctlError(
          'user-not-found',
          `the registry of this store has no DS100 of ${user}`,
          'see all with  otpctl ds100 list',
        );
      }
      if (more.length === 0) return id;
      throw new OtpctlError(
        'ambiguous',
        `several users are registered with ${user}: ${ids.join(', ')}`,
        'name the device by its serial number',
      );
    },

    devicesOf: async (userId) => recordsWhere('WHERE user_id = ?', [userId]),

    setStatus: (target, status, origin, run) =>
      write(origin, status === 'Enabled' ? 'enable' : 'disable', (record) => {
        const before = recordOf(held(target));
        const { deviceSerialNumber } = target;
        if (before.tokenStatus !== status) {
          const now = clock.now();
          connection.run(
            'UPDATE ds100 SET status = ?, status_changed = ?, status_changed_by = ?, updated = ? WHERE device_serial = ?',
            [status, now, origin.actor, now, deviceSerialNumber],
          );
          record(before, `ok: ${before.tokenStatus} to ${status}${run === undefined ? '' : ` in run ${run}`}`);
        }
        return shortRecord(recordOf(find('device_serial', deviceSerialNumber) ?? {}));
      }),

    clearPin: (target, origin) =>
      write(origin, 'clear-pin', (record) => {
        const before = recordOf(held(target));
        const { tokenSerialNumber } = target;
        connection.run('UPDATE ds100 SET pin_set = 0, updated = ? WHERE token_serial = ?', [
          clock.now(),
          tokenSerialNumber,
        ]);
        record(before, 'ok');
        return { tokenSerialNumber, pinSet: false };
      }),

    delete: (target, origin) =>
      write(origin, 'delete', (record) => {
        const before = recordOf(held(target));
        connection.run('DELETE FROM ds100 WHERE device_serial = ?', [target.deviceSerialNumber]);
        record(before, 'ok');
      }),

    close: () => connection.close(),
  };
}

type Recorder = (
  row: { readonly deviceSerialNumber: string; readonly tokenSerialNumber: string; readonly userId: string },
  result: AuditResult,
) => void;

function refuseDuplicate(
  { deviceSerialNumber, tokenSerialNumber }: Ds100Registration,
  find: (column: 'device_serial' | 'token_serial', serial: string) => Row | undefined,
): void {
  const there =
    (find('device_serial', deviceSerialNumber) && ds100Name({ deviceSerialNumber })) ??
    (find('token_serial', tokenSerialNumber) && ds100Name({ tokenSerialNumber }));
  if (there === undefined) return;
  throw new OtpctlError(
    'duplicate',
    `${there} is in the registry already, and nothing was added`,
    `see it with  ${commandLine(['ds100', 'show', deviceSerialNumber])}`,
  );
}

function insert(connection: Connection, registration: Ds100Registration, now: number): void {
  const { deviceSerialNumber, tokenSerialNumber, userId, email, name, tokenStatus } = registration;
  connection.run(
    `INSERT INTO ds100 (device_serial, token_serial, user_id, email, email_fold, name, status, registered, updated)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      deviceSerialNumber,
      tokenSerialNumber,
      userId,
      email ?? null,
      email === undefined ? null : fold(email),
      name ?? null,
      tokenStatus ?? 'Enabled',
      now,
      now,
    ],
  );
}

/** A row as the API of RSA would write it. */
function recordOf(row: Row): Ds100Record {
  const changed = row['status_changed'];
  return {
    ...(row['name'] !== null && { name: row['name'] }),
    userId: row['user_id'] as string,
    deviceType: 'SecurID DS100',
    registeredDate: toIso(instantOf(row['registered'])),
    tokenSerialNumber: row['token_serial'] as string,
    updatedAt: toIso(instantOf(row['updated'])),
    tokenStatus: row['status'] as string,
    ...(row['pin_set'] !== null && { pinSet: row['pin_set'] === 1 }),
    ...(changed !== null && {
      tokenStatusChangedAt: toIso(instantOf(changed)),
      tokenStatusChangedBy: row['status_changed_by'],
    }),
    deviceSerialNumber: row['device_serial'] as string,
  };
}

/** A record of a list, with the e-mail address for which RSA has no field: lists are imported elsewhere. */
function listedRecord(row: Row): Ds100Record {
  return { ...recordOf(row), ...(row['email'] !== null && { email: row['email'] }) };
}

/** The fields that the API answers with when a status was changed. */
function shortRecord(record: Ds100Record): Ds100Record {
  const { userId, tokenSerialNumber, tokenStatus, deviceSerialNumber } = record;
  const { tokenStatusChangedAt, tokenStatusChangedBy } = record;
  return {
    userId,
    tokenSerialNumber,
    tokenStatus,
    ...(tokenStatusChangedAt !== undefined && { tokenStatusChangedAt, tokenStatusChangedBy }),
    deviceSerialNumber,
  };
}
