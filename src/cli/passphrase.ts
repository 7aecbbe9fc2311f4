import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { grouped } from '../domain/counted.ts';
import { invalid, OtpctlError } from '../domain/errors.ts';
import { refuseWideMode } from '../domain/permissions.ts';
import { printable } from '../domain/printable.ts';
import { Secret } from '../domain/secret.ts';
import type { Context } from './context.ts';
import { valid } from './prompts.ts';

const LEAST = 8;
/** No file of a password manager is larger, in bytes. */
const MOST = 4096;

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
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new OtpctlError('file-unreadable', `the file ${printable(path)} cannot be read: ${code}`, undefined, {
      cause: error,
    });
  }
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new OtpctlError('file-unreadable', `the file ${printable(path)} is a directory`);
    // A pipe is this process's own.
    if (stat.isFile()) refuseWideMode('passphrase file', path, stat.mode);
    if (stat.size > MOST) throw invalid(`the passphrase file has more than ${grouped(MOST)} bytes`);
    return passphraseOf(readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
  } finally {
    closeSync(file);
  }
}

/** The same passphrase from every keyboard: composed characters. */
function passphraseOf(text: string): Secret {
  if (text === '') throw invalid('the passphrase is empty');
  if (/[\r\n\0]/.test(text)) throw invalid('the passphrase has more than one line');
  if ([...text].length < LEAST) throw invalid(`the passphrase is shorter than ${LEAST} characters`);
  return Secret.ofText(text.normalize('NFC'));
}
