import { membersOf } from '../messages/json-body.ts';
import type { PatchOperation } from '../messages/patch-request.ts';
import { readValue, sameValue } from '../schema/attribute-value.ts';
import type { Attributes, ScimAttribute, ScimSchema } from '../schema/schema.ts';
import { badRequest } from '../scim-error.ts';
import { type PatchTarget, parsePath } from './patch-path.ts';
import { changeValues } from './patch-values.ts';

export interface Patched {
  readonly schema: ScimSchema;
  /** All attributes that the resource may have, with those that every resource has. */
  readonly attributes: readonly ScimAttribute[];
  readonly id: string;
}

/** Clients that send a whole resource as the value of one operation send these too, and do not want them changed. */
const ECHOED = ['schemas', 'meta'];

/**
 * Applies operations in their order to a copy: all of them, or none and an error (RFC 7644 section 3.5.2). A write-only
 * attribute that is removed becomes null.
 * Errors: `noTarget`, `mutability`, `invalidPath`, `invalidFilter`, `invalidValue`, `invalidSyntax`.
 */
export function applyPatch(current: Attributes, operations: readonly PatchOperation[], patched: Patched): Attributes {
  const next: Record<string, unknown> = structuredClone(current);
  for (const operation of operations) apply(next, operation, patched);
  return next;
}

/** The attributes to which operations give a value, even if it is the value that they have. The operations must be valid. */
export function namedIn(operations: readonly PatchOperation[], patched: Patched): ReadonlySet<string> {
  const nameOf = (path: string) => parsePath(path, patched.schema, patched.attributes).attribute.name;
  const given = operations.filter(({ op }) => op !== 'remove');
  return new Set(
    given.flatMap(({ path, value }) =>
      path === undefined ? [...membersOf(value, 'the value').values()].map(({ name }) => nameOf(name)) : [nameOf(path)],
    ),
  );
}

function apply(next: Record<string, unknown>, { op, path, value }: PatchOperation, patched: Patched): void {
  if (op !== 'remove' && value === undefined) throw badRequest('invalidValue', `${op} needs a value`);
  if (path !== undefined) {
    applyTo(next, op, parsePath(path, patched.schema, patched.attributes), value);
    return;
  }
  if (op === 'remove') throw badRequest('noTarget', 'remove needs a path');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('invalidValue', `${op} without a path needs an object`);
  }
  for (const member of membersOf(value, 'the value').values()) {
    const target = parsePath(member.name, patched.schema, patched.attributes);
    const { name } = target.attribute;
    if (ECHOED.includes(name) || (name === 'id' && member.value === patched.id)) continue;
    applyTo(next, op, target, member.value);
  }
}

function applyTo(next: Record<string, unknown>, op: PatchOperation['op'], target: PatchTarget, value: unknown): void {
  const { attribute, sub } = target;
  const { name } = attribute;
  refuseReadOnly(attribute);
  if (sub !== undefined) refuseReadOnly(sub);
  const before = next[name];
  const after =
    attribute.type === 'complex' || attribute.multiValued
      ? changeValues(before, op, target, value)
      : op === 'remove'
        ? undefined
        : readValue(attribute, value);
  if (after === undefined && attribute.required) throw immovable(attribute, 'cannot be removed');
  const same = before === undefined ? after === undefined : sameValue(attribute, before, after);
  if (attribute.mutability === 'immutable' && before !== undefined && !same) {
    throw immovable(attribute, 'cannot be changed');
  }
  // Nobody can read whether a write-only attribute is there, so its removal is always passed on, as null.
  if (after === undefined && attribute.mutability === 'writeOnly') next[name] = null;
  else if (after === undefined) delete next[name];
  else if (!same || attribute.mutability === 'readWrite') next[name] = after;
}

function refuseReadOnly(attribute: ScimAttribute): void {
  if (attribute.mutability === 'readOnly') throw immovable(attribute, 'is read-only');
}

function immovable({ name }: ScimAttribute, why: string): Error {
  return badRequest('mutability', `${name} ${why}`);
}
