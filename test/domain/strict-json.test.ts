import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonProblem, parseJson } from '../../src/domain/text/strict-json.ts';

describe('JSON', () => {
  it('is what everybody reads in it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(4), (text, space) => {
        const pretty = JSON.stringify(JSON.parse(text), undefined, space);
        expect(parseJson(pretty)).toEqual(JSON.parse(pretty));
      }),
    );
  });

  it.each([
    ['{"user":"ada","user":"eve"}', 'has "user" twice'],
    ['{"us\\u0065r":"ada", "user" : "eve"}', 'has "user" twice'],
    ['[{"a":{"b":1,"b":2}}]', 'has "b" twice'],
    ['{"a":"\\ud800"}', 'has half a surrogate pair, which is no character'],
    ['{"\\udc00":1}', 'has half a surrogate pair, which is no character'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'is nested deeper than 64 levels'],
    [`${'['.repeat(1e6)}${']'.repeat(1e6)}`, 'is nested deeper than 64 levels'],
    ['{"a":1', 'is not JSON'],
    ['', 'is not JSON'],
  ])('is refused where readers differ: %.40s', (text, problem) => {
    expect(() => parseJson(text)).toThrow(new JsonProblem(problem));
  });

  it.each([
    '{"a":"b","b":"a:\\"a\\""}',
    '[{"a":1},{"a":1}]',
    '{"a":{"a":{"a":1}}}',
    '"\\ud83d\\ude00"',
    '{"\\\\":1,"\\"":2}',
  ])('is taken where they do not: %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });
});
