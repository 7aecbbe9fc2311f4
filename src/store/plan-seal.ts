import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { PlanSeal } from '../domain/run/plan.ts';
import type { StoreKeys } from './store-keys.ts';

const KEY_BYTES = 32;

/**
 * Seals plans of a store: HMAC-SHA256 under a key for nothing else. It is derived from the one key that a rotation of the
 * others leaves as it is, so a plan outlives one.
 */
export function createPlanSeal({ audit }: StoreKeys, storeId: string): PlanSeal {
  const derived = hkdfSync('sha256', audit, storeId, 'otpctl:plans:v1', KEY_BYTES);
  const key = createSecretKey(Buffer.from(derived));
  return (body) => createHmac('sha256', key).update(body).digest('hex');
}
