import { badRequest } from '../scim-error.ts';
import type { ScimAttribute, ScimSchema } from './schema.ts';

/** Which attributes a client wants, or does not (RFC 7644 section 3.9). */
export interface Projection {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/** Errors: `invalidValue` where both are given. */
export function projection(
  attributes: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
): Projection {
  if (attributes !== undefined && excluded !== undefined) {
    throw badRequest('invalidValue', 'attributes and excludedAttributes exclude each other');
  }
  return { ...(attributes && { attributes }), ...(excluded && { excludedAttributes: excluded }) };
}

interface Rules {
  readonly schema: ScimSchema;
  readonly attributes: readonly ScimAttribute[];
  /** What is returned whatever is asked for, besides what the schema says. */
  readonly always: readonly string[];
}

/** What is left of a value; undefined for nothing. */
type Keep = (value: unknown) => unknown;

const ALL: Keep = (value) => value;

/** Leaves of a resource what is asked of it: at least what is always returned, and never what never is. */
export function createProjector(
  wanted: Projection,
  { schema, attributes, always }: Rules,
): (resource: Readonly<Record<string, unknown>>) => Record<string, unknown> {
  // Of the names that a client gives, however many, only those are looked at with each resource that name something of it.
  const named = namesOf(wanted.attributes, schema);
  const excluded = namesOf(wanted.excludedAttributes, schema) ?? NONE;
  const keeps = new Map<string, Keep>();
  for (const { name, returned } of attributes) {
    if (returned === 'never') continue;
    if (returned === 'always' || always.includes(name)) keeps.set(name, ALL);
    else if (named !== undefined) keeps.set(name, chosen(named.get(name.toLowerCase())));
    else if (returned === 'default') keeps.set(name, without(excluded.get(name.toLowerCase())));
  }
  return (resource) => {
    const shown: Record<string, unknown> = {};
    for (const name in resource) {
      const kept = keeps.get(name)?.(resource[name]);
      if (kept !== undefined) shown[name] = kept;
    }
    return shown;
  };
}

/** All of a value that is named, or those sub-attributes that are. */
function chosen(named: Named | undefined): Keep {
  if (named === undefined) return () => undefined;
  if (named.whole) return ALL;
  return (value) => eachComplex(value, (members) => members.filter(([sub]) => named.subs.has(sub.toLowerCase())));
}

function without(named: Named | undefined): Keep {
  if (named === undefined) return ALL;
  if (named.whole) return () => undefined;
  return (value) => eachComplex(value, (members) => members.filter(([sub]) => !named.subs.has(sub.toLowerCase())));
}

type Entries = [string, unknown][];

function eachComplex(value: unknown, keep: (members: Entries) => Entries): unknown {
  if (Array.isArray(value)) return value.map((each) => eachComplex(each, keep));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(keep(Object.entries(value)));
}

/** What is named of an attribute. */
interface Named {
  whole: boolean;
  readonly subs: Set<string>;
}

const NONE: ReadonlyMap<string, Named> = new Map();

/** By the attributes, all in lower case, without the URN of the schema. */
function namesOf(paths: readonly string[] | undefined, { id }: ScimSchema): ReadonlyMap<string, Named> | undefined {
  if (paths === undefined) return undefined;
  const prefix = `${id.toLowerCase()}:`;
  const names = new Map<string, Named>();
  for (const each of paths) {
    const path = each.trim().toLowerCase();
    const local = path.startsWith(prefix) ? path.slice(prefix.length) : path;
    const dot = local.indexOf('.');
    const name = dot < 0 ? local : local.slice(0, dot);
    const named = names.get(name) ?? { whole: false, subs: new Set() };
    if (dot < 0) named.whole = true;
    else named.subs.add(local.slice(dot + 1));
    names.set(name, named);
  }
  return names;
}
