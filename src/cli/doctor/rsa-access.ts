import type { Place } from '../../domain/place/place.ts';
import type { Ds100Admin } from '../../ports/ds100-admin.ts';
import type { Context } from '../context.ts';

/** Whether DS100 commands go to RSA: by the profile, or by the environment, which a store that is named overrules. */
export function leadsToRsa({ io, options }: Context, place: Place | undefined): boolean {
  const { OTPCTL_RSA_URL, OTPCTL_RSA_KEY, OTPCTL_RSA_KEY_FILE } = io.environment;
  const byEnvironment = Boolean(OTPCTL_RSA_URL || OTPCTL_RSA_KEY || OTPCTL_RSA_KEY_FILE);
  return place?.rsa !== undefined || (byEnvironment && options.store === undefined);
}

/** A serial that no authenticator has: looking it up changes nothing. */
const NOBODYS = { kind: 'device', digits: '000000000' } as const;

/** Asks RSA for what changes nothing. Errors: those of every call to RSA. */
export async function tryRsa(admin: Ds100Admin): Promise<void> {
  await admin.lookup(NOBODYS);
}
