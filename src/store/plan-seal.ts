import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { PlanSeal } from '../domain/run/plan.ts';
import type { StoreKeys } from './store-keys.ts';

const KEY_BYTES = 32;

/**
 * Seals plans of a store with HMAC-SHA256. The key is used for nothing else. It is derived from the audit key, which a
 * rotation leaves as it is, so a plan is still good after one.
 */
export function createPlanSeal({ audit }: StoreKeys, storeId: string): PlanSeal {
  const derived = hkdfSync('sha256', audit, storeId, 'otpctl:plans:v1', KEY_BYTES);
  const key = createSecretKey(Buffer.from(derived));
  return (body) => createHmac('sha256', key).update(body).digest('hex');
}
