import { OtpctlError } from '../../domain/errors.ts';
import { printable } from '../../domain/text/printable.ts';

/** What Node puts where bytes are no UTF-8, and nobody writes by hand. */
const REPLACEMENT = '\ufffd';

/** Variables that say where things are; all of ours count as well. */
const PLACES = /^(?:OTPCTL_|XDG_)|^(?:HOME|HTTPS_PROXY|https_proxy|NO_PROXY|no_proxy)$/;

/**
 * Refuses a command line, and an environment, of which a part was no UTF-8: what it was is lost, and what is there
 * names another user, another file, another text. Errors: `invalid-value`.
 */
export function refuseLostText(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const at = argv.findIndex(isLost);
  if (at !== -1) throw lost(`argument ${at + 1}, "${printable(argv[at] ?? '')}",`);
  for (const [name, value = ''] of Object.entries(environment)) {
    if (value.includes(REPLACEMENT) && PLACES.test(name)) throw lost(`the variable ${name}`);
  }
}

/** Whether something was lost of a text on its way in. */
export function isLost(text: string): boolean {
  return text.includes(REPLACEMENT) || !text.isWellFormed();
}

function lost(what: string): OtpctlError {
  return new OtpctlError('invalid-value', `${what} is not UTF-8`, 'write it as UTF-8: see what  locale  says');
}
