import { X509Certificate } from 'node:crypto';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { printable } from '../../domain/text/printable.ts';
import { withoutTrailing } from '../../domain/text/trailing.ts';
import { readFileText } from '../../files/input-file.ts';
import { INPUTS } from '../../files/input-kinds.ts';
import { isLoopback } from './address.ts';
import type { ServedNames } from './host-check.ts';
import { type Proxies, parseProxies } from './proxies.ts';

/** Where the operator wants to listen. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** A path, in place of host and port. */
  readonly socket?: string;
  /** Paths of PEM files. */
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly baseUrl?: string;
  /** The proxies to trust: addresses, networks and `unix`, with commas between them. */
  readonly trustProxy?: readonly string[];
  readonly insecureHttp: boolean;
}

/** The same, checked, with the files that it names read. */
export interface Listening {
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly names: ServedNames;
  readonly baseUrl?: string;
  readonly trustProxy: Proxies;
}

/**
 * Checks where to listen before anything is opened. Errors: `usage` for an address that others can reach without TLS,
 * `permissions` for a key that others can read, `invalid-value` for what is no base URL or no proxy.
 */
export function planListening(options: ListenOptions): Listening {
  const { host, socket, tlsCert, tlsKey, insecureHttp } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new OtpctlError('usage', 'TLS takes a certificate and its key', 'give  --tls-cert  and  --tls-key');
  }
  const tls = tlsCert === undefined || tlsKey === undefined ? undefined : readTls(tlsCert, tlsKey);
  if (tls === undefined && socket === undefined && !isOnlyHere(host) && !insecureHttp) {
    throw new OtpctlError(
      'usage',
      `others can reach ${printable(host)}, and without TLS read every code and key on the way`,
      'give  --tls-cert  and  --tls-key,  or  --insecure-http  behind a proxy that has them',
    );
  }
  const base = options.baseUrl === undefined ? undefined : parseBaseUrl(options.baseUrl);
  const names = [host, ...(base === undefined ? [] : [base.hostname])].map((name) => name.toLowerCase());
  return {
    ...(tls && { tls: { cert: tls.cert, key: tls.key } }),
    names: { names, any: socket !== undefined, ...(tls && { certificate: tls.certificate }) },
    ...(base && { baseUrl: withoutTrailing(base.href, '/') }),
    trustProxy: parseProxies(options.trustProxy ?? []),
  };
}

function isOnlyHere(host: string): boolean {
  return host === 'localhost' || isLoopback(host);
}

function parseBaseUrl(text: string): URL {
  const url = URL.parse(text);
  // What may have a password in it is not repeated.
  const shown = text.includes('@') ? 'this' : `"${printable(text)}"`;
  if (url === null || !/^https?:$/.test(url.protocol) || shown === 'this' || /[?#]/.test(text)) {
    throw invalid(`${shown} is no base URL`, 'for example  --base-url https://otp.example.com');
  }
  return url;
}

function readTls(certPath: string, keyPath: string) {
  const cert = readFileText(certPath, INPUTS.certificates);
  const key = readFileText(keyPath, INPUTS.privateKey, { ownerOnly: true });
  try {
    return { cert, key, certificate: new X509Certificate(cert) };
  } catch (error) {
    throw new OtpctlError('invalid-value', `${printable(certPath)} is not a certificate in PEM`, undefined, {
      cause: error,
    });
  }
}
