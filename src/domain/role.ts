import { invalid } from './errors.ts';

/** What an API key may do. */
const ROLES = ['query', 'verify', 'unlock', 'cancel', 'manage', 'audit'] as const;
export type Role = (typeof ROLES)[number];

const BUNDLES = { helpdesk: ['query', 'verify', 'unlock', 'cancel'], super: ROLES } as const satisfies Record<
  string,
  readonly Role[]
>;

/** What a key is given: roles, or names for several of them. */
export const GRANTS = [...ROLES, 'helpdesk', 'super'] as const;
export type Grant = (typeof GRANTS)[number];

/** What comes with a role: everything on devices with `manage`, reading with every one but `audit`. */
const IMPLIED: Record<Role, readonly Role[]> = {
  query: ['query'],
  verify: ['verify', 'query'],
  unlock: ['unlock', 'query'],
  cancel: ['cancel', 'query'],
  manage: ['manage', 'verify', 'unlock', 'cancel', 'query'],
  audit: ['audit'],
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
  return new Set(
    grants.flatMap((grant) => (isRole(grant) ? [grant] : BUNDLES[grant])).flatMap((role: Role) => IMPLIED[role]),
  );
}

function isRole(grant: Grant): grant is Role {
  return ROLES.some((role) => role === grant);
}
