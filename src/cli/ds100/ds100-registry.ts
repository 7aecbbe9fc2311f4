import { OtpctlError } from '../../domain/errors.ts';
import type { Ds100Admin, Ds100Registry } from '../../ports/ds100-admin.ts';
import type { Context } from '../context.ts';

/** The registry of the local store, made with the store when it is not there. Errors: `not-supported-here` at RSA. */
export async function openRegistry(context: Context): Promise<{ admin: Ds100Admin; registry: Ds100Registry }> {
  const admin = await context.ds100([], 'create');
  const { registry } = admin;
  if (registry !== undefined) return { admin, registry };
  throw new OtpctlError(
    'not-supported-here',
    'RSA has no call that registers a DS100: its user does that',
    'for the registry of a local store, name the store with  --store PATH',
  );
}
