// Makes a store of N synthetic devices:  node bench/synthetic-store.ts PATH N  (its key is in the home folder).
import { DatabaseSync } from 'node:sqlite';
import { signStore } from '../test/support/signed.ts';
import { MAKE_KNOWN } from '../test/support/sql.ts';
import { openLocal } from './local-backend.ts';

/** 2022-01-01T00:00:00Z; the devices were used in the thousand days before it. */
const LATEST = 1_640_995_200;
const DAYS = 1000;

/** Fills a new store: one user in three has several devices, one device in ten was never used. */
export async function makeStore(home: string, path: string, devices: number): Promise<void> {
  (await openLocal({ home, store: path, create: true })).close();
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA synchronous = OFF;
    BEGIN IMMEDIATE;
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${devices})
    INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified, last_used, fails,
                         digits, algorithm, period)
    SELECT i, printf('TOTP%08d', i), printf('totp%08d', i), 'TOTP', printf('User%07d', i * 2 / 3), printf('user%07d', i * 2 / 3),
           CASE i % 20 WHEN 0 THEN 'D' WHEN 1 THEN 'L' WHEN 2 THEN 'C' ELSE 'V' END, ${LATEST} - ${DAYS} * 86400 - i % 1000,
           ${LATEST}, CASE i % 10 WHEN 0 THEN NULL ELSE ${LATEST} - (i * 7919 % ${DAYS * 86_400}) END, i % 3, 6, 'SHA1', 30
    FROM n;
    UPDATE store SET next_device_id = ${devices + 1}, next_number = ${devices + 1};
    ${MAKE_KNOWN}
    COMMIT;
    PRAGMA wal_checkpoint(TRUNCATE);
  `);
  database.close();
  signStore(path, { home });
}

if (process.argv[1] === import.meta.filename) {
  const [path = '', devices = ''] = process.argv.slice(2);
  if (path === '' || !/^[1-9][0-9]*$/.test(devices)) throw new Error('usage: node bench/synthetic-store.ts PATH N');
  await makeStore(process.env['HOME'] ?? '', path, Number(devices));
}
