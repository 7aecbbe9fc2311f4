import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../src/domain/secret.ts';
import type { KeyedHash } from '../../src/store/keyed-hash.ts';
import { type Connection, openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { storedKeys } from '../../src/store/sqlite/rows/store-row.ts';
import { signRows } from '../../src/store/sqlite/signing/sign-store.ts';
import { unwrapStoreKeys } from '../../src/store/store-keys.ts';
import { systemRandom } from '../../src/system/random.ts';
import { storeOf } from './home.ts';
import { tamper } from './sql.ts';

/** An open store, with what its rows are signed with; its key file is in the folder of keys, if no other is named. */
export function openSigned(
  store: string,
  keys: { readonly home: string } | { readonly file: string },
): { readonly connection: Connection; readonly rows: KeyedHash } {
  const connection = openConnection(store);
  const wrapped = storedKeys(connection);
  const file = 'file' in keys ? keys.file : join(keys.home, '.config/otpctl/keys', `${wrapped.storeId}.key`);
  const master = new Secret(Buffer.from(readFileSync(file, 'utf8'), 'base64'));
  return { connection, rows: unwrapStoreKeys(wrapped, master, systemRandom.bytes).rows };
}

/** Signs all rows of a store as they are. */
export function signStore(...place: Parameters<typeof openSigned>): void {
  const { connection, rows } = openSigned(...place);
  connection.immediate(() => signRows(connection, rows));
  connection.close();
}

/** Runs SQL on the default store of a home, as the program could have: what is there then is signed. */
export function arrange(store: string, sql: string): void {
  tamper(store, sql);
  signStore(store, { home: store.slice(0, -storeOf('').length - 1) });
}
