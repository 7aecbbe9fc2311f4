import type { ScimAttribute, ScimSchema } from './schema.ts';
import { badRequest } from './scim-error.ts';

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
  const named = pathsOf(wanted.attributes, schema);
  const excluded = pathsOf(wanted.excludedAttributes, schema) ?? [];
  const keeps = new Map<string, Keep>();
  for (const { name, returned } of attributes) {
    if (returned === 'never') continue;
    if (returned === 'always' || always.includes(name)) keeps.set(name, ALL);
    else if (named !== undefined) keeps.set(name, (value) => chosen(value, name, named));
    else if (returned === 'default') {
      keeps.set(name, excluded.length === 0 ? ALL : (value) => without(value, name, excluded));
    }
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
function chosen(value: unknown, name: string, paths: readonly string[]): unknown {
  const prefix = `${name.toLowerCase()}.`;
  if (paths.includes(name.toLowerCase())) return value;
  const subs = paths.filter((path) => path.startsWith(prefix));
  if (subs.length === 0) return undefined;
  const kept = eachComplex(value, (members) => members.filter(([sub]) => subs.includes(prefix + sub.toLowerCase())));
  return kept;
}

function without(value: unknown, name: string, paths: readonly string[]): unknown {
  const prefix = `${name.toLowerCase()}.`;
  if (paths.includes(name.toLowerCase())) return undefined;
  if (!paths.some((path) => path.startsWith(prefix))) return value;
  return eachComplex(value, (members) => members.filter(([sub]) => !paths.includes(prefix + sub.toLowerCase())));
}

type Entries = [string, unknown][];

function eachComplex(value: unknown, keep: (members: Entries) => Entries): unknown {
  if (Array.isArray(value)) return value.map((each) => eachComplex(each, keep));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(keep(Object.entries(value)));
}

/** Lower case, without the URN of the schema. */
function pathsOf(paths: readonly string[] | undefined, { id }: ScimSchema): readonly string[] | undefined {
  const prefix = `${id.toLowerCase()}:`;
  return paths
    ?.map((path) => path.trim().toLowerCase())
    .map((path) => (path.startsWith(prefix) ? path.slice(prefix.length) : path));
}
