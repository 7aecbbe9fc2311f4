import { createHmac } from 'node:crypto';
import type { Secret } from '../secret.ts';

/** What a key may be called in public: eight bytes that say which key it is, and nothing about it. */
export function keyId(key: Secret): string {
  return createHmac('sha256', key.expose()).update('otpctl:key-id:v1').digest('hex').slice(0, 16);
}
