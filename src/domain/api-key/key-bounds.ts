import { OtpctlError } from '../errors.ts';
import { type Instant, toIso } from '../instant.ts';
import { type ApiKey, isGood } from './api-key.ts';
import { type Grant, rolesOf } from './role.ts';

/** Refuses (`not-allowed`) to a key what may do more than it may: to make, renew or revoke one with another role. */
export function refuseMoreRoles(by: ApiKey, roles: readonly Grant[]): void {
  const own = rolesOf(by.roles);
  const lacking = [...rolesOf(roles)].find((role) => !own.has(role));
  if (lacking === undefined) return;
  throw new OtpctlError('not-allowed', `the API key lacks the role ${lacking}, which the other would have`);
}

/** Refuses (`not-allowed`) to a key one that lives longer than it does itself. */
export function refuseLongerLife({ expires: own }: ApiKey, expires: Instant | undefined): void {
  if (own === undefined || (expires !== undefined && expires <= own)) return;
  throw new OtpctlError(
    'not-allowed',
    `the API key ends at ${toIso(own)}, and gives none a longer life`,
    'make it end before that, or make it where the store is',
  );
}

/**
 * When the successor of a key ends that a key renews: with as long a life as it had, within the life of that key. One
 * that renews itself gets another text and no longer life. Errors: `not-allowed`.
 */
export function successorEnd(by: ApiKey, old: ApiKey, end: Instant | undefined): Instant | undefined {
  if (by.id === old.id && by.expires !== undefined) return Math.min(by.expires, end ?? by.expires);
  refuseLongerLife(by, end);
  return end;
}

/** Refuses (`not-allowed`) a key that is gone, or has ended, since its request was let in. */
export function stillGood(by: ApiKey | undefined, now: Instant): ApiKey {
  if (by !== undefined && isGood(by, now)) return by;
  throw new OtpctlError('not-allowed', 'the API key is not good any more');
}
