import { invalid } from '../errors.ts';
import { type Action, RIGHTS, ROLES, type Role } from './rights.ts';

/** What a key is given: roles, or names for several of them. */
export const GRANTS = [...ROLES, 'helpdesk', 'super'] as const;
export type Grant = (typeof GRANTS)[number];

const HELPDESK = ['query', 'verify', 'unlock', 'cancel', 'enroll'] as const;

/** What a grant amounts to. */
const AMOUNTS: Record<Grant, readonly Role[]> = {
  query: ['query'],
  verify: ['query', 'verify'],
  door: ['door'],
  unlock: ['query', 'unlock'],
  cancel: ['query', 'cancel'],
  enroll: ['query', 'enroll'],
  manage: [...HELPDESK, 'manage'],
  audit: ['audit'],
  export: ['export'],
  helpdesk: HELPDESK,
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

/** Whether grants allow an action. */
export function allow(grants: readonly Grant[], action: Action): boolean {
  return grants.some((each) => AMOUNTS[each].includes(RIGHTS[action]));
}
