import type { DeviceType } from '../../domain/device/device.ts';
import type { EnrollmentRequest } from '../../domain/enrollment/enrollment.ts';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { importedSecret } from '../../domain/otp/imported-secret.ts';
import { isWeakKey } from '../../domain/otp/key-length.ts';
import { isOtpauth, parseOtpauth } from '../../domain/otp/parse-otpauth.ts';

/** What an `otpauth://` URI may say of a device. */
type DeviceParts = Pick<
  EnrollmentRequest,
  'secret' | 'allowWeakSecret' | 'digits' | 'algorithm' | 'period' | 'counter' | 'issuer' | 'account'
>;

/** What codes are computed with: if the device had another value than the app, it would accept none of its codes. */
const CODE_PARAMETERS = ['digits', 'algorithm', 'period'] as const;

/**
 * Reads a secret that an app has already: Base32, hex, or an `otpauth://` URI, which may say more about the device. For
 * issuer and counter an option wins over the URI; options with which the device would make other codes than the app are
 * refused. No error repeats the text. Errors: `invalid-value`, `usage`.
 */
export function existingSecret(text: string, type: DeviceType, given: DeviceParts, allowWeak: boolean): DeviceParts {
  const {
    unsaid,
    type: kind,
    ...said
  } = isOtpauth(text) ? parseOtpauth(text) : { unsaid: new Set<string>(), type, secret: importedSecret(text) };
  if (kind !== type) throw invalid(`the otpauth:// URI is of a ${kind} device, and a ${type} device is to be made`);
  for (const name of CODE_PARAMETERS) {
    const [byOption, byUri] = [given[name], (said as DeviceParts)[name]];
    if (byOption === undefined || byUri === undefined || byOption === byUri || unsaid.has(name)) continue;
    throw new OtpctlError(
      'usage',
      `--${name} is ${byOption}, and the otpauth:// URI says ${byUri}: the device would take none of the codes of its app`,
      `leave out  --${name}`,
    );
  }
  return { ...said, ...given, ...(allowWeak && isWeakKey(said.secret) && { allowWeakSecret: true }) };
}
