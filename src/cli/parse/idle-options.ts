import { OtpctlError } from '../../domain/errors.ts';
import type { Context } from '../context.ts';

/**
 * Refuses (`usage`) the first of some options that has no effect as the rest of the command line is: what is ignored
 * looks as if it had been done. `why` goes on after "has no effect".
 */
export function refuseIdle(
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

/** Refuses (`usage`) `--output` where what comes out has one format of its own. */
export function refuseOtherFormat({ options: { output } }: Context, what: string, hint = 'leave out  --output'): void {
  if (output !== undefined) throw new OtpctlError('usage', `${what}, not ${output}`, hint);
}
