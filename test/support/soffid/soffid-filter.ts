import type { SoffidDevice } from './soffid-device.ts';

/** SQL's three values: a comparison with a missing value is neither true nor false. */
type Truth = boolean | undefined;
type Test = (device: SoffidDevice) => Truth;

export interface SoffidQuery {
  readonly test: Test;
  readonly orderBy: readonly { readonly attribute: string; readonly descending: boolean }[];
}

/** What the service answers with status 400. */
export class SoffidRefusal extends Error {}

const TOKEN =
  /[ \r\n]*(?:([A-Za-z$][A-Za-z0-9._]*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([0-9]+(?:\.[0-9]+)?|\.[0-9]+)|([()]))/y;
const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'pr', 'gt', 'ge', 'lt', 'le', 'eq_ci'];
const COLUMNS: Readonly<Record<string, (device: SoffidDevice) => string | number | bigint | undefined>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  type: ({ type }) => type,
  user: ({ user }) => user,
  status: ({ status }) => status,
  created: ({ created }) => created,
  lastUsed: ({ lastUsed }) => lastUsed,
  fails: ({ fails }) => fails,
  email: ({ email }) => email,
  phone: ({ phone }) => phone,
  pin: ({ pin }) => pin,
  authKey: ({ secret }) => secret?.toString('hex'),
  lastIssued: ({ lastIssued }) => lastIssued,
};
const DATES = ['created', 'lastUsed', 'lastIssued'];
const NUMBERS = ['id', 'fails'];

/**
 * The filter language with its faults: no check of the end, everything for a text that does not begin as a filter,
 * names with case, `eq_ci`, `not` without parentheses, bare words as texts, dates without an offset in `zone`.
 */
export function parseSoffidFilter(text: string, zoneOffset: (wall: number) => number): SoffidQuery {
  let at = 0;
  const peek = (): { text: string; kind: 'word' | 'string' | 'number' | 'sign' | 'end' } => {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found !== null) {
      const [, word, string, number, sign] = found;
      const kind = word ? 'word' : string ? 'string' : number ? 'number' : 'sign';
      return { text: word ?? string ?? number ?? sign ?? '', kind };
    }
    if (/^[ \r\n]*$/.test(text.slice(at))) return { text: '', kind: 'end' };
    throw new SoffidRefusal(`com.soffid.scimquery.parser.TokenMgrError: Lexical error at column ${at}`);
  };
  const next = () => {
    const token = peek();
    at = token.kind === 'end' ? text.length : TOKEN.lastIndex;
    return token;
  };
  const isWord = (word: string) => {
    const token = peek();
    return token.kind === 'word' && token.text.toLowerCase() === word;
  };

  const or = (): Test => {
    let left = and();
    while (isWord('or')) {
      next();
      const [one, other] = [left, and()];
      left = (device) => either(one(device), other(device));
    }
    return left;
  };
  const and = (): Test => {
    let left = not();
    while (isWord('and')) {
      next();
      const [one, other] = [left, not()];
      left = (device) => negated(either(negated(one(device)), negated(other(device))));
    }
    return left;
  };
  const not = (): Test => {
    if (!isWord('not')) return term();
    next();
    const inner = term();
    return (device) => negated(inner(device));
  };
  const term = (): Test => {
    const token = next();
    if (token.text === '(' && token.kind === 'sign') {
      const inner = or();
      if (next().text !== ')') throw new SoffidRefusal('com.soffid.scimquery.parser.ParseException: expected )');
      return inner;
    }
    if (token.kind !== 'word')
      throw new SoffidRefusal('com.soffid.scimquery.parser.ParseException: expected attribute');
    const read = COLUMNS[token.text];
    const operator = next().text;
    const known = OPERATORS.find((each) => each === operator.toLowerCase() && !/^(?:G|g)E$|^(?:L|l)T$/.test(operator));
    if (known === undefined) throw new SoffidRefusal(`com.soffid.scimquery.parser.ParseException: ${operator}`);
    if (read === undefined) {
      throw new SoffidRefusal(
        `java.lang.Exception: Error evaluating attribute ${token.text}\ncaused by Missing column`,
      );
    }
    if (known === 'pr') return (device) => read(device) !== undefined;
    const value = literal(next());
    return comparison(token.text, known, value, read, zoneOffset);
  };

  const starts = /^[ \r\n]*(?:[A-Za-z(])/.test(text);
  const test = starts ? or() : () => true as Truth;
  const orderBy: { attribute: string; descending: boolean }[] = [];
  if (starts && isWord('$orderby')) {
    next();
    while (peek().kind === 'word') {
      const attribute = next().text;
      if (COLUMNS[attribute] === undefined) throw new SoffidRefusal(`java.lang.Exception: Missing column ${attribute}`);
      const descending = isWord('desc');
      if (descending || isWord('asc')) next();
      orderBy.push({ attribute, descending });
    }
  }
  return { test, orderBy };
}

export function columnOf(attribute: string): (device: SoffidDevice) => string | number | bigint | undefined {
  const read = COLUMNS[attribute];
  if (read === undefined) throw new SoffidRefusal(`java.lang.Exception: Missing column ${attribute}`);
  return read;
}

function literal(token: { text: string; kind: string }): string | number {
  if (token.kind === 'number') return Number(token.text);
  if (token.kind === 'word') return token.text;
  if (token.kind !== 'string') throw new SoffidRefusal('com.soffid.scimquery.parser.ParseException: expected a value');
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', 0: '\0' };
  return token.text.slice(1, -1).replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}

function comparison(
  attribute: string,
  operator: string,
  literalValue: string | number,
  read: (device: SoffidDevice) => string | number | bigint | undefined,
  zoneOffset: (wall: number) => number,
): Test {
  const wanted = DATES.includes(attribute)
    ? dateOf(literalValue, zoneOffset)
    : NUMBERS.includes(attribute)
      ? numberOf(literalValue)
      : String(literalValue);
  return (device) => {
    const value = read(device);
    if (value === undefined) return undefined;
    return compare(operator, typeof value === 'number' ? BigInt(value) : value, wanted);
  };
}

function compare(operator: string, value: string | bigint, wanted: string | bigint): boolean {
  const low = (text: string | bigint) => String(text).toLowerCase();
  switch (operator) {
    case 'eq':
      return value === wanted;
    case 'ne':
      return value !== wanted;
    case 'eq_ci':
      return low(value) === low(wanted);
    case 'co':
      return low(value).includes(low(wanted));
    case 'sw':
      return low(value).startsWith(low(wanted));
    case 'ew':
      return low(value).endsWith(low(wanted));
    case 'gt':
      return value > wanted;
    case 'ge':
      return value >= wanted;
    case 'lt':
      return value < wanted;
    default:
      return value <= wanted;
  }
}

function numberOf(value: string | number): bigint {
  if (!/^[0-9]+$/.test(String(value))) throw new SoffidRefusal(`java.lang.NumberFormatException: "${value}"`);
  return BigInt(value);
}

const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Integers are milliseconds; everything else is a date of Joda's, without an offset in the zone of the server. */
function dateOf(value: string | number, zoneOffset: (wall: number) => number): bigint {
  if (typeof value === 'number') return BigInt(value);
  const found = DATE.exec(value);
  if (found === null) throw new SoffidRefusal(`java.lang.IllegalArgumentException: Invalid format: "${value}"`);
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '0', offset] = found;
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const exact = wall + Number(fraction.padEnd(3, '0'));
  if (offset === undefined) return BigInt(exact - zoneOffset(exact));
  if (offset === 'Z') return BigInt(exact);
  const [hours = '0', minutes = '0'] = offset.slice(1).split(':');
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return BigInt(offset.startsWith('-') ? exact + ahead : exact - ahead);
}

function either(one: Truth, other: Truth): Truth {
  if (one === true || other === true) return true;
  return one === undefined || other === undefined ? undefined : false;
}

function negated(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}
