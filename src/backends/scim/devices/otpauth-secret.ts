import { Secret } from '../../../domain/secret.ts';

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
