import { Secret } from '../../../domain/secret.ts';

/** Pixels. Far more than a QR code needs, and too few for a picture that is made to fill the memory. */
const MAX_SIDE = 4096;
const PNG_SIGNATURE = '89504e470d0a1a0a';

/** The `otpauth://` URI in a picture of a QR code (a PNG in Base64); undefined if there is none in it. */
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
/** Characters: more than a URI in a QR code needs. */
const LONGEST = 2000;

/** The `otpauth://` URI with which an app is set up; undefined for a text that is none. */
export function otpauthSecret(text: string): Secret | undefined {
  // Some servers leave spaces in the label, which no URI may have.
  const uri = text.trim().replaceAll(' ', '%20');
  const isOne = uri.length <= LONGEST && uri.isWellFormed() && URL.parse(uri) !== null && OTPAUTH.test(uri);
  return isOne ? Secret.ofText(uri) : undefined;
}
