import { invalid } from '../errors.ts';
import { Secret } from '../secret.ts';
import { decodeBase32 } from './base32.ts';

/**
 * An administrator's own secret: Base32 or hex, any case, with spaces or hyphens; `base32:` or `hex:` in front settles
 * what could be both. How long it may be is for the device to say. The message never repeats the text.
 */
export function importedSecret(text: string): Secret {
  const [, encoding, body = ''] = /^(?:(hex|base32):)?(.*)$/is.exec(text.trim()) ?? [];
  if (body === '') throw invalid('there is no secret');
  if (/[\r\n]/.test(body)) throw invalid('the secret has more than one line');
  const hex = encoding?.toLowerCase() === 'base32' ? undefined : decodeHex(body);
  const base32 = encoding?.toLowerCase() === 'hex' ? undefined : decodeBase32(body);
  if (hex && base32) {
    throw invalid('the secret could be hex or Base32', 'write  hex:  or  base32:  before it');
  }
  const bytes = hex ?? base32;
  if (!bytes) throw invalid('the secret is neither Base32 nor hex');
  return new Secret(bytes);
}

function decodeHex(text: string): Uint8Array | undefined {
  const compact = text.replace(/[\s-]/g, '');
  return /^(?:[0-9a-f]{2})+$/i.test(compact) ? new Uint8Array(Buffer.from(compact, 'hex')) : undefined;
}
