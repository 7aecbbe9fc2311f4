import { badRequest } from '../scim-error.ts';
import type { ScimAttribute, ScimSchema } from './schema.ts';

/** The attributes that a client asks for, or does not want (RFC 7644 section 3.9). */
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
  /** Attributes that are always returned, besides those of which the schema says so. */
  readonly always: readonly string[];
}

/** The part of a value that is returned; undefined for none of it. */
type Keep = (value: unknown) => unknown;

const ALL: Keep = (value) => value;

/** Makes a function that takes from a resource what was asked for, by the rules of its schema (RFC 7643 section 2.4). */
export function createProjector(
  wanted: Projection,
  { schema, attributes, always }: Rules,
): (resource: Readonly<Record<string, unknown>>) => Record<string, unknown> {
  // Prepared once for a request: for each resource only its own attributes are looked up, however many a client named.
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

/** The whole value if the attribute is named, else those of its sub-attributes that are named. */
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

/** Whether an attribute is named itself, and which of its sub-attributes are. */
interface Named {
  whole: boolean;
  readonly subs: Set<string>;
}

const NONE: ReadonlyMap<string, Named> = new Map();

/** What is named, by attribute. All names are in lower case and without the URN of the schema. */
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
