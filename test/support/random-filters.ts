import fc from 'fast-check';
import { DEVICE_SCHEMA, type FilterableDevice } from '../../src/domain/query/device-schema.ts';
import { type Filter, type Literal, OPERATORS, type Operator } from '../../src/domain/query/filter.ts';

const DAY = 86_400;
/** Few texts, so that filters hit: cases, folds, astral and private characters, wildcards of SQL. */
const TEXTS = [
  '',
  'a',
  'A',
  'ada',
  'ADA',
  'Müller',
  'MÜLLER',
  'mu\u0308ller',
  'ａda',
  'da',
  'x%_',
  '%',
  '_',
  'TOTP',
  'C',
  'V',
  '1',
  '10',
  '2',
  '007',
  "o'n",
  '"',
  '\\',
  '\u{1f600}',
  '\uffee',
  'enabled',
  '/OtpDevice/1',
  'urn:soffid',
  '99999999999999999999',
];
const DATES = [
  '2022-01-01',
  '2022-01-02T00:00:00Z',
  '2022-01-01T00:00:00.500Z',
  '2022-01-02T02:00:00+02:00',
  '2021-12-31',
];

const text = fc.constantFrom(...TEXTS);
const stored = text.filter((each) => each !== '');
const moment = fc.integer({ min: -1, max: 3 }).map((days) => 1_640_995_200 + days * DAY);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Devices with the values that random filters ask for. */
export const devices: fc.Arbitrary<FilterableDevice[]> = fc
  .array(
    fc.record({
      name: stored,
      type: fc.constantFrom('TOTP', 'HOTP', 'EMAIL', 'SMS', 'PIN'),
      user: stored,
      status: fc.constantFrom('C', 'V', 'L', 'D'),
      created: moment,
      lastModified: moment,
      lastUsed: maybe(moment),
      fails: fc.integer({ min: 0, max: 3 }),
      email: maybe(stored),
      phone: maybe(fc.constantFrom('+34666555444', '666555444')),
      externalId: maybe(stored),
    }),
    { maxLength: 12 },
  )
  .map((list) => list.map((device, at) => ({ id: String(at + 1), ...withoutUndefined(device) })) as FilterableDevice[]);

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

const compare: fc.Arbitrary<Filter> = fc.constantFrom(...DEVICE_SCHEMA.attributes).chain(({ name, type }) => {
  const operators: readonly Operator[] = OPERATORS.filter(
    (each) => type === 'string' || !['co', 'sw', 'ew'].includes(each),
  );
  const values = { string: text, integer: fc.integer({ min: -1, max: 4 }), dateTime: fc.constantFrom(...DATES) }[type];
  const nothing = fc
    .constantFrom('eq', 'ne')
    .map((operator) => ({ operator: operator as Operator, value: null as Literal }));
  const something = fc.record({ operator: fc.constantFrom(...operators), value: values as fc.Arbitrary<Literal> });
  const [attribute = '', sub] = name.split('.');
  const path = { attribute, ...(sub !== undefined && { sub }) };
  return fc
    .oneof({ weight: 6, arbitrary: something }, { weight: 1, arbitrary: nothing })
    .map(({ operator, value }) => ({ kind: 'compare', path, operator, value, position: 0 }) as Filter);
});

const present: fc.Arbitrary<Filter> = fc.constantFrom(...DEVICE_SCHEMA.attributes).map(({ name }) => {
  const [attribute = '', sub] = name.split('.');
  return { kind: 'present', path: { attribute, ...(sub !== undefined && { sub }) }, position: 0 } as Filter;
});

const PLACES = { position: 0, operatorPosition: 0, valuePosition: 0 };

const valuePath: fc.Arbitrary<Filter> = fc.constantFrom('TOTP', 'OtpDevice').map((value) => ({
  kind: 'valuePath',
  path: { attribute: 'meta' },
  filter: { kind: 'compare', path: { attribute: 'resourceType' }, operator: 'eq', value, ...PLACES },
  position: 0,
}));

/** Filters over devices that a schema has nothing against. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ any: Filter }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    compare,
    present,
    valuePath,
    tie('any').map((filter) => ({ kind: 'not', filter }) as Filter),
    chain('and', tie('any')),
    chain('or', tie('any')),
  ),
})).any;

function chain(kind: 'and' | 'or', operand: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc
    .array(operand, { minLength: 2, maxLength: 4 })
    .map((list) => ({ kind, filters: list.flatMap((each) => (each.kind === kind ? each.filters : [each])) }) as Filter);
}
