import { partWords, type SealedPart } from '../../../domain/audit/sealed-part.ts';
import { typeRules } from '../../../domain/device-types/index.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import type { StoreKeys } from '../../store-keys.ts';
import { verifyChain } from '../audit/verify-chain.ts';
import type { Connection } from '../connection/connection.ts';
import { FIRST, keySetRows } from '../connection/key-set.ts';
import { openSecret } from '../devices/device-seal.ts';
import { codeKeyCell } from '../keys/code-keys.ts';
import { schemaDifferences, schemaOf } from '../schema/check-schema.ts';
import { MIGRATIONS } from '../schema/migrations.ts';
import { findForged } from '../signing/find-forged.ts';
import { checkApiKeys } from './check-api-keys.ts';
import { checkChallenges } from './check-challenges.ts';
import { checkDevices } from './check-devices.ts';
import { checkDs100 } from './check-ds100.ts';
import { checkSettings } from './check-settings.ts';
import { checkUse } from './check-use.ts';
import { checkUsers } from './check-users.ts';

export const RESTORE = 'restore the store from a backup';

/**
 * Everything that can be found wrong with a store, in one snapshot of it. Empty when all is well. `keys` is the error where
 * the keys themselves are damaged.
 */
export function checkStore(connection: Connection, keys: StoreKeys | OtpctlError): StoreFinding[] {
  const sealed: SealedPart[] = [];
  connection.exec('BEGIN');
  try {
    return [
      ...readable(integrity(connection)),
      ...readable(schema(connection)),
      ...readable(references(connection)),
      ...(keys instanceof OtpctlError
        ? [{ finding: keys.message, remedy: RESTORE }]
        : [
            ...(keys.areRowsSigned ? readable(forged(connection, keys)) : []),
            ...readable(seals(connection, keys)),
            ...readable(checkSettings(connection, keys)),
            ...readable(codeKeys(connection, keys)),
            ...readable(audit(connection, keys, sealed)),
          ]),
      ...readable(checkDevices(connection)),
      ...readable(checkChallenges(connection)),
      ...readable(checkUsers(connection)),
      ...readable(checkApiKeys(connection)),
      ...readable(checkDs100(connection)),
      ...readable(checkUse(connection, sealed)),
    ];
  } finally {
    connection.exec('ROLLBACK');
  }
}

/** The findings of one check. Where damage keeps it from going on, that is the last one. */
export function* readable(findings: Generator<StoreFinding>): Generator<StoreFinding> {
  try {
    yield* findings;
  } catch (error) {
    if (!(error instanceof OtpctlError) || error.code !== 'store-damaged') throw error;
    yield { finding: error.message, remedy: RESTORE };
  }
}

/** What can be checked of a store whose tables are not ours: what is in them means nothing. */
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
  for (const row of connection.all('PRAGMA integrity_check')) {
    const finding = String(row['integrity_check']);
    if (finding !== 'ok')
      yield { finding: `the database is damaged: ${finding}`, remedy: INDEX.test(finding) ? REBUILD : RESTORE };
  }
}

function* references(connection: Connection): Generator<StoreFinding> {
  for (const row of connection.all('PRAGMA foreign_key_check')) {
    yield { finding: `row ${row['rowid']} of ${row['table']} belongs to no ${row['parent']}`, remedy: RESTORE };
  }
}

function* forged(connection: Connection, { rows }: StoreKeys): Generator<StoreFinding> {
  for (const { what, kind, id } of findForged(connection, rows)) {
    const deleted =
      kind === 'device' ? `, enrol the user again and  ${commandLine(['device', 'delete', id])},  or` : ', or';
    yield {
      finding: `${printable(what)} is not what otpctl wrote`,
      remedy: `find out who wrote to the store; ${RESTORE}${deleted} sign it as it is with  otpctl store check --sign`,
    };
  }
}

function* seals(connection: Connection, keys: StoreKeys): Generator<StoreFinding> {
  const sealed = `SELECT CAST(id AS TEXT) AS id, name, type, secret, key_id, devices.id AS key FROM devices
    WHERE secret IS NOT NULL AND devices.id > ? ORDER BY devices.id LIMIT ?`;
  for (const row of keySetRows(connection, { sql: sealed, key: 'key', start: FIRST })) {
    const [id, type] = [row['id'] as string, String(row['type'])];
    const secret = openSecret(keys, { id, type, secret: row['secret'], keyId: row['key_id'] });
    if (secret !== undefined && typeRules(type)?.isSecret?.(secret) !== false) continue;
    yield {
      finding: `the secret of device ${id} (${printable(String(row['name']))}) ${secret === undefined ? 'does not open' : `is none of type ${type}`}`,
      remedy: `restore the store from a backup, or enrol the user again and  ${commandLine(['device', 'delete', String(id)])}`,
    };
  }
}

function* codeKeys(connection: Connection, keys: StoreKeys): Generator<StoreFinding> {
  for (const { id, sealed } of connection.all('SELECT id, sealed FROM code_keys ORDER BY id')) {
    const opens = sealed instanceof Uint8Array && keys.columns.unseal(sealed, codeKeyCell(String(id))) !== undefined;
    if (!opens)
      yield { finding: `the key ${id} of codes that are under way does not open`, remedy: 'issue new challenges' };
  }
}

function* audit(connection: Connection, keys: StoreKeys, sealed: SealedPart[]): Generator<StoreFinding> {
  const verdict = verifyChain(connection, keys.audit.hmac);
  if (!verdict.intact) {
    yield {
      finding: `audit log: ${verdict.finding}`,
      remedy:
        'compare it with an export, find out who wrote to the store, and seal what is broken with  otpctl audit repair',
    };
    return;
  }
  for (const part of verdict.sealed ?? []) {
    sealed.push(part);
    yield {
      finding: `audit log: ${partWords(part)}, sealed by entry ${part.by}: ${part.finding}`,
      remedy: 'it is known, and nothing is to be done',
      known: true,
    };
  }
}
