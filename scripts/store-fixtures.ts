// Makes a store of every schema that has none yet in test/store/schemas: the first n migrations, and rows of all that
// such a store can have, sealed and chained by the code of the program. Run it with  node scripts/store-fixtures.ts
// when a migration is added, before it is released; a fixture that is there is never made anew.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../src/domain/secret.ts';
import { appendAudit, startAudit } from '../src/store/sqlite/audit/audit-chain.ts';
import { type Connection, openConnection } from '../src/store/sqlite/connection/connection.ts';
import { sealSecret } from '../src/store/sqlite/devices/device-seal.ts';
import { settingCell } from '../src/store/sqlite/rows/setting-rows.ts';
import { migrate } from '../src/store/sqlite/schema/migrate.ts';
import { APPLICATION_ID, MIGRATIONS } from '../src/store/sqlite/schema/migrations.ts';
import { signStore } from '../src/store/sqlite/signing/sign-store.ts';
import { newStoreKeys, openKeysOf, unwrapStoreKeys, wrapKeys } from '../src/store/store-keys.ts';
import { systemRandom } from '../src/system/random.ts';
import { MAKE_KNOWN } from '../test/support/sql.ts';

const FOLDER = join(import.meta.dirname, '../test/store/schemas');
/** 2024-01-01T00:00:00Z. */
const CREATED = 1_704_067_200;
const SECRET = Secret.ofText('12345678901234567890');
/** From this schema on users have ids, and whoever has a device is one. */
const PEOPLE = 8;
/** The first one whose rows are signed. */
const SIGNED = 11;

const ROWS: readonly (readonly [table: string, sql: string])[] = [
  ['sends', `INSERT INTO sends VALUES ('a', 'cy', ${CREATED})`],
  [
    'api_keys',
    `INSERT INTO api_keys (id, name, name_fold, roles, created, expires, rotated, hash) VALUES ('k1', 'portal', 'portal', '["verify"]', ${CREATED}, NULL, 0, zeroblob(32))`,
  ],
  [
    'ds100',
    `INSERT INTO ds100 VALUES ('140100080', '000140100080', 'u1', 'a@b.c', 'a@b.c', NULL, 'Enabled', NULL, NULL, 1, ${CREATED}, ${CREATED})`,
  ],
  ['runs', `INSERT INTO runs VALUES (1, 'update', 'store', ${CREATED}, 'done', 'uid 0', NULL, NULL, '{}', NULL)`],
];

mkdirSync(FOLDER, { recursive: true });
for (let schema = 1; schema <= MIGRATIONS.length; schema++) {
  const path = join(FOLDER, `schema-${schema}.db`);
  if (existsSync(path)) continue;
  const master = new Secret(systemRandom.bytes(32));
  const connection = openConnection(path);
  connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  migrate(connection, MIGRATIONS.slice(0, schema));
  connection.immediate(() => {
    fill(connection, schema, master);
    if (schema >= SIGNED) signStore(connection, master, systemRandom);
  });
  connection.close();
  writeFileSync(path.replace(/db$/, 'key'), `${Buffer.from(master.expose()).toString('base64')}\n`, { mode: 0o600 });
}

function fill(connection: Connection, schema: number, master: Secret): void {
  const storeId = Buffer.from(systemRandom.bytes(8)).toString('hex');
  const made = openKeysOf(newStoreKeys(storeId, master, systemRandom.bytes), master, systemRandom.bytes);
  const wrapped = wrapKeys({ ...made, areRowsSigned: false }, storeId, master, systemRandom.bytes);
  const keys = unwrapStoreKeys(wrapped, master, systemRandom.bytes);
  const { columns, audit, dataKeyId } = keys;
  connection.run(
    `INSERT INTO store (only, id, created, key_place, master_key_id, data_key_id, data_key, audit_key, next_device_id,
                        next_number)
     VALUES (1, ?, ?, 'file', ?, ?, ?, ?, 6, 3)`,
    [storeId, CREATED, wrapped.masterKeyId, dataKeyId, wrapped.dataKey, wrapped.auditKey],
  );
  startAudit(connection, audit);
  const event = { time: CREATED, actor: 'uid 0', result: 'ok' as const };
  appendAudit(connection, audit, { ...event, action: 'store.init', object: `store ${storeId}` });
  const device = (id: number, type: string, user: string, more: Readonly<Record<string, string | number>>) => {
    const withSecret = ['TOTP', 'HOTP', 'PIN'].includes(type);
    const secret = type === 'PIN' ? Secret.ofText('8675309123') : SECRET;
    const values = {
      ...{
        id,
        name: `${type}0${id}`,
        name_fold: `${type}0${id}`.toLowerCase(),
        type,
        user,
        user_fold: user,
        status: 'V',
      },
      ...{ created: CREATED, modified: CREATED, ...more },
      ...(withSecret && { secret: sealSecret(keys, id, type, secret), key_id: dataKeyId }),
    };
    const names = Object.keys(values);
    connection.run(
      `INSERT INTO devices (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      Object.values(values),
    );
    const object = `device ${id} ${values.name} of ${user}`;
    appendAudit(connection, audit, { ...event, action: 'device.create', object, deviceId: `${id}`, user });
  };
  device(1, 'TOTP', 'ada', { digits: 6, algorithm: 'SHA1', period: 30, last_step: 56_802_240, last_used: CREATED });
  device(2, 'HOTP', 'bob', { digits: 6, algorithm: 'SHA1', counter: 5 });
  device(3, 'EMAIL', 'cy', { email: 'cy@example.com', email_fold: 'cy@example.com' });
  device(4, 'SMS', 'dee', { phone: '+33612345678' });
  device(5, 'PIN', 'eve', {});
  connection.run(
    `INSERT INTO challenges (device_id, id, created, expires, positions) VALUES (5, 'c', 1, 2, '[1,2,3]')`,
  );
  const isThere = (table: string) =>
    connection.get('SELECT 1 FROM sqlite_schema WHERE name = ?', [table]) !== undefined;
  if (schema >= PEOPLE) {
    const values = `7, 'Ada', 'ada', 1, '{"name":"Ada"}', '["vpn"]', ${CREATED}, ${CREATED}, ${CREATED}`;
    const cells = 'id, name, name_fold, active, attributes, groups, enrolled_since, created, modified';
    connection.exec(`INSERT INTO users (${cells}) VALUES (${values}); ${MAKE_KNOWN}`);
  } else if (isThere('users')) connection.run(`INSERT INTO users VALUES ('ada', 'Ada', '{"name":"Ada"}')`);
  for (const [table, sql] of ROWS) if (isThere(table)) connection.run(sql);
  if (schema < 2) return;
  const url = columns.seal(Secret.ofText('smtps://a:b@mail.example.com'), settingCell('email.smtpUrl'));
  connection.run('INSERT INTO settings (key, value, sealed, key_id) VALUES (?, ?, ?, ?)', [
    'email.smtpUrl',
    '"smtps://***"',
    url,
    dataKeyId,
  ]);
}
