import type { Selection } from '../../../domain/device/selection.ts';
import type { Instant } from '../../../domain/instant.ts';
import { toIso } from '../../../domain/instant.ts';
import type { BoundFilter } from '../../../domain/query/bind-filter.ts';
import { foldText } from '../../../domain/user.ts';

type Comparison = Extract<BoundFilter, { kind: 'compare' }>;

/**
 * The part of a selection that Soffid can be asked for without losing a row; undefined where that is everything. Only
 * its plainest words are used: `eq` of exact values, `co`, orders of numbers and times, `pr`, `and`, `or`. What comes
 * back is judged again here. Texts without case are looked for by their longest piece of ASCII, which every spelling
 * that differs in case only contains.
 */
export function soffidFilter({ user, name, types, statuses, filter, words }: Selection): string | undefined {
  return joined('and', [
    ...(user === undefined ? [] : [contains('user', user)]),
    ...(name === undefined ? [] : [exact('name', name)]),
    ...(types === undefined
      ? []
      : [
          joined(
            'or',
            types.map((type) => exact('type', type)),
          ),
        ]),
    ...(statuses === undefined ? [] : [joined('or', statuses.map(statusIs))]),
    ...(filter === undefined ? [] : [widened(filter, false)]),
    ...(words ?? []).map((word) => joined('or', [contains('user', word), contains('name', word)])),
  ]);
}

/** A filter that every device fulfils which fulfils the given one, or does not, if `negated`; undefined for all. */
function widened(filter: BoundFilter, negated: boolean): string | undefined {
  switch (filter.kind) {
    case 'not':
      return widened(filter.filter, !negated);
    case 'and':
    case 'or':
      return joined(
        (filter.kind === 'and') === negated ? 'or' : 'and',
        filter.filters.map((each) => widened(each, negated)),
      );
    case 'present':
      return negated ? undefined : presence(filter.rules.name);
    case 'compare':
      return negated ? negatedComparison(filter) : comparison(filter);
  }
}

/** Of `and`, the terms that can be asked; of `or`, all of them or none can. */
function joined(word: 'and' | 'or', terms: readonly (string | undefined)[]): string | undefined {
  const known = terms.filter((term) => term !== undefined);
  if (word === 'or' && known.length < terms.length) return undefined;
  if (known.length < 2) return known[0];
  return `(${known.join(` ${word} `)})`;
}

/** A missing value is unequal to every value, and Soffid's is to none: only `ne` turned round can be asked. */
function negatedComparison(filter: Comparison): string | undefined {
  return filter.operator === 'ne' ? comparison({ ...filter, operator: 'eq' }) : undefined;
}

const OPTIONAL = ['lastUsed', 'email', 'phone'];

function presence(name: string): string | undefined {
  return OPTIONAL.includes(name) ? `${name} pr` : undefined;
}

function comparison({ rules: { name }, operator, value }: Comparison): string | undefined {
  if (value === null) return operator === 'ne' ? presence(name) : undefined;
  if (operator === 'ne') return undefined;
  if (typeof value === 'number') {
    if (name === 'fails') return numeric(operator, value);
    return name === 'created' || name === 'lastUsed' ? moment(name, operator, value) : undefined;
  }
  const ordered = operator === 'gt' || operator === 'ge' || operator === 'lt' || operator === 'le';
  if (name === 'id') return (operator === 'eq' || ordered) && isSoffidId(value) ? `id ${operator} ${value}` : undefined;
  if (ordered) return undefined;
  if (name === 'type') return operator === 'eq' ? exact(name, value) : undefined;
  if (name === 'status') return operator === 'eq' ? statusIs(value) : undefined;
  return TEXTS.includes(name) ? contains(name, value) : undefined;
}

const TEXTS = ['name', 'user', 'email', 'phone'];
const MAX_ID = 2n ** 63n - 1n;

/** What the service takes for an id: digits, up to 64 bits. */
export function isSoffidId(text: string): boolean {
  return /^(?:0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= MAX_ID;
}

function statusIs(status: string): string | undefined {
  return status === 'V' ? '(status eq "V" or status eq "E")' : exact('status', status);
}

/** Fails that are not there are none: what zero fulfils cannot be asked. */
function numeric(operator: string, value: number): string | undefined {
  const zeroFulfils = operator === 'lt' || operator === 'le' || value < (operator === 'gt' ? 0 : 1);
  return zeroFulfils || !Number.isSafeInteger(value) ? undefined : `fails ${operator} ${value}`;
}

/** No two zones are further apart than this, so that no zone that somebody took for the server's loses a row. */
const SLACK = 27 * 3600;
const FIRST = Date.UTC(1000, 0) / 1000;
const LAST = Date.UTC(9000, 0) / 1000;

function moment(name: string, operator: string, value: number): string | undefined {
  if (!(value > FIRST && value < LAST)) return undefined;
  const from = `${name} ge ${dateText(Math.floor(value) - SLACK)}`;
  const to = `${name} le ${dateText(Math.ceil(value) + SLACK)}`;
  if (operator === 'eq') return `(${from} and ${to})`;
  return operator === 'gt' || operator === 'ge' ? from : to;
}

function dateText(instant: Instant): string {
  return `"${toIso(instant)}"`;
}

function exact(name: string, value: string): string | undefined {
  return /^[^\p{Cc}\p{Cs}]+$/u.test(value) ? `${name} eq ${quoted(value)}` : undefined;
}

/** `co` is without case there. Quotes and backslashes are left out of the piece: they are where escapes go wrong. */
function contains(name: string, value: string): string | undefined {
  const pieces = foldText(value).match(/[ !#-[\]-~]+/g) ?? [];
  const longest = pieces.sort((a, b) => b.length - a.length)[0]?.trim() ?? '';
  return longest === '' ? undefined : `${name} co ${quoted(longest)}`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
