import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { OtpctlError } from '../domain/errors.ts';
import type { RandomBytes } from '../domain/random-source.ts';
import type { PlanSeal } from '../domain/run/plan.ts';
import { keyId, Secret } from '../domain/secret.ts';
import { type AuditKey, createAuditKey } from './audit-key.ts';
import { createKeyedHash, type KeyedHash } from './keyed-hash.ts';
import { createSealer, deriveKey, KEY_BYTES, type Sealer } from './sealer.ts';

/** The keys of a store as it keeps them: each wrapped by the master key. */
export interface WrappedKeys {
  readonly storeId: string;
  /** Which master key wraps them. */
  readonly masterKeyId: string;
  readonly dataKeyId: string;
  readonly dataKey: Uint8Array;
  readonly auditKey: Uint8Array;
}

/** The keys of a store, unwrapped. */
export interface StoreKeys {
  readonly dataKeyId: string;
  /** Seals columns. */
  readonly columns: Sealer;
  /** Hashes the codes of challenges. */
  readonly codes: KeyObject;
  /** Chains the audit log. A key of its own, since a rotation replaces the others and not this one. */
  readonly audit: AuditKey;
  /** Signs rows. Derived from the audit key, so that a rotation of the others signs nothing anew. */
  readonly rows: KeyedHash;
  /** Whether every row is signed: then one without a signature is forged, whatever schema the store says it has. */
  readonly areRowsSigned: boolean;
}

/** The two keys of a store in clear: the master key wraps them, and a backup carries them. */
export interface OpenKeys {
  readonly dataKey: Secret;
  readonly auditKey: Secret;
  /** As in `StoreKeys`. The audit key is sealed to another cell from then on, so that nobody can take it back. */
  readonly areRowsSigned: boolean;
}

/** Makes the keys of a new store, whose rows are signed from the start, and wraps them. */
export function newStoreKeys(storeId: string, master: Secret, randomBytes: RandomBytes): WrappedKeys {
  const [auditKey, dataKey] = [new Secret(randomBytes(KEY_BYTES)), new Secret(randomBytes(KEY_BYTES))];
  return wrapKeys({ auditKey, dataKey, areRowsSigned: true }, storeId, master, randomBytes);
}

/** A new data key, and the same audit key, wrapped by another master key. Errors: as of unwrapping. */
export function rotatedStoreKeys(
  wrapped: WrappedKeys,
  master: Secret,
  next: Secret,
  randomBytes: RandomBytes,
): WrappedKeys {
  const keys = openKeysOf(wrapped, master, randomBytes);
  return wrapKeys({ ...keys, dataKey: new Secret(randomBytes(KEY_BYTES)) }, wrapped.storeId, next, randomBytes);
}

/** The same keys, wrapped as those of a store whose rows are all signed. Errors: as of unwrapping. */
export function signedStoreKeys(wrapped: WrappedKeys, master: Secret, randomBytes: RandomBytes): WrappedKeys {
  const keys = openKeysOf(wrapped, master, randomBytes);
  return wrapKeys({ ...keys, areRowsSigned: true }, wrapped.storeId, master, randomBytes);
}

/** The keys of a store under a master key, as the store keeps them. */
export function wrapKeys(keys: OpenKeys, storeId: string, master: Secret, randomBytes: RandomBytes): WrappedKeys {
  const wrapper = wrapperOf(storeId, master, randomBytes);
  return {
    storeId,
    masterKeyId: keyId(master),
    dataKeyId: keyId(keys.dataKey),
    dataKey: wrapper.seal(keys.dataKey, { table: 'store', column: 'data_key', row: storeId }),
    auditKey: wrapper.seal(keys.auditKey, auditCell(storeId, keys.areRowsSigned)),
  };
}

/** The cell that the audit key is sealed to: another one once the rows are signed. */
function auditCell(storeId: string, areRowsSigned: boolean) {
  return { table: 'store', column: 'audit_key', row: areRowsSigned ? `${storeId}:signed` : storeId };
}

/** Unwraps the keys of a store. Errors: `key-wrong`, with nothing written. */
export function unwrapStoreKeys(wrapped: WrappedKeys, master: Secret, randomBytes: RandomBytes): StoreKeys {
  const { dataKey, auditKey, areRowsSigned } = openKeysOf(wrapped, master, randomBytes);
  const audit = createSecretKey(auditKey.expose());
  return {
    dataKeyId: wrapped.dataKeyId,
    columns: createSealer(createSecretKey(dataKey.expose()), randomBytes),
    codes: deriveKey(dataKey, 'challenge-codes', wrapped.storeId),
    audit: createAuditKey(audit, randomBytes),
    rows: createKeyedHash(deriveKey(audit, 'rows', wrapped.storeId)),
    areRowsSigned,
  };
}

/** Opens the keys of a store with its master key. Errors: `key-wrong`, `store-damaged`. */
export function openKeysOf(wrapped: WrappedKeys, master: Secret, randomBytes: RandomBytes): OpenKeys {
  const { storeId } = wrapped;
  const wrapper = wrapperOf(storeId, master, randomBytes);
  const dataKey = wrapper.unseal(wrapped.dataKey, { table: 'store', column: 'data_key', row: storeId });
  const signed = wrapper.unseal(wrapped.auditKey, auditCell(storeId, true));
  const auditKey = signed ?? wrapper.unseal(wrapped.auditKey, auditCell(storeId, false));
  if (!dataKey || !auditKey) {
    const given = keyId(master);
    const damaged = given === wrapped.masterKeyId;
    throw damaged
      ? new OtpctlError('store-damaged', 'the keys in the store are damaged', 'restore the store from a backup')
      : new OtpctlError(
          'key-wrong',
          `the master key is the wrong one: this store needs key ${wrapped.masterKeyId}, and was given ${given}`,
          'find the key file that belongs to this store, or its copy',
        );
  }
  return { dataKey, auditKey, areRowsSigned: signed !== undefined };
}

function wrapperOf(storeId: string, master: Secret, randomBytes: RandomBytes): Sealer {
  return createSealer(deriveKey(master, 'wrap', storeId), randomBytes);
}

/**
 * Seals plans of a store with HMAC-SHA256. The key is used for nothing else. It is derived from the audit key, which a
 * rotation leaves as it is, so a plan is still good after one.
 */
export function createPlanSeal({ audit }: StoreKeys, storeId: string): PlanSeal {
  const key = deriveKey(audit.hmac, 'plans', storeId);
  return (body) => createHmac('sha256', key).update(body).digest('hex');
}
