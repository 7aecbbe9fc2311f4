import { createSecretKey, scryptSync } from 'node:crypto';
import { OtpctlError } from '../domain/errors.ts';
import type { RandomBytes } from '../domain/random-source.ts';
import { Secret } from '../domain/secret.ts';
import { createSealer, deriveKey, KEY_BYTES } from './sealer.ts';
import type { OpenKeys } from './store-keys.ts';

/** Parameters of scrypt (RFC 7914), recorded in every backup. */
export interface ScryptParameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  /** Base64. */
  readonly salt: string;
}

/** 128 MiB and a good third of a second for each guess. */
const COST = 2 ** 17;
const BLOCK_SIZE = 8;
/** Bytes of memory that a header may have scrypt take at most. */
const MAX_MEMORY = 2 ** 30;

export function drawScrypt(randomBytes: RandomBytes): ScryptParameters {
  const salt = Buffer.from(randomBytes(16)).toString('base64');
  return { cost: COST, blockSize: BLOCK_SIZE, parallelization: 1, salt };
}

/** The key that a passphrase is. The memory it takes is 128 times cost times block size, and some more. */
export function passphraseKey(passphrase: Secret, scrypt: ScryptParameters): Secret {
  const { cost, blockSize, parallelization, salt } = scrypt;
  const memory = 128 * blockSize * (cost + parallelization + 2);
  const sane = [cost, blockSize, parallelization].every((value) => Number.isSafeInteger(value) && value > 0);
  if (!sane || !Number.isInteger(Math.log2(cost)) || cost < 2 || memory > MAX_MEMORY || parallelization > 16) {
    throw new OtpctlError('backup-damaged', 'the backup asks for parameters of scrypt that otpctl never writes');
  }
  const options = { cost, blockSize, parallelization, maxmem: memory + 2 ** 20 };
  return new Secret(scryptSync(passphrase.expose(), Buffer.from(salt, 'base64'), KEY_BYTES, options));
}

/** Seals the keys of a store to a backup: they open only beside the header that has this digest. */
export function sealKeys(keys: OpenKeys, by: Secret, storeId: string, header: string, randomBytes: RandomBytes) {
  const { dataKey, auditKey, areRowsSigned } = keys;
  const both = new Secret(Buffer.concat([dataKey.expose(), auditKey.expose(), Buffer.alloc(areRowsSigned ? 1 : 0)]));
  return sealerOf(by, storeId, randomBytes).seal(both, placeOf(header));
}

/** Undefined when the key is another one, or the header is not the one that they were sealed to. */
export function unsealKeys(
  sealed: Uint8Array,
  by: Secret,
  storeId: string,
  header: string,
  randomBytes: RandomBytes,
): OpenKeys | undefined {
  const both = sealerOf(by, storeId, randomBytes).unseal(sealed, placeOf(header))?.expose();
  // Of a store whose rows are signed there is a byte more.
  const areRowsSigned = both?.length === 2 * KEY_BYTES + 1;
  if (both === undefined || (both.length !== 2 * KEY_BYTES && !areRowsSigned)) return undefined;
  const [dataKey, auditKey] = [both.subarray(0, KEY_BYTES), both.subarray(KEY_BYTES, 2 * KEY_BYTES)];
  return { dataKey: new Secret(dataKey), auditKey: new Secret(auditKey), areRowsSigned };
}

/** The key that chains the audit log. */
export function chainKey({ auditKey }: OpenKeys) {
  return createSecretKey(auditKey.expose());
}

function sealerOf(by: Secret, storeId: string, randomBytes: RandomBytes) {
  return createSealer(deriveKey(by, 'wrap-for-backup', storeId), randomBytes);
}

function placeOf(header: string) {
  return { table: 'backup', column: 'keys', row: header };
}
