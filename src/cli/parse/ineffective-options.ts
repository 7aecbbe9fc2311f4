import { OtpctlError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';

/**
 * Refuses (`usage`) the first of these options that was given, because the rest of the command line leaves it without an
 * effect: a person would think that it was heeded. `why` goes on after "has no effect".
 */
export function refuseIneffective(
  given: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  why: string,
  hint?: string,
): void {
  const key = keys.find((each) => given[each] !== undefined);
  if (key === undefined) return;
  const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new OtpctlError('usage', `${flag} has no effect ${why}`, hint ?? `leave out  ${flag}`);
}

/** Refuses (`usage`) `--output` where a command prints one format only. */
export function refuseOtherFormat({ options: { output } }: Context, what: string, hint = 'leave out  --output'): void {
  if (output !== undefined) throw new OtpctlError('usage', `${what}, not ${output}`, hint);
}
