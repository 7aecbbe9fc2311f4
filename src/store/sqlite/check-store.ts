import type { Secret } from '../../domain/secret.ts';
import type { StoreFinding } from '../../ports/store-admin.ts';
import type { StoreKeys } from '../store-keys.ts';
import { verifyChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';
import { secretPlace } from './device-writer.ts';

const RESTORE = 'restore the store from a backup';

/** Everything that can be found wrong with a store, in one snapshot of it. Empty when all is well. */
export function checkStore(connection: Connection, keys: StoreKeys): StoreFinding[] {
  connection.exec('BEGIN');
  try {
    return [
      ...integrity(connection),
      ...references(connection),
      ...seals(connection, keys),
      ...audit(connection, keys),
    ];
  } finally {
    connection.exec('ROLLBACK');
  }
}

function* integrity(connection: Connection): Generator<StoreFinding> {
  for (const row of connection.iterate('PRAGMA integrity_check')) {
    const finding = String(row['integrity_check']);
    if (finding !== 'ok') yield { finding: `the database is damaged: ${finding}`, remedy: RESTORE };
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
