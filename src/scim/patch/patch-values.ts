import { fulfilsUntyped } from '../../domain/query/evaluate-untyped.ts';
import type { PatchOperation } from '../messages/patch-request.ts';
import { equal, readOne, readValue } from '../schema/attribute-value.ts';
import type { ScimAttribute } from '../schema/schema.ts';
import { badRequest } from '../scim-error.ts';
import type { PatchTarget } from './patch-path.ts';

type Complex = Record<string, unknown>;
type Op = PatchOperation['op'];

/** The new value of a complex or multi-valued attribute; undefined if nothing is left of it. */
export function changeValues(before: unknown, op: Op, target: PatchTarget, value: unknown): unknown {
  const { attribute } = target;
  if (!attribute.multiValued) return changeComplex(attribute, before, op, target.sub, value);
  const values = Array.isArray(before) ? before : [];
  const after =
    target.filter === undefined && target.sub === undefined
      ? changeAll(attribute, values, op, value)
      : changeSome(values, op, target, value);
  return after.length === 0 ? undefined : after;
}

/** A new value is merged: sub-attributes that it does not name stay as they are. */
function changeComplex(
  attribute: ScimAttribute,
  before: unknown,
  op: Op,
  sub: ScimAttribute | undefined,
  value: unknown,
): unknown {
  if (sub !== undefined) return emptied(withSub((before ?? {}) as Complex, op, sub, value));
  if (op === 'remove' || value === null) return undefined;
  return emptied({ ...(before as Complex | undefined), ...(readOne(attribute, value) as Complex) });
}

function changeAll(attribute: ScimAttribute, values: readonly unknown[], op: Op, value: unknown): readonly unknown[] {
  if (op === 'remove') return [];
  const given = Array.isArray(value) || value === null ? readValue(attribute, value) : [readOne(attribute, value)];
  const added = (given ?? []) as unknown[];
  if (op === 'replace') return onePrimary(added, added);
  const news = added.filter((each) => !values.some((there) => equal(there, each)));
  return onePrimary([...values, ...news], news);
}

/** Changes the values that the filter finds; without a filter, a sub-attribute of all values. */
function changeSome(values: readonly unknown[], op: Op, target: PatchTarget, value: unknown): readonly unknown[] {
  const { attribute, filter, sub } = target;
  const chosen = values.filter((each) => filter === undefined || fulfilsUntyped(filter, asComplex(each)));
  if (chosen.length === 0) throw badRequest('noTarget', `no value of ${attribute.name} is the one that the path names`);
  if (op === 'remove' && sub === undefined) return values.filter((each) => !chosen.includes(each));
  const changed = new Map(chosen.map((each) => [each, changeOne(attribute, each, op, sub, value)]));
  const after = values
    .map((each) => (changed.has(each) ? changed.get(each) : each))
    .filter((each) => each !== undefined);
  return onePrimary(after, [...changed.values()]);
}

function changeOne(
  attribute: ScimAttribute,
  before: unknown,
  op: Op,
  sub: ScimAttribute | undefined,
  value: unknown,
): unknown {
  if (sub !== undefined) return emptied(withSub(before as Complex, op, sub, value));
  const given = readOne(attribute, value);
  return op === 'add' && attribute.type === 'complex' ? { ...(before as Complex), ...(given as Complex) } : given;
}

function withSub(before: Complex, op: Op, sub: ScimAttribute, value: unknown): Complex {
  const after = op === 'remove' ? undefined : readValue(sub, value);
  if (after === undefined && sub.required) throw badRequest('mutability', `${sub.name} cannot be removed`);
  const { [sub.name]: _, ...others } = before;
  return after === undefined ? others : { ...others, [sub.name]: after };
}

/** If a new value is primary, no other value is (RFC 7644 section 3.5.2). */
function onePrimary(values: readonly unknown[], news: readonly unknown[]): readonly unknown[] {
  const primary = news.find((each) => asComplex(each)['primary'] === true);
  if (primary === undefined) return values;
  return values.map((each) =>
    each !== primary && asComplex(each)['primary'] === true ? { ...asComplex(each), primary: false } : each,
  );
}

function asComplex(value: unknown): Complex {
  return typeof value === 'object' && value !== null ? (value as Complex) : { value };
}

function emptied(value: Complex): Complex | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
