import type { Origin } from '../domain/audit/origin.ts';
import { OtpctlError } from '../domain/errors.ts';
import { freeTextProblem } from '../domain/text/printable.ts';
import type { GlobalOptions } from './parse/global-options.ts';

/**
 * Who runs a command, with the reason and the ticket that they give. The system is asked for the actor when something is
 * written in their name. Errors: `usage`, `invalid-value`.
 */
export function originOf(actor: () => string, { reason, ticket }: Pick<GlobalOptions, 'reason' | 'ticket'>): Origin {
  let known: string | undefined;
  return {
    get actor() {
      known ??= actor();
      return known;
    },
    ...(reason !== undefined && { reason: noteText('reason', reason) }),
    ...(ticket !== undefined && { ticket: noteText('ticket', ticket) }),
  };
}

function noteText(what: string, text: string): string {
  if (text.trim() === '') throw new OtpctlError('usage', `the ${what} is empty`, `leave out  --${what}`);
  const problem = freeTextProblem(text);
  if (problem !== undefined) throw new OtpctlError('invalid-value', `the ${what} ${problem}`);
  return text;
}
