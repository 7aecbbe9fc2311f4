import type { Secret } from '../../../domain/secret.ts';
import type { SignIn } from '../../../ports/servers/sign-in.ts';

/** A server, and how it is reached. Certificates and keys are PEM. */
export interface RemoteServer {
  /** The SCIM base, or a bare origin where that is still to be found out. */
  readonly url: string;
  readonly credential?: SignIn;
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
