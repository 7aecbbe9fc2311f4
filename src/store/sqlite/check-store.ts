import type { DeviceType } from '../../domain/device.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Secret } from '../../domain/secret.ts';
import { SETTINGS, type SettingKey } from '../../domain/setting-rules.ts';
import type { StoreFinding } from '../../ports/store-admin.ts';
import type { StoreKeys } from '../store-keys.ts';
import { verifyChain } from './audit-chain.ts';
import { checkDs100 } from './check-ds100.ts';
import { checkUse } from './check-use.ts';
import { codeKeyPlace } from './code-keys.ts';
import type { Connection } from './connection.ts';
import { RECORD_COLUMNS, recordOf } from './device-rows.ts';
import { secretPlace } from './device-writer.ts';
import { schemaOf } from './heed-schema.ts';
import { MIGRATIONS } from './migrations.ts';
import { schemaDifferences } from './schema-objects.ts';
import { settingPlace } from './setting-rows.ts';

export const RESTORE = 'restore the store from a backup';

/**
 * Everything that can be found wrong with a store, in one snapshot of it. Empty when all is well. Where the keys are
 * damaged themselves, that error stands in for them.
 */
export function checkStore(connection: Connection, keys: StoreKeys | OtpctlError): StoreFinding[] {
  connection.exec('BEGIN');
  try {
    return [
      ...readable(integrity(connection)),
      ...readable(schema(connection)),
      ...readable(references(connection)),
      ...(keys instanceof OtpctlError
        ? [{ finding: keys.message, remedy: RESTORE }]
        : [
            ...readable(seals(connection, keys)),
            ...readable(codeKeys(connection, keys)),
            ...readable(audit(connection, keys)),
          ]),
      ...readable(devices(connection)),
      ...readable(checkDs100(connection)),
      ...readable(checkUse(connection)),
    ];
  } finally {
    connection.exec('ROLLBACK');
  }
}

/** What a part finds, and that it could look no further when the damage itself is in the way. */
function* readable(findings: Generator<StoreFinding>): Generator<StoreFinding> {
  try {
    yield* findings;
  } catch (error) {
    if (!(error instanceof OtpctlError) || error.code !== 'store-damaged') throw error;
    yield { finding: error.message, remedy: RESTORE };
  }
}

/** What can be found out about a store whose tables are not those that there should be: what they hold says nothing. */
export function checkSchemaAlone(connection: Connection): StoreFinding[] {
  return [...readable(integrity(connection)), ...readable(schema(connection))];
}

function* schema(connection: Connection): Generator<StoreFinding> {
  for (const { what, wrong } of schemaDifferences(connection, MIGRATIONS.slice(0, schemaOf(connection)))) {
    yield { finding: `${what} in the schema ${wrong}`, remedy: `find out who wrote to the store, and ${RESTORE}` };
  }
}

/** What `PRAGMA integrity_check` says of an index alone. */
const INDEX =
  /^(row [0-9]+ missing from index|wrong # of entries in index|non-unique entry in index|rowid not at end of record for row)/;
const REBUILD = 'rebuild the indexes with  otpctl store check --repair';

function* integrity(connection: Connection): Generator<StoreFinding> {
  for (const row of connection.iterate('PRAGMA integrity_check')) {
    const finding = String(row['integrity_check']);
    if (finding !== 'ok')
      yield { finding: `the database is damaged: ${finding}`, remedy: INDEX.test(finding) ? REBUILD : RESTORE };
  }
}

/** Values that otpctl never writes, devices without the secret of their type, and a counter of ids that lags. */
function* devices(connection: Connection): Generator<StoreFinding> {
  const columns = `SELECT ${RECORD_COLUMNS}, secret IS NOT NULL AS sealed FROM devices ORDER BY devices.id`;
  for (const row of connection.iterate(columns)) {
    const remedy = `restore the store from a backup, or enrol the user again and  otpctl device delete ${row['id']}`;
    const type = Object.hasOwn(deviceTypes, String(row['type'])) ? deviceTypes[row['type'] as DeviceType] : undefined;
    const keepsSecret = type?.options.some((option) => option === 'secret' || option === 'pin') ?? false;
    if (type === undefined) yield { finding: `device ${row['id']} is of no type that there is`, remedy };
    else if (keepsSecret && row['sealed'] !== 1) yield { finding: `device ${row['id']} has lost its secret`, remedy };
    const damage = damageIn(() => recordOf(row));
    if (damage !== undefined) yield { finding: `device ${row['id']}: ${damage}`, remedy };
  }
  const lags = connection.get('SELECT 1 FROM store WHERE next_device_id <= (SELECT max(id) FROM devices)');
  if (lags !== undefined) yield { finding: 'the counter of device ids lags behind the devices', remedy: RESTORE };
}

function damageIn(reading: () => unknown): string | undefined {
  try {
    reading();
    return undefined;
  } catch (error) {
    if (error instanceof OtpctlError && error.code === 'store-damaged') return error.message;
    throw error;
  }
}

function* references(connection: Connection): Generator<StoreFinding> {
  for (const row of connection.iterate('PRAGMA foreign_key_check')) {
    yield { finding: `row ${row['rowid']} of ${row['table']} belongs to no ${row['parent']}`, remedy: RESTORE };
  }
}

function* seals(connection: Connection, keys: StoreKeys): Generator<StoreFinding> {
  const sealed =
    'SELECT CAST(id AS TEXT) AS id, name, secret, key_id FROM devices WHERE secret IS NOT NULL ORDER BY id';
  for (const row of connection.iterate(sealed)) {
    const id = row['id'] as string;
    const secret: Secret | undefined =
      row['key_id'] === keys.dataKeyId ? keys.columns.unseal(row['secret'] as Uint8Array, secretPlace(id)) : undefined;
    if (secret !== undefined) continue;
    yield {
      finding: `the secret of device ${id} (${row['name']}) does not open`,
      remedy: `restore the store from a backup, or enrol the user again and  otpctl device delete ${id}`,
    };
  }
  for (const { key, sealed, key_id } of connection.iterate('SELECT key, sealed, key_id FROM settings ORDER BY key')) {
    if (!SETTINGS[key as SettingKey]?.secret) continue;
    const place = settingPlace(String(key));
    const opens = sealed instanceof Uint8Array && key_id === keys.dataKeyId;
    if (opens && keys.columns.unseal(sealed, place) !== undefined) continue;
    yield {
      finding: `the setting ${key} does not open`,
      remedy: `set it again with  otpctl settings set ${key}=@FILE`,
    };
  }
}

function* codeKeys(connection: Connection, keys: StoreKeys): Generator<StoreFinding> {
  for (const { id, sealed } of connection.iterate('SELECT id, sealed FROM code_keys ORDER BY id')) {
    const opens = sealed instanceof Uint8Array && keys.columns.unseal(sealed, codeKeyPlace(String(id))) !== undefined;
    if (!opens)
      yield { finding: `the key ${id} of codes that are under way does not open`, remedy: 'issue new challenges' };
  }
}

function* audit(connection: Connection, keys: StoreKeys): Generator<StoreFinding> {
  const verdict = verifyChain(connection, keys.audit);
  if (!verdict.intact) {
    yield {
      finding: `audit log: ${verdict.finding}`,
      remedy: 'compare it with an export, and find out who wrote to the store',
    };
  }
}
