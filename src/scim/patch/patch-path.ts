import type { Filter } from '../../domain/query/filter.ts';
import { parseFilter } from '../../domain/query/parse-filter.ts';
import { findAttribute, type ScimAttribute, type ScimSchema } from '../schema/schema.ts';
import { badRequest, unknownAttribute } from '../scim-error.ts';

/** What a path points at: an attribute, those of its values that a filter finds, a sub-attribute of these. */
export interface PatchTarget {
  readonly attribute: ScimAttribute;
  readonly filter?: Filter;
  readonly sub?: ScimAttribute;
}

const ATTRIBUTE = /^(?:(.+):)?([A-Za-z$][A-Za-z0-9_$-]*)(?:\.([A-Za-z$][A-Za-z0-9_$-]*))?$/;
const SUB = /^\.([A-Za-z$][A-Za-z0-9_$-]*)$/;
const MAX_LENGTH = 10_000;

/**
 * Reads `attribute`, `attribute.sub`, `attribute[filter]` or `attribute[filter].sub`, each with the URN of the schema
 * before it or not (RFC 7644 figure 7). Errors: `invalidPath`; `invalidFilter` for the filter in it.
 */
export function parsePath(path: string, schema: ScimSchema, attributes: readonly ScimAttribute[]): PatchTarget {
  if (path.length > MAX_LENGTH) throw badRequest('invalidPath', 'the path is longer than 10,000 characters');
  const { head, filterText, tail } = split(path);
  const [, urn, name, dotted] = ATTRIBUTE.exec(head) ?? [];
  const tailName = SUB.exec(tail)?.[1];
  if (name === undefined || (tail !== '' && (tailName === undefined || dotted !== undefined))) {
    throw badRequest('invalidPath', `${shown(path)} is not a path`);
  }
  if (urn !== undefined && urn.toLowerCase() !== schema.id.toLowerCase()) throw unknownAttribute(shown(path));
  const attribute = findAttribute(attributes, name);
  if (attribute === undefined) throw unknownAttribute(shown(path));
  const subName = dotted ?? tailName;
  const sub = subName === undefined ? undefined : findAttribute(attribute.subAttributes ?? [], subName);
  if (subName !== undefined && sub === undefined) throw unknownAttribute(shown(path));
  if (filterText === undefined) return { attribute, ...(sub && { sub }) };
  if (!attribute.multiValued || dotted !== undefined) {
    throw badRequest('invalidPath', `${attribute.name} has no values to choose among`);
  }
  return { attribute, filter: parseFilter(filterText), ...(sub && { sub }) };
}

/** Splits a path into what is before, in and after the brackets. In quotes, a bracket is a plain character. */
function split(path: string): { head: string; filterText?: string; tail: string } {
  const open = path.indexOf('[');
  if (open < 0) return { head: path, tail: '' };
  let quoted = false;
  for (let at = open + 1; at < path.length; at++) {
    if (quoted && path[at] === '\\') at++;
    else if (path[at] === '"') quoted = !quoted;
    else if (path[at] === ']' && !quoted) {
      return { head: path.slice(0, open), filterText: path.slice(open + 1, at), tail: path.slice(at + 1) };
    }
  }
  throw badRequest('invalidPath', `${shown(path)} has a bracket that nothing closes`);
}

function shown(path: string): string {
  return path.slice(0, 200);
}
