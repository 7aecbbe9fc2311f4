import { OtpctlError } from './errors.ts';
import type { UserFilter } from './query/user-filter.ts';

/** The users that a key or a profile may see and touch, with their devices; nobody and nothing else is there for it. */
export interface Scope {
  /** The filter as it was written. */
  readonly text: string;
  readonly filter: UserFilter;
}

/** Who is in both scopes; of one that is not there, everybody. */
export function bothScopes(one: Scope | undefined, other: Scope | undefined): Scope | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    text: `(${one.text}) and (${other.text})`,
    filter: { kind: 'and', filters: [one.filter, other.filter] },
  };
}

/** What runs are of that are made in a scope of a place: they are its own, and the whole place has them too. */
export function placeWithin(place: string, scope: string | undefined): string {
  return scope === undefined ? place : `${place}${WITHIN}${scope}`;
}
export const WITHIN = ' within ';

/** How many comparisons it takes to say whether a user is in a scope; none where there is none. */
export function comparisonsInScope(scope: Scope | undefined): number {
  return scope === undefined ? 0 : comparisonsOf(scope.filter);
}

function comparisonsOf(filter: UserFilter): number {
  if (filter.kind === 'not') return comparisonsOf(filter.filter);
  if (filter.kind !== 'and' && filter.kind !== 'or') return 1;
  return filter.filters.reduce((sum, each) => sum + comparisonsOf(each), 0);
}

/** The refusal in a scope of what is not of one user. */
export function ofNoUser(what: string): OtpctlError {
  return new OtpctlError(
    'not-allowed',
    `${what} is of the whole store, and not of the users of a scope`,
    'use an API key, or a profile, without a scope',
  );
}

/** What is said in a scope of who is outside it, and of who is nowhere. */
export function nobodyThere(name: string): OtpctlError {
  return new OtpctlError('user-not-found', `there is no user "${name}"`);
}
