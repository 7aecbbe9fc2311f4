import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Secret } from '../../src/domain/secret.ts';
import { fileDigest, headerLines, writeBackup } from '../../src/store/backup-file.ts';
import { sealKeys } from '../../src/store/backup-keys.ts';
import { openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { storedKeys } from '../../src/store/sqlite/rows/store-row.ts';
import { openKeysOf } from '../../src/store/store-keys.ts';
import { countedRandom } from './fixed.ts';
import { keyFilesOf, storeOf } from './home.ts';

/** A backup of the store in a home, right in every digest and seal, of whose database somebody changed what they liked. */
export function forgedBackup(home: string, file: string, change: (database: string) => void): void {
  const { bytes } = countedRandom();
  const store = openConnection(storeOf(home));
  const kept = storedKeys(store);
  const rows = store
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .map(({ name }) => [String(name), Number(store.get(`SELECT count(*) AS n FROM "${name}"`)?.['n'])]);
  store.close();
  const [keyFile = ''] = keyFilesOf(home);
  const master = new Secret(Buffer.from(readFileSync(keyFile, 'utf8'), 'base64'));
  const copy = `${file}.copy`;
  rmSync(copy, { force: true });
  const original = new DatabaseSync(storeOf(home));
  original.exec(`VACUUM INTO '${copy}'`);
  original.close();
  change(copy);
  const schema = new DatabaseSync(copy);
  const { user_version } = schema.prepare('PRAGMA user_version').get() ?? {};
  schema.close();
  const header = {
    store: kept.storeId,
    schema: Number(user_version),
    time: 0,
    rows: Object.fromEntries(rows),
    ...fileDigest(copy),
    dataKeyId: kept.dataKeyId,
    key: { masterKeyId: kept.masterKeyId, place: kept.keyLocation },
  };
  const keys = openKeysOf(kept, master, bytes);
  writeFileSync(file, '', { mode: 0o600 });
  writeBackup(
    file,
    headerLines(header, (digest) => sealKeys(keys, master, kept.storeId, digest, bytes)),
    copy,
  );
  rmSync(copy);
}
