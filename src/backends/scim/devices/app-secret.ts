import { Secret } from '../../../domain/secret.ts';

/** Far more than a QR code needs, far less than a picture made to fill the memory has. */
const MAX_SIDE = 4096;
const PNG_SIGNATURE = '89504e470d0a1a0a';

/** Reads the `otpauth://` URI in a picture of a QR code, Base64 of a PNG; undefined where there is none. */
export async function secretInQr(image: unknown): Promise<Secret | undefined> {
  if (typeof image !== 'string') return undefined;
  const bytes = Buffer.from(image, 'base64');
  if (!isSmallPng(bytes)) return undefined;
  const [{ PNG }, { decodeQR }] = await Promise.all([import('pngjs'), import('qr/decode.js')]);
  try {
    const { width, height, data } = PNG.sync.read(bytes);
    const text = decodeQR({ width, height, data }, { format: 'RGBA', timeLimit: 5000 });
    return otpauthSecret(text);
  } catch {
    return undefined;
  }
}

function isSmallPng(bytes: Buffer): boolean {
  if (bytes.length < 33 || bytes.toString('hex', 0, 8) !== PNG_SIGNATURE) return false;
  return bytes.readUInt32BE(16) <= MAX_SIDE && bytes.readUInt32BE(20) <= MAX_SIDE;
}

const OTPAUTH = /^otpauth:\/\/(?:totp|hotp)\/[^?]*\?(?:[^#]*&)?secret=[A-Za-z2-7]+=*(?:&|$)/i;
/** No QR code holds more. */
const LONGEST = 2000;

/** The `otpauth://` URI that a server says sets up an app; undefined for what is none. */
export function otpauthSecret(text: string): Secret | undefined {
  // Some labels have a space as it is, which no URI has.
  const uri = text.trim().replaceAll(' ', '%20');
  const isOne = uri.length <= LONGEST && uri.isWellFormed() && URL.parse(uri) !== null && OTPAUTH.test(uri);
  return isOne ? Secret.ofText(uri) : undefined;
}
