/**
 * Why there is no answer: no connection could be made, the other side has no certificate that is trusted, it does not
 * speak TLS properly, a proxy refused to connect to it, or the connection broke.
 */
type Kind = 'unconnected' | 'untrusted' | 'no-tls' | 'no-tunnel' | 'broken';

/** A failure: its kind, its code (or the name of the error, if it has none), and what a person is told. */
export interface NetworkFailure {
  readonly kind: Kind;
  readonly code: string;
  readonly words: string;
}

/** By the codes of the system and of undici: the kind, and words for a person where the error's own say little. */
const KNOWN: Readonly<Record<string, readonly [Kind, string?]>> = {
  ECONNREFUSED: ['unconnected', 'nothing listens there'],
  ENOTFOUND: ['unconnected', 'the name is not known'],
  EAI_AGAIN: ['unconnected', 'the name cannot be looked up now'],
  EHOSTUNREACH: ['unconnected', 'there is no way to it'],
  ENETUNREACH: ['unconnected', 'there is no way to it'],
  UND_ERR_CONNECT_TIMEOUT: ['unconnected', 'the connection took too long'],
  ECONNRESET: ['broken', 'the connection was cut'],
  UND_ERR_SOCKET: ['broken', 'the connection was cut'],
  // The proxy answered CONNECT with another status than 200.
  UND_ERR_ABORTED: ['no-tunnel'],
};
const UNTRUSTED = /CERT|SIGNATURE|SELF_SIGNED|ISSUER/;
const NO_TLS = /UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/;
const LONGEST = 200;

export function networkFailure(error: Error): NetworkFailure {
  const { code = firstOf(error).code ?? error.name } = error as NodeJS.ErrnoException;
  const [kind, words] = KNOWN[code] ?? [UNTRUSTED.test(code) ? 'untrusted' : NO_TLS.test(code) ? 'no-tls' : 'broken'];
  return {
    kind,
    code,
    words:
      words ??
      failureText(error)
        .replace(/\p{Cc}/gu, ' ')
        .slice(0, LONGEST),
  };
}

/** The message of an error. A host with several addresses gives several errors: then of the first. */
export function failureText(error: Error): string {
  return firstOf(error).message;
}

function firstOf(error: Error): NodeJS.ErrnoException {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return first instanceof Error ? first : error;
}
