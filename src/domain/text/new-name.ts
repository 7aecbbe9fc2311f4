import { invalid } from '../errors.ts';
import { wrongInIdentifier } from './identifier.ts';

/** Nearly all names: words of ASCII with one space between them. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/**
 * Refuses a name that nobody should be given any more: by the profile UsernameCaseMapped of PRECIS (RFC 8265 section
 * 3.3), words with a space between them. It is for new names alone; those that there are stay what they are.
 * Errors: `invalid-value`. `what` is whose name it is: `user`.
 */
export function refuseNewName(name: string, what: string): void {
  if (PLAIN.test(name)) return;
  for (const word of name.split(' ')) {
    const wrong = word === '' ? 'has two spaces in a row' : wrongInIdentifier(word);
    if (wrong === undefined) continue;
    throw invalid(
      `a new ${what} cannot have this name: it ${wrong}`,
      'take letters, digits, signs of ASCII, and one space between words',
    );
  }
}
