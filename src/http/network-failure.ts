/**
 * What kept an answer away: there was no connection, the other side did not prove who it is, it does not speak TLS as it
 * should, a proxy opened no way to it, or the connection broke.
 */
type Kind = 'unconnected' | 'untrusted' | 'no-tls' | 'no-tunnel' | 'broken';

/** Of a failure: its kind, the code that it has (else its name), and what a person is told. */
export interface NetworkFailure {
  readonly kind: Kind;
  readonly code: string;
  readonly words: string;
}

/** By code, of the system and of undici: the kind, and the words where the library's own say little. */
const KNOWN: Readonly<Record<string, readonly [Kind, string?]>> = {
  ECONNREFUSED: ['unconnected', 'nothing listens there'],
  ENOTFOUND: ['unconnected', 'the name is not known'],
  EAI_AGAIN: ['unconnected', 'the name cannot be looked up now'],
  EHOSTUNREACH: ['unconnected', 'there is no way to it'],
  ENETUNREACH: ['unconnected', 'there is no way to it'],
  UND_ERR_CONNECT_TIMEOUT: ['unconnected', 'the connection took too long'],
  ECONNRESET: ['broken', 'the connection was cut'],
  UND_ERR_SOCKET: ['broken', 'the connection was cut'],
  // A proxy that answers something else than 200 to CONNECT.
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

/** What an error says itself; of several, which a host of several addresses gives, the first. */
export function failureText(error: Error): string {
  return firstOf(error).message;
}

function firstOf(error: Error): NodeJS.ErrnoException {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return first instanceof Error ? first : error;
}
