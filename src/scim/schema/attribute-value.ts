import { foldText } from '../../domain/user.ts';
import { membersOf } from '../messages/json-body.ts';
import { badRequest, type ScimError } from '../scim-error.ts';
import type { AttributeType, ScimAttribute } from './schema.ts';
import { findAttribute } from './schema.ts';

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const CHECKS: Record<Exclude<AttributeType, 'complex'>, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  decimal: (value) => typeof value === 'number',
  integer: (value) => Number.isSafeInteger(value),
  dateTime: (value) => typeof value === 'string' && DATE_TIME.test(value) && !Number.isNaN(Date.parse(value)),
  binary: (value) => typeof value === 'string' && BASE64.test(value),
  reference: (value) => typeof value === 'string',
};

/**
 * The value of an attribute, from JSON; undefined for null and an empty array, which mean that it has none (RFC 7643
 * section 2.5). Errors: `invalidValue`; the message never has the value in it.
 */
export function readValue(attribute: ScimAttribute, value: unknown): unknown {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  if (!attribute.multiValued) return readOne(attribute, value);
  if (!Array.isArray(value)) throw wrongType(attribute, 'an array');
  return value.map((each) => readOne(attribute, each));
}

/** One value of an attribute that may have several. */
export function readOne(attribute: ScimAttribute, value: unknown): unknown {
  if (attribute.type !== 'complex') {
    if (!CHECKS[attribute.type](value)) throw wrongType(attribute, `of type ${attribute.type}`);
    return value;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(attribute, 'an object');
  const read: Record<string, unknown> = {};
  for (const { name, value: each } of membersOf(value, attribute.name).values()) {
    const sub = findAttribute(attribute.subAttributes ?? [], name);
    const found = sub && readValue(sub, each);
    if (sub !== undefined && found !== undefined) read[sub.name] = found;
  }
  return read;
}

/** Whether two values of an attribute are equal; without case if the attribute is compared so. */
export function sameValue(attribute: ScimAttribute, one: unknown, other: unknown): boolean {
  if (typeof one === 'string' && typeof other === 'string' && !attribute.caseExact) {
    return foldText(one) === foldText(other);
  }
  return equal(one, other);
}

/** Deep equality of JSON values. */
export function equal(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [Object.entries(one), Object.entries(other)];
  if (left.length !== right.length) return false;
  return left.every(([name, value]) => Object.hasOwn(other, name) && equal(value, (other as never)[name]));
}

function wrongType({ name }: ScimAttribute, wanted: string): ScimError {
  return badRequest('invalidValue', `${name} is not ${wanted}`);
}
