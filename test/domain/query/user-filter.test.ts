import { describe, expect, it } from 'vitest';
import { FilterError } from '../../../src/domain/query/filter-error.ts';
import { parseScope } from '../../../src/domain/query/parse-scope.ts';

function refusal(text: string) {
  try {
    parseScope(text);
  } catch (error) {
    if (error instanceof FilterError) return [error.position, error.message, error.hint ?? ''];
  }
  throw new Error(`${text} is taken`);
}

describe('a filter over users', () => {
  it.each([
    ['', 0, /^the scope is empty$/],
    ['   ', 0, /^the scope is empty$/],
    ['groups', 6, /expected an operator/],
    ['groups eq Sales', 10, /expected a value for eq/],
    ['groups eq "Sales" and', 21, /expected an attribute/],
    ['groups[value eq "Sales"]', 0, /no sub-attributes/],
    ['id eq "3"', 0, /^id of users cannot be asked about$/],
    ['not (created gt "2020-01-01")', 5, /^created of users/],
    ['urn:x:User:mail pr', 0, /^unknown schema/],
    ['active eq "true"', 10, /^active is compared with true or false$/],
    ['active gt true', 7, /^active is compared with eq or ne$/],
    ['mail eq 5', 8, /^mail is compared with a text$/],
    ['mail co null', 5, /^co cannot compare with null$/],
    ['user eq true', 8, /^user is compared with a text$/],
  ] as const)('refuses %j with the place', (text, position, message) => {
    const [at, said] = refusal(text);
    expect(at).toBe(position);
    expect(said).toMatch(message);
  });

  it.each(['groups eq "Sales"', 'USERNAME sw "a"', 'user eq "ada"', 'active ne true', 'cost-center pr', 'a.b eq null'])(
    'takes %s as it is written',
    (text) => expect(parseScope(text).text).toBe(text),
  );
});
