import type { Selection } from '../../../domain/device/selection.ts';
import type { Instant } from '../../../domain/instant.ts';
import { toIso } from '../../../domain/instant.ts';
import type { BoundFilter } from '../../../domain/query/bind-filter.ts';
import { foldText } from '../../../domain/user.ts';

type Comparison = Extract<BoundFilter, { kind: 'compare' }>;

/**
 * A filter for Soffid that finds all devices of a selection, and maybe more: whoever asks checks them again. Undefined for all
 * devices. Only what Soffid surely does right is used: `eq` of exact values, `co`, orders of numbers and times, `pr`,
 * `and`, `or`. Texts without case are looked for by their longest piece of ASCII, which is in every spelling of them.
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

/** A filter that finds at least the devices that the given one finds or, if `negated`, does not; undefined for all. */
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

/** Joins terms; undefined is one that cannot be asked. `and` leaves it out, and `or` with one finds all devices. */
function joined(word: 'and' | 'or', terms: readonly (string | undefined)[]): string | undefined {
  const known = terms.filter((term) => term !== undefined);
  if (word === 'or' && known.length < terms.length) return undefined;
  if (known.length < 2) return known[0];
  return `(${known.join(` ${word} `)})`;
}

/** Only a negated `ne` can be asked: to us a missing value differs from every value, and to Soffid from none. */
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

/** Whether Soffid takes a text for an id: digits, up to 64 bits. */
export function isSoffidId(text: string): boolean {
  return /^(?:0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= MAX_ID;
}

function statusIs(status: string): string | undefined {
  return status === 'V' ? '(status eq "V" or status eq "E")' : exact('status', status);
}

/** Soffid may have no value for 0 fails, so a comparison that 0 fulfils cannot be asked. */
function numeric(operator: string, value: number): string | undefined {
  const zeroFulfils = operator === 'lt' || operator === 'le' || value < (operator === 'gt' ? 0 : 1);
  return zeroFulfils || !Number.isSafeInteger(value) ? undefined : `fails ${operator} ${value}`;
}

/** Seconds; no two zones are further apart. So no device is lost if the zone of the server was given wrongly. */
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

/** To Soffid, `co` is without case. The piece has no quotes and backslashes, since Soffid may unescape them wrongly. */
function contains(name: string, value: string): string | undefined {
  const pieces = foldText(value).match(/[ !#-[\]-~]+/g) ?? [];
  const longest = pieces.sort((a, b) => b.length - a.length)[0]?.trim() ?? '';
  return longest === '' ? undefined : `${name} co ${quoted(longest)}`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
