import { invalid, OtpctlError } from '../../../domain/errors.ts';
import { isLoopbackName } from '../../../domain/place/loopback.ts';
import type { Secret } from '../../../domain/secret.ts';
import { withoutTrailing } from '../../../domain/text/trailing.ts';

/** What signs in at a server. */
export type RemoteCredential =
  | { readonly kind: 'password'; readonly username: string; readonly secret: Secret }
  | { readonly kind: 'token'; readonly secret: Secret };

/** A server, and how it is reached. Certificates and keys are PEM. */
export interface RemoteServer {
  /** The SCIM base, or a bare origin where that is still to be found out. */
  readonly url: string;
  readonly credential?: RemoteCredential;
  /** Seconds that one try may take. */
  readonly timeout?: number;
  /** Besides the authorities that the system trusts. */
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: Secret;
  readonly insecureHttp?: boolean;
  /** Connections at once. */
  readonly concurrency?: number;
  readonly ratePerSecond?: number;
  /** `HTTPS_PROXY` and `NO_PROXY`. */
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/** The base of a server, without a slash at its end. Errors: `invalid-value`, `usage` for http to another host. */
export function baseOf({ url, insecureHttp = false }: Pick<RemoteServer, 'url' | 'insecureHttp'>): URL {
  const base = URL.parse(url);
  const hint = 'for example  https://iam.example.com/soffid/webservice/scim2/v1';
  if (base === null || (base.protocol !== 'https:' && base.protocol !== 'http:')) {
    throw invalid('the URL of the server is not one of https', hint);
  }
  if (base.username !== '' || base.password !== '') {
    throw invalid('the URL of the server has a user or a password in it', 'give them apart from it');
  }
  if (base.search !== '' || base.hash !== '') throw invalid('the URL of the server has a query or a fragment', hint);
  if (base.protocol === 'http:' && !insecureHttp && !isLoopbackName(base.hostname)) {
    throw new OtpctlError(
      'usage',
      `http to ${base.host} would show every code to the network`,
      'write https, or allow it with  --insecure-http',
    );
  }
  base.pathname = withoutTrailing(base.pathname, '/');
  return base;
}
