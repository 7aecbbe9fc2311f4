import { createSecretKey } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AuditEvent } from '../../src/domain/audit/audit.ts';
import { Secret } from '../../src/domain/secret.ts';
import { type AuditKey, createAuditKey } from '../../src/store/audit-key.ts';
import { openAudit, startAudit } from '../../src/store/sqlite/audit/audit-chain.ts';
import { examineAudit } from '../../src/store/sqlite/audit/examine-audit.ts';
import { verifyChain } from '../../src/store/sqlite/audit/verify-chain.ts';
import { type Connection, openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { storedKeys } from '../../src/store/sqlite/rows/store-row.ts';
import { migrate } from '../../src/store/sqlite/schema/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';
import { unwrapStoreKeys } from '../../src/store/store-keys.ts';
import { systemRandom } from '../../src/system/random.ts';
import { storeOf, temporaryHome } from './home.ts';

/** A log and what it is written with. */
export interface TestLog {
  readonly connection: Connection;
  readonly key: AuditKey;
}

/** Somebody wants everything of an event: each field has a text. */
export const FULL: AuditEvent = {
  time: 1_700_000_000,
  actor: 'key:desk',
  action: 'device.disable',
  object: 'device 1 TOTP00000001 of ada',
  result: 'ok: enabled to disabled in run 7',
  reason: 'ada lost her phone',
  ticket: 'HD-1',
  deviceId: '1',
  type: 'TOTP',
  user: 'ada',
  userId: '11',
  run: '7',
  door: 'v1',
  peer: '192.0.2.1',
  client: '198.51.100.7',
};

/** A log in memory, with entries of format 2. */
export function logOf(...events: readonly AuditEvent[]): TestLog {
  const connection = openConnection(':memory:');
  onTestFinished(() => connection.close());
  const key = createAuditKey(createSecretKey(Buffer.alloc(32, 7)), systemRandom.bytes);
  migrate(connection, MIGRATIONS);
  startAudit(connection, key);
  append({ connection, key }, ...events);
  return { connection, key };
}

export function append({ connection, key }: TestLog, ...events: readonly AuditEvent[]): void {
  const appender = openAudit(connection, key);
  for (const event of events) appender.append(event);
  appender.close();
}

const FIXTURE = join(import.meta.dirname, '../store/logs/format-1-repaired.db');
const MASTER = readFileSync(FIXTURE.replace(/db$/, 'key'), 'utf8').trim();

/** A store of the release before format 2, as the default one of a home: twelve entries, of which entry 11 seals entry 10. */
export function formerHome(): { readonly home: string; readonly environment: Record<string, string> } {
  const home = temporaryHome();
  const path = storeOf(home);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Written anew: a checkout gives a file other modes than its owner's alone.
  writeFileSync(path, readFileSync(FIXTURE), { mode: 0o600 });
  return { home, environment: { OTPCTL_MASTER_KEY: MASTER } };
}

/** The log of that store, migrated. */
export function formerLog(): TestLog {
  const path = join(temporaryHome(), 'store.db');
  copyFileSync(FIXTURE, path);
  const connection = openConnection(path);
  onTestFinished(() => connection.close());
  migrate(connection, MIGRATIONS);
  const master = new Secret(Buffer.from(MASTER, 'base64'));
  return { connection, key: unwrapStoreKeys(storedKeys(connection), master, systemRandom.bytes).audit };
}

/** Whether a log is found sound by both ways to look at it. */
export function isSound({ connection, key }: TestLog): boolean {
  const { intact } = verifyChain(connection, key.hmac);
  const isUnbroken = examineAudit(connection, key.hmac).broken.length === 0;
  if (intact !== isUnbroken) throw new Error(`one way finds it ${intact}, and the other ${isUnbroken}`);
  return intact;
}
