import { base32nopad } from '@scure/base';
import { withoutTrailing } from '../text/trailing.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 Base32 without padding, as `otpauth://` URIs carry it. */
export function encodeBase32(bytes: Uint8Array): string {
  return base32nopad.encode(bytes);
}

/**
 * Reads Base32 as people paste it: any case, spaces, hyphens, padding. Bits left over in the last character are
 * dropped, as authenticator apps do. Undefined for what is not Base32.
 */
export function decodeBase32(text: string): Uint8Array | undefined {
  const compact = withoutTrailing(text.replace(/[\s-]/g, ''), '=').toUpperCase();
  if (!/^[A-Z2-7]+$/.test(compact)) return undefined;
  const spareBits = (compact.length * 5) % 8;
  if (spareBits >= 5) return undefined;
  const last = ALPHABET.indexOf(compact.slice(-1));
  const kept = ALPHABET[(last >> spareBits) << spareBits];
  return base32nopad.decode(compact.slice(0, -1) + kept);
}
