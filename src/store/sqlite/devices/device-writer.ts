import type { DeviceRecord } from '../../../domain/device/device.ts';
import { fold } from '../../../domain/user.ts';
import type { DeviceReader } from '../../../ports/store/device-reader.ts';
import type { DeviceWriter } from '../../../ports/store/device-writer.ts';
import type { StoreKeys } from '../../store-keys.ts';
import type { Connection } from '../connection/connection.ts';
import { integerOf } from '../connection/row-values.ts';
import { noteEnrolled } from '../rows/user-rows.ts';
import { sealSecret } from './device-seal.ts';

/** What makes a device, for use inside one transaction. */
export function createDeviceWriter(
  connection: Connection,
  reader: DeviceReader,
  keys: StoreKeys,
): Omit<DeviceWriter, 'append'> {
  const draw = (column: 'next_device_id' | 'next_number'): number => {
    const row = connection.get(`UPDATE store SET ${column} = ${column} + 1 RETURNING ${column} - 1 AS drawn`);
    return integerOf(row?.['drawn'], 'a next number', 1, Number.MAX_SAFE_INTEGER);
  };

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
      if (status === 'V') noteEnrolled(connection, keys.rows, '= ?', [id], created);
      return reader.find(String(id)) as DeviceRecord;
    },
  };
}
