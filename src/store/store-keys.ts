import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { OtpctlError } from '../domain/errors.ts';
import type { RandomBytes } from '../domain/random-source.ts';
import type { PlanSeal } from '../domain/run/plan.ts';
import { keyId, Secret } from '../domain/secret.ts';
import { type AuditKey, createAuditKey } from './audit-key.ts';
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
}

/** The two keys of a store in clear: the master key wraps them, and a backup carries them. */
export interface OpenKeys {
  readonly dataKey: Secret;
  readonly auditKey: Secret;
}

/** Makes the keys of a new store and wraps them. */
export function newStoreKeys(storeId: string, master: Secret, randomBytes: RandomBytes): WrappedKeys {
  const auditKey = new Secret(randomBytes(KEY_BYTES));
  return wrapKeys({ auditKey, dataKey: new Secret(randomBytes(KEY_BYTES)) }, storeId, master, randomBytes);
}

/** A new data key, and the same audit key, wrapped by another master key. Errors: as of unwrapping. */
export function rotatedStoreKeys(
  wrapped: WrappedKeys,
  master: Secret,
  next: Secret,
  randomBytes: RandomBytes,
): WrappedKeys {
  const { auditKey } = openKeysOf(wrapped, master, randomBytes);
  return wrapKeys({ auditKey, dataKey: new Secret(randomBytes(KEY_BYTES)) }, wrapped.storeId, next, randomBytes);
}

/** The keys of a store under a master key, as the store keeps them. */
export function wrapKeys(keys: OpenKeys, storeId: string, master: Secret, randomBytes: RandomBytes): WrappedKeys {
  const wrapper = wrapperOf(storeId, master, randomBytes);
  return {
    storeId,
    masterKeyId: keyId(master),
    dataKeyId: keyId(keys.dataKey),
    dataKey: wrapper.seal(keys.dataKey, { table: 'store', column: 'data_key', row: storeId }),
    auditKey: wrapper.seal(keys.auditKey, { table: 'store', column: 'audit_key', row: storeId }),
  };
}

/** Unwraps the keys of a store. Errors: `key-wrong`, with nothing written. */
export function unwrapStoreKeys(wrapped: WrappedKeys, master: Secret, randomBytes: RandomBytes): StoreKeys {
  const { dataKey, auditKey } = openKeysOf(wrapped, master, randomBytes);
  return {
    dataKeyId: wrapped.dataKeyId,
    columns: createSealer(createSecretKey(dataKey.expose()), randomBytes),
    codes: deriveKey(dataKey, 'challenge-codes', wrapped.storeId),
    audit: createAuditKey(createSecretKey(auditKey.expose()), randomBytes),
  };
}

/** Opens the keys of a store with its master key. Errors: `key-wrong`, `store-damaged`. */
export function openKeysOf(wrapped: WrappedKeys, master: Secret, randomBytes: RandomBytes): OpenKeys {
  const { storeId } = wrapped;
  const wrapper = wrapperOf(storeId, master, randomBytes);
  const dataKey = wrapper.unseal(wrapped.dataKey, { table: 'store', column: 'data_key', row: storeId });
  const auditKey = wrapper.unseal(wrapped.auditKey, { table: 'store', column: 'audit_key', row: storeId });
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
  return { dataKey, auditKey };
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
