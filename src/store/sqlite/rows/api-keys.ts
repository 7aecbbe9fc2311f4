import { hash, timingSafeEqual } from 'node:crypto';
import { type ApiKey, drawKey, isGood, keyId, keyName, keyOf, noSuchKey } from '../../../domain/api-key/api-key.ts';
import { refuseLongerLife, refuseMoreRoles, stillGood, successorEnd } from '../../../domain/api-key/key-bounds.ts';
import { type Grant, grantsOf } from '../../../domain/api-key/role.ts';
import type { AuditResult } from '../../../domain/audit/audit.ts';
import type { AuditAction } from '../../../domain/audit/audit-actions.ts';
import type { Origin } from '../../../domain/audit/origin.ts';
import { invalid, OtpctlError } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { Secret } from '../../../domain/secret.ts';
import { fold } from '../../../domain/user.ts';
import type { ApiKeyRequest, ApiKeyStore, CreatedApiKey } from '../../../ports/api-keys.ts';
import type { Clock } from '../../../ports/system/clock.ts';
import type { Random } from '../../../ports/system/random.ts';
import type { AuditKey } from '../../audit-key.ts';
import { appendAudit } from '../audit/audit-chain.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { damagedValue, instantOf } from '../connection/row-values.ts';

export interface ApiKeyDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** The key of the audit chain. Only a change asks for it. */
  auditKey(): Promise<AuditKey>;
}

/** The API keys of a store. Of the text of a key its SHA-256 is kept, which is enough for 192 random bits. */
export function createApiKeys(connection: Connection, { clock, random, auditKey }: ApiKeyDeps): ApiKeyStore {
  const cached = createKeyCache(connection);
  const change = async <T>(work: (now: Instant, record: (event: Change) => void) => T, origin: Origin): Promise<T> => {
    const chain = await auditKey();
    try {
      return connection.immediate(() => {
        const now = clock.now();
        return work(now, ({ action, object, result }) =>
          appendAudit(connection, chain, { ...origin, time: now, action, object, result }),
        );
      });
    } finally {
      cached.forget();
    }
  };
  const insert = (request: ApiKeyRequest, now: Instant): CreatedApiKey => {
    const { name, roles, expires } = request;
    const { id, key } = drawKey(random.bytes);
    connection.run(
      'INSERT INTO api_keys (id, name, name_fold, roles, created, expires, rotated, hash) VALUES (?, ?, ?, ?, ?, ?, 0, ?)',
      [id, name, fold(name), JSON.stringify(roles), now, expires ?? null, hashOf(key)],
    );
    return { id, name, roles, created: now, ...(expires !== undefined && { expires }), rotated: false, key };
  };
  const current = (name: string): ApiKey | undefined => {
    const row = connection.get('SELECT * FROM api_keys WHERE name_fold = ? AND rotated = 0', [fold(name)]);
    return row && apiKeyOf(row);
  };

  const named = (name: string): readonly ApiKey[] =>
    connection.all('SELECT * FROM api_keys WHERE name_fold = ? ORDER BY rotated', [fold(name)]).map(apiKeyOf);
  /** The key that the request came with, as it is now. */
  const asking = (by: ApiKey | undefined, now: Instant): ApiKey | undefined => {
    if (by === undefined) return undefined;
    const row = connection.get('SELECT * FROM api_keys WHERE id = ?', [by.id]);
    return stillGood(row && apiKeyOf(row), now);
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
        record({ action: 'apikey.create', object: objectOf(created), result: `ok: ${created.roles.join(', ')}` });
        return created;
      }, origin),

    rotate: (given, until, origin, by) =>
      change((now, record) => {
        const old = current(given);
        if (old === undefined) throw noSuchKey(given);
        const { name, roles, expires } = old;
        const life = expires === undefined ? undefined : expires - old.created;
        const bound = asking(by, now);
        if (bound !== undefined) for (const each of named(given)) refuseMoreRoles(bound, each.roles);
        const whole = life === undefined ? undefined : now + life;
        const ends = bound === undefined ? whole : successorEnd(bound, old, whole);
        if (until <= now) connection.run('DELETE FROM api_keys WHERE name_fold = ?', [fold(name)]);
        else {
          const last = Math.min(until, expires ?? until);
          connection.run('UPDATE api_keys SET rotated = 1, expires = ? WHERE id = ?', [last, old.id]);
        }
        const created = insert({ name, roles, ...(ends !== undefined && { expires: ends }) }, now);
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
        record({ action: 'apikey.revoke', object: objectOf(key), result: 'ok' });
      }, origin),

    async authenticate({ user, password }) {
      const whole = keyId(password);
      const candidates = whole === undefined ? namedBy(connection, user) : cached.withId(whole);
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

/**
 * Keeps keys by their ids, since every request asks for one, until another connection writes to the store. That is looked
 * for once in a turn of the event loop, for all requests that come in it.
 */
function createKeyCache(connection: Connection): { withId(id: string): readonly StoredKey[]; forget(): void } {
  let version: unknown;
  let isLookedFor = false;
  const known = new Map<string, readonly StoredKey[]>();
  return {
    forget: () => known.clear(),
    withId(id) {
      // It changes with what other connections commit. After a change by this one, `forget` is called.
      if (!isLookedFor) {
        connection.checkFile();
        const now = connection.get('PRAGMA data_version')?.['data_version'];
        if (now !== version) known.clear();
        version = now;
        isLookedFor = true;
        setImmediate(() => {
          isLookedFor = false;
        });
      }
      const before = known.get(id);
      if (before !== undefined) return before;
      const row = connection.get('SELECT * FROM api_keys WHERE id = ?', [id]);
      if (row === undefined) return [];
      const found = [storedKey(row)];
      known.set(id, found);
      return found;
    },
  };
}

function namedBy(connection: Connection, user: string | undefined): readonly StoredKey[] {
  if (user === undefined) return [];
  connection.checkFile();
  return connection.all('SELECT * FROM api_keys WHERE id = ? OR name_fold = ?', [user, fold(user)]).map(storedKey);
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
