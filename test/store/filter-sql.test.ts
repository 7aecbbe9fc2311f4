import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindFilter } from '../../src/domain/query/bind-filter.ts';
import { DEVICE_SCHEMA, deviceResource, type FilterableDevice } from '../../src/domain/query/device-schema.ts';
import { fulfils } from '../../src/domain/query/evaluate.ts';
import { parseFilter } from '../../src/domain/query/parse-filter.ts';
import { printFilter } from '../../src/domain/query/print-filter.ts';
import { fold } from '../../src/domain/user.ts';
import { type Connection, openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { createDeviceReader } from '../../src/store/sqlite/devices/device-reader.ts';
import { migrate } from '../../src/store/sqlite/open-store.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';
import { devices, filters } from '../support/random-filters.ts';

function fill(connection: Connection, rows: readonly FilterableDevice[]): void {
  connection.run('DELETE FROM devices');
  for (const device of rows) {
    connection.run(
      `INSERT INTO devices (id, external_id, name, name_fold, type, user, user_fold, status, created, modified, last_used,
                            fails, email, email_fold, phone)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        Number(device.id),
        device.externalId ?? null,
        device.name,
        fold(device.name),
        device.type,
        device.user,
        fold(device.user),
        device.status,
        device.created,
        device.lastModified,
        device.lastUsed ?? null,
        device.fails,
        device.email ?? null,
        device.email === undefined ? null : fold(device.email),
        device.phone ?? null,
      ],
    );
  }
}

describe('a filter in SQL', () => {
  const connection = openConnection(':memory:');
  migrate(connection, MIGRATIONS);
  const reader = createDeviceReader(connection);
  const idsOf = (filter: ReturnType<typeof bindFilter>) => [...reader.list({ filter }, {})].flat().map(({ id }) => id);

  it('means what it means to the evaluator, on any devices', () => {
    fc.assert(
      fc.property(devices, fc.array(filters, { minLength: 20, maxLength: 20 }), (rows, some) => {
        fill(connection, rows);
        for (const filter of some) {
          const text = printFilter(filter);
          const bound = bindFilter(parseFilter(text), DEVICE_SCHEMA, text);
          const evaluated = rows.filter((device) => fulfils(bound, deviceResource(device))).map(({ id }) => id);
          expect({ text, ids: idsOf(bound) }).toEqual({ text, ids: evaluated });
          expect(reader.count({ filter: bound })).toBe(evaluated.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes a chain as long as a filter may be', () => {
    const text = Array.from({ length: 1100 }, () => 'id pr')
      .join(' or ')
      .slice(0, 9999)
      .replace(/ o?r? ?i?d? ?p?$/, '');
    const bound = bindFilter(parseFilter(text), DEVICE_SCHEMA, text);
    expect(() => idsOf(bound)).not.toThrow();
  });

  it('writes no text of the filter into the SQL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = `user eq ${JSON.stringify(value)} or name co ${JSON.stringify(value)} or id gt ${JSON.stringify(value)}`;
        let bound: ReturnType<typeof bindFilter>;
        try {
          bound = bindFilter(parseFilter(text), DEVICE_SCHEMA, text);
        } catch {
          return;
        }
        expect(() => idsOf(bound)).not.toThrow();
      }),
    );
  });
});
