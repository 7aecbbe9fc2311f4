import { badRequest } from '../scim-error.ts';

const MAX_DEPTH = 32;

/** The members of a JSON object by their names in lower case: SCIM compares names without case (RFC 7643 section 2.1). */
export type Members = ReadonlyMap<string, { readonly name: string; readonly value: unknown }>;

/** Reads a body. Errors: `invalidSyntax` for what is no JSON, and for more than 32 levels. */
export function parseJson(text: string): unknown {
  refuseDeep(text);
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('invalidSyntax', 'the body is not JSON');
  }
}

/** The members of an object. Errors: `invalidSyntax` for anything else, and for two names that differ in case only. */
export function membersOf(value: unknown, what = 'the body'): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('invalidSyntax', `${what} is not a JSON object`);
  }
  const members = new Map<string, { name: string; value: unknown }>();
  for (const [name, member] of Object.entries(value)) {
    const key = name.toLowerCase();
    if (members.has(key)) throw badRequest('invalidSyntax', `${what} has ${name.slice(0, 200)} twice`);
    members.set(key, { name, value: member });
  }
  return members;
}

export function memberOf(members: Members, name: string): unknown {
  return members.get(name.toLowerCase())?.value;
}

/** Refuses (`invalidSyntax`) a message or resource whose `schemas` is no array with the URN in it. */
export function requireSchema(members: Members, urn: string): void {
  const schemas = memberOf(members, 'schemas');
  const wanted = urn.toLowerCase();
  const has =
    Array.isArray(schemas) && schemas.some((each) => typeof each === 'string' && each.toLowerCase() === wanted);
  if (!has) throw badRequest('invalidSyntax', `schemas must contain ${urn}`);
}

/** Counts brackets in the text, so that nothing deep is ever built. */
function refuseDeep(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') {
      if (++depth > MAX_DEPTH) throw badRequest('invalidSyntax', `the body is nested deeper than ${MAX_DEPTH} levels`);
    } else if (character === '}' || character === ']') depth--;
  }
}
