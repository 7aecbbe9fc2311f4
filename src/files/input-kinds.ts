/** A kind of text that comes in, and how many bytes of it are read. */
export interface InputKind {
  /** As errors name it, before its path. */
  readonly what: string;
  readonly most: number;
}

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** Everything that is read as a whole. What a kind is for fits in far less; docs/security.md has the same table. */
export const INPUTS = {
  /** Ids, users, enrolments, serial numbers: some millions of rows. */
  rows: { what: 'the file', most: 64 * MIB },
  /** A line for each device of a run. */
  plan: { what: 'the plan', most: 256 * MIB },
  settings: { what: 'the file', most: MIB },
  /** The value of one setting. */
  setting: { what: 'the file', most: 64 * KIB },
  /** The body of a request of `otpctl api`. */
  body: { what: 'the file', most: 16 * MIB },
  /** A code, a PIN, a password, a token or a secret. */
  value: { what: 'the value', most: 4 * KIB },
  passphrase: { what: 'the passphrase file', most: 4 * KIB },
  masterKey: { what: 'the key file', most: 4 * KIB },
  rsaKey: { what: 'the RSA key file', most: 64 * KIB },
  certificates: { what: 'the certificate', most: 4 * MIB },
  privateKey: { what: 'the key', most: 64 * KIB },
  config: { what: 'the config', most: MIB },
} as const satisfies Record<string, InputKind>;
