import { OtpctlError } from '../../domain/errors.ts';
import { printable } from '../../domain/text/printable.ts';

/** What Node puts in the place of bytes that are not UTF-8. Nobody writes it by hand. */
const REPLACEMENT = '\ufffd';

/** The variables that are looked at: those that otpctl reads, but for those that only say how a terminal looks. */
const READ = /^(?:OTPCTL_|XDG_)|^(?:HOME|HTTPS_PROXY|https_proxy|NO_PROXY|no_proxy)$/;

/**
 * Refuses arguments and variables that are not UTF-8: Node has replaced the bytes, so the text now names another user or
 * another file than the one that was meant. Errors: `invalid-value`.
 */
export function refuseNotUtf8(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const at = argv.findIndex(isNotUtf8);
  if (at !== -1) throw notUtf8(`argument ${at + 1}, "${printable(argv[at] ?? '')}",`);
  for (const [name, value = ''] of Object.entries(environment)) {
    if (value.includes(REPLACEMENT) && READ.test(name)) throw notUtf8(`the variable ${name}`);
  }
}

/** Whether a text was not UTF-8 when it came in. */
export function isNotUtf8(text: string): boolean {
  return text.includes(REPLACEMENT) || !text.isWellFormed();
}

function notUtf8(what: string): OtpctlError {
  return new OtpctlError('invalid-value', `${what} is not UTF-8`, 'write it as UTF-8: see what  locale  says');
}
