import type { DeviceType } from '../../domain/device/device.ts';
import type { EnrollmentRequest } from '../../domain/enrollment/enrollment.ts';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { importedSecret } from '../../domain/otp/imported-secret.ts';
import { isWeakKey } from '../../domain/otp/key-length.ts';
import { isOtpauth, parseOtpauth } from '../../domain/otp/parse-otpauth.ts';

type Brought = Pick<
  EnrollmentRequest,
  'secret' | 'allowWeakSecret' | 'digits' | 'algorithm' | 'period' | 'counter' | 'issuer' | 'account'
>;

/** What a code is cut with: a device with another value of these has other codes than the app. */
const CUTS = ['digits', 'algorithm', 'period'] as const;

/**
 * A secret that exists already, as it is piped in: Base32, hex, or an `otpauth://` URI, which says what else the device
 * has. Options that say another issuer or counter count; those that would make other codes are refused. No error repeats
 * any of the text. Errors: `invalid-value`, `usage`.
 */
export function broughtSecret(text: string, type: DeviceType, given: Brought, allowWeak: boolean): Brought {
  const {
    unsaid,
    type: kind,
    ...said
  } = isOtpauth(text) ? parseOtpauth(text) : { unsaid: new Set<string>(), type, secret: importedSecret(text) };
  if (kind !== type) throw invalid(`the otpauth:// URI is of a ${kind} device, and a ${type} device is to be made`);
  for (const name of CUTS) {
    const [mine, its] = [given[name], (said as Brought)[name]];
    if (mine === undefined || its === undefined || mine === its || unsaid.has(name)) continue;
    throw new OtpctlError(
      'usage',
      `--${name} is ${mine}, and the otpauth:// URI says ${its}: the device would take none of the codes of its app`,
      `leave out  --${name}`,
    );
  }
  return { ...said, ...given, ...(allowWeak && isWeakKey(said.secret) && { allowWeakSecret: true }) };
}
