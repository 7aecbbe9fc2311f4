import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoundFilter, bindFilter, bindTypedFilter } from '../../../src/domain/query/bind-filter.ts';
import { DEVICE_SCHEMA } from '../../../src/domain/query/device-schema.ts';
import { FilterError } from '../../../src/domain/query/filter-error.ts';
import { parseFilter } from '../../../src/domain/query/parse-filter.ts';
import { printFilter } from '../../../src/domain/query/print-filter.ts';
import { filters } from '../../support/random-filters.ts';

const withoutPositions = (filter: unknown): unknown =>
  JSON.parse(JSON.stringify(filter, (key, value) => (/position$/i.test(key) ? undefined : value)));

describe('a filter', () => {
  it('is the same after it was printed and parsed', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(withoutPositions(parseFilter(printFilter(filter)))).toEqual(withoutPositions(filter));
      }),
      { numRuns: 2000 },
    );
  });

  it('binds not before and before or', () => {
    expect(printFilter(parseFilter('NOT (a pr) AND b pr Or c pr and d pr'))).toBe(
      'not (a pr) and b pr or c pr and d pr',
    );
    expect(parseFilter('a pr or b pr and c pr')).toMatchObject({
      kind: 'or',
      filters: [{ kind: 'present' }, { kind: 'and' }],
    });
    expect(printFilter(parseFilter('(a pr or b pr) and not(c pr)'))).toBe('(a pr or b pr) and not (c pr)');
  });

  it.each([
    ['', 0, 'the filter is empty', 'id pr'],
    ['   ', 0, 'the filter is empty', 'id pr'],
    ['user equals "x"', 5, 'expected an operator, found equals', 'the operators are'],
    ['user qe "x"', 5, 'expected an operator, found qe', 'did you mean eq'],
    ['user eq x', 8, 'expected a value for eq, found x', 'write  "x"'],
    ["user eq 'x'", 8, 'a text stands in double quotes', 'write  "text"'],
    ['user eq "x', 8, 'does not end', 'close it'],
    ['user eq "\\q"', 8, 'not one that JSON knows', 'backslash'],
    ['not user pr', 0, '"not" wants parentheses', 'not (...)'],
    ['(user pr', 8, 'expected "and", "or" or ")", found the end of the filter', undefined],
    ['user pr)', 7, 'expected "and", "or" or the end of the filter, found )', undefined],
    ['user pr user pr', 8, 'expected "and", "or" or the end of the filter, found user', undefined],
    ['a[b[c pr]]', 3, 'a value path cannot stand inside another', undefined],
    ['fails eq 1e400', 9, 'this number is too large', undefined],
    ['\u{1f469} eq 1', 0, '"\u{1f469}" cannot stand here', undefined],
    ['user eq "a" & type pr', 12, '"&" cannot stand here', undefined],
    [`${'('.repeat(51)}id pr${')'.repeat(51)}`, 51, 'nested deeper than 50 levels', undefined],
    [`user eq "${'x'.repeat(10_000)}"`, 10_000, 'may have 10,000', undefined],
  ])('%j is refused at %i', (text, position, sentence, hint) => {
    const refused = expect(() => parseFilter(text));
    refused.toThrow(FilterError);
    refused.toThrow(
      expect.objectContaining({ code: 'invalid-filter', position, message: expect.stringContaining(sentence) }),
    );
    if (hint !== undefined) refused.toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });

  it('takes fifty levels', () => {
    const nots = `${'not ('.repeat(50)}id pr${')'.repeat(50)}`;
    expect(printFilter(parseFilter(`${'('.repeat(50)}id pr${')'.repeat(50)}`))).toBe('id pr');
    expect(printFilter(parseFilter(nots))).toBe(nots);
  });
});

/** What a bound filter compares with what, in its order. */
function comparisonsIn(filter: BoundFilter): string[] {
  switch (filter.kind) {
    case 'not':
      return comparisonsIn(filter.filter);
    case 'present':
      return [`${filter.rules.name} pr`];
    case 'compare':
      return [`${filter.rules.name} ${filter.operator} ${JSON.stringify(filter.value)}`];
    default:
      return filter.filters.flatMap(comparisonsIn);
  }
}

describe('a filter over devices', () => {
  const bind = (text: string) => bindFilter(parseFilter(text), DEVICE_SCHEMA, text);

  const META = ['meta.resourceType', 'meta.created', 'meta.lastModified', 'meta.location'].map((name) => `${name} pr`);

  it.each([
    ['USER eq "x"', ['user eq "x"']],
    ['urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice:type eq "TOTP"', ['type eq "TOTP"']],
    [
      'meta[created gt "2022-01-01" and resourceType eq "OtpDevice"]',
      ['meta.created gt 1640995200', 'meta.resourceType eq "OtpDevice"'],
    ],
    ['schemas[value eq "urn:x"]', ['schemas eq "urn:x"']],
    ['meta pr', META],
    ['not (META pr)', META],
    ['urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice:meta pr', META],
    ['schemas eq "urn:x"', ['schemas eq "urn:x"']],
    ['fails gt 1.5', ['fails gt 1.5']],
    ['lastUsed le "2022-01-01" or not (lastUsed pr)', ['lastUsed le 1640995200', 'lastUsed pr']],
    ['status eq "validated"', ['status eq "V"']],
    ['meta.lastModified ge "2022-01-01T10:00:00+02:00"', ['meta.lastModified ge 1641024000']],
  ])('may say  %s', (text, asked) => {
    expect(comparisonsIn(bind(text))).toEqual(asked);
  });

  it.each([
    ['usr eq "x"', 0, 'unknown attribute usr', 'did you mean user'],
    ['id pr and lastused2 pr', 10, 'unknown attribute lastused2', 'did you mean lastUsed'],
    ['meta.createt pr', 0, 'unknown attribute meta.createt', 'did you mean meta.created'],
    ['colour pr', 0, 'unknown attribute colour', 'the attributes are id'],
    ['urn:x:type pr', 0, 'unknown schema urn:x', 'the schema is urn:soffid'],
    ['pin eq "1"', 0, 'pin cannot be asked about', undefined],
    ['SECRET pr', 0, 'SECRET cannot be asked about', undefined],
    ['user[value eq "x"]', 0, 'user has no sub-attributes', undefined],
    ['emails[type eq "work"]', 0, 'unknown attribute emails', 'did you mean email'],
    ['id pr or urn:x:meta[created pr]', 9, 'unknown schema urn:x', undefined],
    ['meta[version eq "1"]', 5, 'unknown attribute meta.version', undefined],
    ['meta eq "x"', 0, 'unknown attribute meta', undefined],
    ['id eq 5', 6, 'id is compared with a text', 'write  "5"'],
    ['user eq true', 8, 'user is compared with a text', undefined],
    ['fails eq "1"', 9, 'fails is compared with a number', undefined],
    ['fails co 1', 6, 'co is for texts, and fails is none', undefined],
    ['created co "2022"', 8, 'co is for texts, and created is none', undefined],
    ['created gt "2022"', 11, '"2022" is not a date', 'YYYY-MM-DD'],
    ['created gt "2022-02-30"', 11, 'is not a date', undefined],
    ['user gt true', 5, 'gt cannot compare with true', undefined],
    ['user gt null', 5, 'gt cannot compare with null', undefined],
    ['user co null', 5, 'co cannot compare with null', undefined],
  ])('may not say  %s', (text, position, sentence, hint) => {
    const refused = expect(() => bind(text));
    refused.toThrow(expect.objectContaining({ position, message: expect.stringContaining(sentence) }));
    if (hint !== undefined) refused.toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });
});

describe('a filter that somebody typed', () => {
  const typed = (text: string) => bindTypedFilter(parseFilter(text), DEVICE_SCHEMA, text);

  it.each([
    'type eq "totp"',
    'not (type ne "Pin")',
    'type co "ot"',
    'type ew "S"',
    'type sw ""',
    'type eq null',
    'type gt "HOTP"',
    'status ne "LOCKED"',
    'status eq "v"',
    'status eq "E"',
    'urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice:status eq "d"',
    'meta[resourceType eq "OtpDevice"]',
    'schemas[value co "soffid"]',
    'user eq "totp"',
  ])('may say  %s', (text) => {
    expect(typed(text)).toEqual(bindFilter(parseFilter(text), DEVICE_SCHEMA, text));
  });

  it.each([
    ['type ne "ttop"', 8, 'no type is "ttop"', 'did you mean "TOTP"'],
    ['status ne "enable"', 10, 'no status is "enable"', 'did you mean "enabled"'],
    ['id pr and not (status eq "active")', 25, 'no status is "active"', 'write one of created, enabled, locked'],
    ['status co "lock"', 10, 'no status is "lock"', undefined],
    ['status eq ""', 10, 'no status is ""', undefined],
    ['type sw "otp"', 8, 'no type is "otp"', undefined],
    ['type co "x"', 8, 'no type is "x"', 'write one of TOTP, HOTP, EMAIL, SMS, PIN'],
    ['type ge "yubikey"', 8, 'no type is "yubikey"', undefined],
    ['meta[resourceType eq "OtpDevise"]', 21, 'no meta.resourceType is "OtpDevise"', 'did you mean "OtpDevice"'],
    ['schemas eq "urn:x"', 11, 'no schemas is "urn:x"', undefined],
  ])('may not say  %s', (text, position, sentence, hint) => {
    const refused = expect(() => typed(text));
    refused.toThrow(expect.objectContaining({ position, message: expect.stringContaining(sentence) }));
    if (hint !== undefined) refused.toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
    // A server answers it by what it says.
    expect(printFilter(parseFilter(text))).toBe(text);
    expect(comparisonsIn(bindFilter(parseFilter(text), DEVICE_SCHEMA, text)).length).toBeGreaterThan(0);
  });
});
