import { hash, timingSafeEqual } from 'node:crypto';
import { type ApiKey, drawKey, isGood, keyId, keyName, keyOf, noSuchKey } from '../../../domain/api-key/api-key.ts';
import { refuseLongerLife, refuseMoreRoles, stillGood, successorEnd } from '../../../domain/api-key/key-bounds.ts';
import { type Grant, grantsOf } from '../../../domain/api-key/role.ts';
import type { AuditResult } from '../../../domain/audit/audit.ts';
import type { AuditAction } from '../../../domain/audit/audit-actions.ts';
import type { Origin } from '../../../domain/audit/origin.ts';
import { invalid, OtpctlError } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/instant.ts';
import { parseScope } from '../../../domain/query/parse-scope.ts';
import type { Secret } from '../../../domain/secret.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { fold } from '../../../domain/user.ts';
import type { ApiKeyRequest, ApiKeyStore, CreatedApiKey } from '../../../ports/api-keys.ts';
import type { Clock } from '../../../ports/system/clock.ts';
import type { Random } from '../../../ports/system/random.ts';
import type { KeyedHash } from '../../keyed-hash.ts';
import type { StoreKeys } from '../../store-keys.ts';
import { appendAudit } from '../audit/audit-chain.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { damagedValue, instantOf } from '../connection/row-values.ts';
import { forgedRows, refuseForgedTable, signRow } from '../signing/table-digest.ts';

export interface ApiKeyDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Chains the audit log, and signs the keys: an API key that somebody else wrote opens nothing. */
  keys(): Promise<StoreKeys>;
}

/** The API keys of a store. Of the text of a key its SHA-256 is kept, which is enough for 192 random bits. */
export function createApiKeys(connection: Connection, { clock, random, keys }: ApiKeyDeps): ApiKeyStore {
  const cached = createKeyCache(connection);
  let signing: KeyedHash | undefined;
  /** The ids of the rows that the transaction which is open has written. */
  const written: string[] = [];
  /** Of the same transaction: the ids of the keys that somebody else wrote. They may be revoked, and nothing else. */
  let forged: readonly string[] = [];
  const genuine = (key: ApiKey | undefined): ApiKey | undefined => {
    if (key !== undefined && forged.includes(key.id)) throw forgedKey(key);
    return key;
  };
  const change = async <T>(work: (now: Instant, record: (event: Change) => void) => T, origin: Origin): Promise<T> => {
    const { audit, rows } = await keys();
    try {
      return connection.immediate(() => {
        refuseForgedTable(connection, rows, 'api_keys');
        forged = forgedRows(connection, rows, 'api_keys');
        const now = clock.now();
        const result = work(now, (event) => appendAudit(connection, audit, { ...origin, time: now, ...event }));
        for (const id of written.splice(0)) signRow(connection, rows, 'api_keys', id);
        return result;
      });
    } finally {
      written.length = 0;
      cached.forget();
    }
  };
  const insert = (request: ApiKeyRequest, now: Instant): CreatedApiKey => {
    const { name, roles, scope, expires } = request;
    const { id, key } = drawKey(random.bytes);
    written.push(id);
    connection.run(
      `INSERT INTO api_keys (id, name, name_fold, roles, scope, created, expires, rotated, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)`,
      [id, name, fold(name), JSON.stringify(roles), scope ?? null, now, expires ?? null, hashOf(key)],
    );
    const given = { ...(scope !== undefined && { scope }), ...(expires !== undefined && { expires }) };
    return { id, name, roles, ...given, created: now, rotated: false, key };
  };
  const current = (name: string): ApiKey | undefined => {
    const row = connection.get('SELECT * FROM api_keys WHERE name_fold = ? AND rotated = 0', [fold(name)]);
    return genuine(row && apiKeyOf(row));
  };

  const named = (name: string): readonly ApiKey[] =>
    connection.all('SELECT * FROM api_keys WHERE name_fold = ? ORDER BY rotated', [fold(name)]).map(apiKeyOf);
  /** The key that the request came with, as it is now. */
  const asking = (by: ApiKey | undefined, now: Instant): ApiKey | undefined => {
    if (by === undefined) return undefined;
    const row = connection.get('SELECT * FROM api_keys WHERE id = ?', [by.id]);
    return stillGood(genuine(row && apiKeyOf(row)), now);
  };

  return {
    list: async () =>
      connection.all('SELECT * FROM api_keys ORDER BY name_fold, rotated, created DESC, id').map(apiKeyOf),

    create: (request, origin, by) =>
      change((now, record) => {
        const bound = asking(by, now);
        if (bound !== undefined) refuseMoreRoles(bound, request.roles);
        if (bound !== undefined) refuseLongerLife(bound, request.expires);
        const name = keyName(request.name);
        if (current(name) !== undefined) {
          throw new OtpctlError('duplicate', `there is an API key "${name}" already`, `rotate or revoke it first`);
        }
        if (!isGood(request, now)) throw invalid('the key would have expired before it was made');
        const created = insert({ ...request, name }, now);
        record({
          action: 'apikey.create',
          object: objectOf(created),
          result: `ok: ${created.roles.join(', ')}${created.scope === undefined ? '' : WITHIN}`,
        });
        return created;
      }, origin),

    rotate: (given, until, origin, by) =>
      change((now, record) => {
        const old = current(given);
        if (old === undefined) throw noSuchKey(given);
        const { name, roles, scope, expires } = old;
        const life = expires === undefined ? undefined : expires - old.created;
        const bound = asking(by, now);
        if (bound !== undefined) for (const each of named(given)) refuseMoreRoles(bound, each.roles);
        const whole = life === undefined ? undefined : now + life;
        const ends = bound === undefined ? whole : successorEnd(bound, old, whole);
        if (until <= now) connection.run('DELETE FROM api_keys WHERE name_fold = ?', [fold(name)]);
        else {
          const last = Math.min(until, expires ?? until);
          connection.run('UPDATE api_keys SET rotated = 1, expires = ? WHERE id = ?', [last, old.id]);
          written.push(old.id);
        }
        const created = insert(
          { name, roles, ...(scope !== undefined && { scope }), ...(ends !== undefined && { expires: ends }) },
          now,
        );
        record({ action: 'apikey.rotate', object: objectOf(created), result: `ok: in place of ${old.id}` });
        return created;
      }, origin),

    revoke: (given, origin, by) =>
      change((now, record) => {
        const keys = named(given);
        const [key] = keys;
        if (key === undefined) throw noSuchKey(given);
        const bound = asking(by, now);
        if (bound !== undefined) for (const each of keys) refuseMoreRoles(bound, each.roles);
        connection.run('DELETE FROM api_keys WHERE name_fold = ?', [fold(given)]);
        written.push(key.id);
        record({ action: 'apikey.revoke', object: objectOf(key), result: 'ok' });
      }, origin),

    async authenticate({ user, password }) {
      const whole = keyId(password);
      signing ??= (await keys()).rows;
      const candidates = whole === undefined ? cached.namedBy(user, signing) : cached.withId(whole, signing);
      const now = clock.now();
      let found: ApiKey | undefined;
      // One comparison at least, whether or not there is such a key.
      for (const { key, hash: stored } of candidates.length > 0 ? candidates : [NOBODY]) {
        const shown = hashOf(whole === undefined ? keyOf(key?.id ?? '', password.exposeText()) : password);
        if (!timingSafeEqual(shown, stored) || key === undefined) continue;
        if (isGood(key, now) && (user === undefined || isNamed(key, user))) found = key;
      }
      return found;
    },
  };
}

function forgedKey({ name }: ApiKey): OtpctlError {
  return new OtpctlError(
    'row-forged',
    `the API key "${name}" is not what otpctl wrote: somebody has changed it in the store`,
    `revoke it with  ${commandLine(['apikey', 'revoke', name])}`,
  );
}

interface Change {
  readonly action: AuditAction;
  readonly object: string;
  readonly result: AuditResult;
}

/** A key as its row has it. */
interface StoredKey {
  readonly key?: ApiKey;
  readonly hash: Uint8Array;
}

const NOBODY: StoredKey = { hash: new Uint8Array(32) };

function hashOf(key: Secret): Uint8Array {
  // As a text first: for a digest that is a buffer Node allocates memory, which takes longer than the hash.
  return Buffer.from(hash('sha256', key.expose(), 'binary'), 'binary');
}

function storedKey(row: Row): StoredKey {
  const stored = row['hash'];
  if (stored instanceof Uint8Array && stored.length === NOBODY.hash.length) return { key: apiKeyOf(row), hash: stored };
  throw damagedValue('the hash of an API key');
}

interface KeyCache {
  withId(id: string, rows: KeyedHash): readonly StoredKey[];
  namedBy(user: string | undefined, rows: KeyedHash): readonly StoredKey[];
  forget(): void;
}

/**
 * Keeps keys by their ids, since every request asks for one, until another connection writes to the store. That is looked
 * for once in a turn of the event loop, for all requests that come in it. Errors: `row-forged` for keys that somebody wrote
 * who has not those of the store.
 */
function createKeyCache(connection: Connection): KeyCache {
  let version: unknown;
  let isLookedFor = false;
  let forged: readonly string[] | undefined;
  const known = new Map<string, readonly StoredKey[]>();
  const look = (rows: KeyedHash): void => {
    if (!isLookedFor) {
      connection.checkFile();
      // It changes with what other connections commit. After a change by this one, `forget` is called.
      const now = connection.get('PRAGMA data_version')?.['data_version'];
      if (now !== version) known.clear();
      if (now !== version) forged = undefined;
      version = now;
      isLookedFor = true;
      setImmediate(() => {
        isLookedFor = false;
      });
    }
    if (forged !== undefined) return;
    refuseForgedTable(connection, rows, 'api_keys');
    forged = forgedRows(connection, rows, 'api_keys');
  };
  return {
    forget() {
      known.clear();
      forged = undefined;
    },
    withId(id, rows) {
      look(rows);
      const before = known.get(id);
      if (before !== undefined) return before;
      const row = connection.get('SELECT * FROM api_keys WHERE id = ?', [id]);
      if (row === undefined || forged?.includes(id)) return [];
      const found = [storedKey(row)];
      known.set(id, found);
      return found;
    },
    namedBy(user, rows) {
      if (user === undefined) return [];
      look(rows);
      return connection
        .all('SELECT * FROM api_keys WHERE id = ? OR name_fold = ?', [user, fold(user)])
        .filter(({ id }) => !forged?.includes(String(id)))
        .map(storedKey);
    },
  };
}

function isNamed({ id, name }: ApiKey, user: string): boolean {
  return id === user || fold(name) === fold(user);
}

function objectOf({ id, name }: ApiKey): string {
  return `apikey ${id} ${name}`;
}

function apiKeyOf(row: Row): ApiKey {
  return {
    id: row['id'] as string,
    name: row['name'] as string,
    roles: rolesIn(row['roles']),
    ...(row['scope'] !== null && { scope: scopeIn(row['scope']) }),
    created: instantOf(row['created']),
    ...(row['expires'] !== null && { expires: instantOf(row['expires']) }),
    rotated: row['rotated'] === 1,
  };
}

/** The roles that a text was read as. There are few different texts. */
const rolesRead = new Map<unknown, readonly Grant[]>();

function rolesIn(text: unknown): readonly Grant[] {
  let roles = rolesRead.get(text);
  if (roles === undefined) {
    try {
      roles = grantsOf(JSON.parse(text as string) as string[]);
    } catch {
      throw damagedValue('roles of an API key');
    }
    rolesRead.set(text, roles);
  }
  return roles;
}

/** Follows the roles of a key in the log. Whose it is about the log does not say: a scope may name people. */
const WITHIN = ' within a scope';

function scopeIn(text: unknown): string {
  try {
    return parseScope(String(text)).text;
  } catch {
    throw damagedValue('the scope of an API key');
  }
}
