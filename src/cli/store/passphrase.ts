import { invalid } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import { readFileText } from '../../files/input-file.ts';
import { INPUTS } from '../../files/input-kinds.ts';
import type { Context } from '../context.ts';
import { valid } from '../terminal/prompts.ts';

const LEAST = 8;

const MISSING = { message: 'no passphrase is given', hint: 'give  --passphrase-file FILE' };

/** Asks for a new passphrase, twice. Errors: `input-needed` without a terminal. */
export async function newPassphrase({ prompts }: Context): Promise<Secret> {
  const first = await prompts.hidden('passphrase of the backup:', valid(passphraseOf), MISSING);
  const again = (text: string) => text === first || 'that is another one: type the first one again';
  await prompts.hidden('the same again:', again, MISSING);
  return passphraseOf(first);
}

/** Asks for the passphrase of a backup. */
export async function knownPassphrase({ prompts }: Context): Promise<Secret> {
  return passphraseOf(await prompts.hidden('passphrase of the backup:', valid(passphraseOf), MISSING));
}

/**
 * The passphrase in a file, without its last line end. Errors: `file-unreadable`, `permissions` where others can reach
 * it, `invalid-value`.
 */
export function passphraseIn(path: string): Secret {
  return passphraseOf(readFileText(path, INPUTS.passphrase, { pipes: true, ownerOnly: true }).replace(/\r?\n$/, ''));
}

/** The same passphrase from every keyboard: composed characters. */
function passphraseOf(text: string): Secret {
  if (text === '') throw invalid('the passphrase is empty');
  if (/[\r\n\0]/.test(text)) throw invalid('the passphrase has more than one line');
  if ([...text].length < LEAST) throw invalid(`the passphrase is shorter than ${LEAST} characters`);
  return Secret.ofText(text.normalize('NFC'));
}
