import type { SmtpServer } from '../domain/provider-call/email-channel.ts';
import { failureText } from '../http/network-failure.ts';

/** The step at which a delivery ended. */
export interface FailedStep {
  readonly name: string;
  /** The class of the status that the server answered with, and a space before it. */
  readonly status?: string;
}

interface SmtpFailure {
  readonly step: FailedStep;
  readonly reason: string;
  readonly hint?: string;
}

/** We break off ourselves, because of what the server said. */
export class SmtpRefusal extends Error {
  readonly step: string;
  readonly hint: string;

  constructor(step: string, message: string, hint: string) {
    super(message);
    this.step = step;
    this.hint = hint;
  }
}

/** The step, by the command that the server refused. */
const STEP_OF: readonly (readonly [RegExp, string])[] = [
  [/^STARTTLS/, 'TLS'],
  [/^AUTH/, 'sign in'],
  [/^MAIL FROM/, 'sender'],
  [/^RCPT TO/, 'recipient'],
  [/^DATA/, 'message'],
];

/** Why a conversation with a server ended, and after which of its steps. */
export function smtpFailure(error: unknown, server: SmtpServer, done: readonly string[]): SmtpFailure {
  if (error instanceof SmtpRefusal) return { step: { name: error.step }, reason: error.message, hint: error.hint };
  const { command, response, responseCode, code } = (error ?? {}) as Readonly<Record<string, unknown>>;
  const said = STEP_OF.find(([pattern]) => pattern.test(String(command)))?.[1];
  const status = typeof responseCode === 'number' ? { status: ` ${Math.trunc(responseCode / 100)}xx` } : {};
  const step = { name: said ?? stepAfter(done, server), ...status };
  const place = `${server.host}:${server.port}`;
  const needsTls = !server.implicitTls && !server.loopback;
  if (needsTls && typeof response === 'string' && (command === 'STARTTLS' || command === 'EHLO')) {
    return {
      step: { ...step, name: 'TLS' },
      reason: `${place} offers no STARTTLS, and a code does not travel in clear: the server answered ${response}`,
      hint: 'name a port that does TLS: smtps:// is TLS from the start (465), smtp:// with STARTTLS is usually 587',
    };
  }
  if (server.implicitTls && !done.includes('TLS') && (code === 'EPROTO' || String(code).startsWith('ERR_SSL_'))) {
    return {
      step,
      reason: `${place} does not speak TLS from the start: ${reasonOf(error)}`,
      hint: 'for STARTTLS the SMTP URL begins with smtp://',
    };
  }
  return { step, reason: reasonOf(error) };
}

/** The step that comes after those that were done, as it is reported when it is done. */
export function stepAfter(done: readonly string[], { implicitTls, loopback, signIn }: SmtpServer): string {
  const steps = ['connect', ...(implicitTls || !loopback ? ['TLS'] : []), ...(signIn ? ['sign in'] : []), 'accepted'];
  return steps.find((step) => !done.includes(step)) ?? 'accepted';
}

/**
 * Refuses an envelope with letters that the server does not take. Without SMTPUTF8 (RFC 6531) an address must be ASCII;
 * servers treat others as they like. The domain is in ASCII already.
 */
export function refuseUnreadable(envelope: { readonly from: string; readonly to: string }, greeting: string): void {
  if (/^250[ -]SMTPUTF8\b/im.test(greeting)) return;
  const found = [['sender', envelope.from] as const, ['recipient', envelope.to] as const].find(
    ([, address]) => !/^[\x20-\x7e]*$/.test(address),
  );
  if (found === undefined) return;
  const [step, address] = found;
  throw new SmtpRefusal(
    step,
    `the server does not take the address ${address}: it has letters beyond ASCII before the @, and the server has no SMTPUTF8`,
    step === 'sender'
      ? 'set email.from to an address in ASCII'
      : 'give the device another address, or use a server with SMTPUTF8',
  );
}

/** What a server answered, or why there is no answer. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for an unknown reason';
  const { response } = error as { response?: unknown };
  if (typeof response === 'string') return `the server answered ${response}`;
  return failureText(error);
}
