import { OtpctlError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';

/** How RSA is reached: with an Administration API key, or as an OAuth client. A key is given itself, or by its file. */
export interface RsaConfig {
  /** The base of the Administration API, with or without `/v1`; an API key names one of its own. */
  readonly url?: string;
  /** A file with an Administration API key, as RSA hands it out. */
  readonly keyFile?: string;
  /** The text of the API key, or of the client's private key where there is an issuer. */
  readonly key?: Secret;
  readonly issuer?: string;
  readonly clientId?: string;
  /** A file with the client's private key, a JWK. */
  readonly privateKeyFile?: string;
  /** The permissions that the client has; without this, it is taken to have all. */
  readonly scopes?: readonly string[];
  /** Certificates of authorities to trust besides. */
  readonly caFile?: string;
  /** Whether http may go to another host than loopback. */
  readonly insecureHttp?: boolean;
}

const URL_VARIABLE = 'OTPCTL_RSA_URL';
const FILE_VARIABLE = 'OTPCTL_RSA_KEY_FILE';
const KEY_VARIABLE = 'OTPCTL_RSA_KEY';

/** What the environment says of RSA; undefined when it says nothing. An empty variable is none. Errors: `usage`. */
export function rsaOfEnvironment(environment: Readonly<Record<string, string | undefined>>): RsaConfig | undefined {
  const url = environment[URL_VARIABLE] || undefined;
  const keyFile = environment[FILE_VARIABLE] || undefined;
  const key = environment[KEY_VARIABLE] || undefined;
  if (keyFile !== undefined && key !== undefined) {
    throw new OtpctlError('usage', `${FILE_VARIABLE} and ${KEY_VARIABLE} are both set`, 'unset one of them');
  }
  if (keyFile === undefined && key === undefined) {
    if (url === undefined) return undefined;
    throw new OtpctlError('usage', `${URL_VARIABLE} is set, and no key`, `set ${FILE_VARIABLE} or ${KEY_VARIABLE}`);
  }
  return {
    ...(url !== undefined && { url }),
    ...(keyFile !== undefined && { keyFile }),
    ...(key !== undefined && { key: Secret.ofText(key) }),
  };
}
