import { invalid } from '../errors.ts';

/** What an API key may do. */
const ROLES = ['query', 'verify', 'unlock', 'cancel', 'manage', 'audit'] as const;
export type Role = (typeof ROLES)[number];

/** What a key is given: roles, or names for several of them. */
export const GRANTS = [...ROLES, 'helpdesk', 'super'] as const;
export type Grant = (typeof GRANTS)[number];

/** What a grant amounts to: everything on devices with `manage`, reading with every role but `audit`. */
const AMOUNTS: Record<Grant, readonly Role[]> = {
  query: ['query'],
  verify: ['query', 'verify'],
  unlock: ['query', 'unlock'],
  cancel: ['query', 'cancel'],
  manage: ['query', 'verify', 'unlock', 'cancel', 'manage'],
  audit: ['audit'],
  helpdesk: ['query', 'verify', 'unlock', 'cancel'],
  super: ROLES,
};

/** Reads what a key is to be given: at least one, each once, in the order of `GRANTS`. Errors: `invalid-value`. */
export function grantsOf(words: readonly string[]): readonly Grant[] {
  const unknown = words.find((word) => !GRANTS.some((known) => known === word));
  if (unknown !== undefined) throw invalid(`there is no role "${unknown}"`, `the roles are ${GRANTS.join(', ')}`);
  if (words.length === 0) throw invalid('a key needs a role', `the roles are ${GRANTS.join(', ')}`);
  return GRANTS.filter((known) => words.includes(known));
}

/** Every role that grants amount to. */
export function rolesOf(grants: readonly Grant[]): ReadonlySet<Role> {
  return new Set(grants.flatMap((grant) => AMOUNTS[grant]));
}

/** Whether grants amount to a role. */
export function amountTo(grants: readonly Grant[], role: Role): boolean {
  return grants.some((each) => AMOUNTS[each].includes(role));
}
