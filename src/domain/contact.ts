import { invalid } from './errors.ts';
import { hasControlCharacters } from './printable.ts';

/** How the messages of a device reach its user. */
export interface Contact {
  readonly email?: string;
  readonly phone?: string;
}

/** Made when it is asked for: V8 takes long to read classes of Unicode. */
const email = () => /^[^\p{Cc}\s@<>,;:"()[\]\\]+@[^\p{Cc}\p{P}\s](?:[^\p{Cc}\s@<>,;:"()[\]\\]*[^\p{Cc}\p{P}\s])?$/u;

/** One e-mail address, trimmed. At most 254 characters (RFC 5321 section 4.5.3.1.3). */
export function emailAddress(text: string): string {
  const address = text.trim();
  const one = email().test(address) && email().test(address.normalize('NFKC')) && !address.includes('..');
  if (!one || address.length > 254 || hasControlCharacters(address)) {
    throw invalid(`"${text}" is not one e-mail address`, 'for example  --email ada@example.com');
  }
  return address;
}
