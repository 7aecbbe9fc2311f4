import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Made once for a test file: keys take a while. */
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const ACCESS_ID = 'b1a7c0de-0000-4000-8000-00000000cafe';
export const CLIENT_ID = 'c11e47c0-de00-4000-8000-0000000000a1';
export const KID = 'key-of-the-tests';

/** What RSA has of an Administration API key. */
export const apiPublicKey: KeyObject = createPublicKey(rsa.privateKey);

/** PKCS#1, as RSA hands it out. */
export const ACCESS_KEY = String(rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }));

/** An Administration API key as the text of its file. */
export function apiKeyText(adminRestApiUrl: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    customerName: 'tests',
    accessID: ACCESS_ID,
    accessKey: ACCESS_KEY,
    adminRestApiUrl,
    description: 'key of the tests',
    ...more,
  });
}

/** The private keys of an OAuth client as JWK, and what RSA has of them. */
export const CLIENT_KEYS = {
  RS256: { jwk: jwkText(rsa.privateKey, 'RS256'), publicKey: createPublicKey(rsa.privateKey) },
  ES256: { jwk: jwkText(ec.privateKey, 'ES256'), publicKey: createPublicKey(ec.privateKey) },
} as const;

function jwkText(key: KeyObject, alg: string): string {
  return JSON.stringify({ ...key.export({ format: 'jwk' }), use: 'sig', alg, kid: KID });
}

/** Parts of keys that must be seen nowhere: a line of the PEM, and the private members of the JWKs. */
export function keyCanaries(): readonly string[] {
  const members = Object.values(CLIENT_KEYS).flatMap(({ jwk }) => {
    const { d, p } = JSON.parse(jwk) as Record<string, string>;
    return [d, p].filter((member) => member !== undefined);
  });
  return [...ACCESS_KEY.split('\n').slice(1, -2), ...members];
}

/** Writes a file of a mode into a folder, and says where. */
export function writeKey(folder: string, text: string, mode = 0o600): string {
  const path = join(folder, `rsa-${mode.toString(8)}.key`);
  writeFileSync(path, text, { mode });
  return path;
}
