import { invalid } from '../errors.ts';
import { hasControlCharacters } from '../text/printable.ts';

/** How the messages of a device reach its user. */
export interface Contact {
  readonly email?: string;
  readonly phone?: string;
}

/** Made when it is asked for: V8 takes long to read classes of Unicode. */
const email = () => /^[^\p{Cc}\s@<>,;:"()[\]\\]+@[^\p{Cc}\p{P}\s](?:[^\p{Cc}\s@<>,;:"()[\]\\]*[^\p{Cc}\p{P}\s])?$/u;

const EXAMPLE = 'for example  --email ada@example.com';

/** One e-mail address, trimmed. At most 254 characters (RFC 5321 section 4.5.3.1.3). */
export function emailAddress(text: string): string {
  const address = text.trim();
  if (address.length > 254) throw invalid('the e-mail address is longer than 254 characters', EXAMPLE);
  const one = email().test(address) && email().test(address.normalize('NFKC')) && !address.includes('..');
  if (!one || hasControlCharacters(address)) {
    throw invalid(`"${text}" is not one e-mail address`, EXAMPLE);
  }
  return address;
}
