import { invalid } from '../errors.ts';

/** The way to RSA's Cloud Administration API: by the key file of an administrator, or by OAuth. */
export interface RsaAccess {
  readonly url?: string;
  /** The Administration API key file. Without it and `issuer`, the key is kept where passwords are. */
  readonly keyFile?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  /** The private key as JWK; without it, it is kept where passwords are. */
  readonly privateKeyFile?: string;
  readonly scopes?: readonly string[];
  /** Certificates of authorities to trust besides. */
  readonly caFile?: string;
}

/** Refuses (`invalid-value`) both ways at once, and one that is incomplete. */
export function checkRsaAccess(access: RsaAccess): RsaAccess {
  const { url, keyFile, issuer, clientId, privateKeyFile, scopes } = access;
  const oauth = [issuer, clientId, privateKeyFile, scopes].some((each) => each !== undefined);
  if (keyFile !== undefined && oauth) {
    throw invalid('the RSA access has both keyFile and OAuth (issuer, clientId ...)', 'keep one of them');
  }
  if (oauth && (url === undefined || issuer === undefined || clientId === undefined)) {
    throw invalid('OAuth of the RSA access needs url, issuer and clientId', 'give all three');
  }
  return access;
}
