import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { challengeCell } from '../../src/scim/device/pin-pattern.ts';
import { entityTag, listedVersions } from '../../src/scim/entity-tag.ts';
import { bulkReferences, resolveReferences } from '../../src/scim/messages/bulk-references.ts';
import { membersOf, parseJson } from '../../src/scim/messages/json-body.ts';
import { createProjector } from '../../src/scim/schema/projection.ts';
import { rawNumber } from '../../src/scim/schema/resource.ts';
import { textFilterWords } from '../../src/scim/text-filter.ts';
import { PEOPLE } from './people.ts';

describe('a JSON body', () => {
  it('is what JSON.parse makes of it, up to 32 levels', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(32))).toEqual(JSON.parse(nested(32)));
    expect(() => parseJson(nested(33))).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }));
    expect(parseJson(JSON.stringify({ text: `\\"${'['.repeat(99)}` }))).toEqual({ text: `\\"${'['.repeat(99)}` });
  });

  it('has members whose names are compared without case, __proto__ like any other', () => {
    const members = membersOf(parseJson('{"__proto__":1,"Ab":2}'));
    expect([...members]).toEqual([
      ['__proto__', { name: '__proto__', value: 1 }],
      ['ab', { name: 'Ab', value: 2 }],
    ]);
    expect(() => membersOf({ a: 1, A: 2 })).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }));
  });
});

describe('a number of 64 bits', () => {
  it('is written with all its digits', () => {
    expect(JSON.stringify({ id: rawNumber('9007199254740993') })).toBe('{"id":9007199254740993}');
    expect(JSON.stringify({ id: rawNumber('9223372036854775807') })).toBe('{"id":9223372036854775807}');
  });
});

describe('a challenge cell', () => {
  it.each([
    [8, [2, 5, 8], 'digits ▫2▫▫5▫▫8'],
    [8, [1, 2, 3, 4, 5, 6, 7, 8], 'digits 12345678'],
    [12, [9, 10, 12], 'digits ▫▫▫▫▫▫▫▫9:▫:'],
  ])('of a PIN with %i digits asks for %j: %s', (length, positions, cell) => {
    expect(challengeCell(length, positions)).toBe(cell);
  });
});

describe('the words of a text filter', () => {
  it.each([
    ['ada', ['ada']],
    ['ada lovelace', ['ada', 'lovelace']],
    ['ada,love/lace-x', ['ada', 'love', 'lace', 'x']],
    ['jane.doe', ['jane', 'doe']],
    ['1.5 x9.5', ['1.5', 'x9.5']],
    ['"ada lovelace" x', ['ada lovelace', 'x']],
    ['"', []],
    [' , ', []],
    ['', []],
  ])('%j are %j', (text, words) => {
    expect(textFilterWords(text)).toEqual(words);
  });

  it('are 50 different ones at most', () => {
    const words = (count: number) => Array.from({ length: count }, (_, at) => `w${at}`).join(' ');
    expect(textFilterWords(`${words(50)} W1 w1 W49`)).toHaveLength(50);
    for (const text of [words(51), words(20_000), 'x'.repeat(10_001), '" "'.repeat(3000) + words(51)]) {
      expect(() => textFilterWords(text)).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidFilter' }));
    }
  });
});

describe('entity tags', () => {
  it.each([
    [undefined, undefined],
    ['*', undefined],
    [' * ', undefined],
    ['W/"a"', ['a']],
    ['"a", W/"b"', ['a', 'b']],
    ['a', ['']],
    ['', ['']],
  ])('in %j are the versions %j', (header, versions) => {
    expect(listedVersions(header)).toEqual(versions);
  });

  it('are read as they are written', () => {
    expect(listedVersions(entityTag('x'))).toEqual(['x']);
  });
});

describe('references in bulk', () => {
  const operation = {
    method: 'PATCH',
    path: '/OtpDevice/bulkId:a',
    data: { x: ['bulkId:b', { y: 'bulkId:c', z: 'see bulkId:d' }], n: 5, o: null },
  };

  it('are whole texts and parts of paths', () => {
    expect([...bulkReferences(operation)]).toEqual(['a', 'b', 'c']);
  });

  it('become the ids that are known', () => {
    expect(
      resolveReferences(
        operation,
        new Map([
          ['a', '1'],
          ['b', '2'],
        ]),
      ),
    ).toEqual({
      method: 'PATCH',
      path: '/OtpDevice/1',
      data: { x: ['2', { y: 'bulkId:c', z: 'see bulkId:d' }], n: 5, o: null },
    });
  });
});

describe('a projection', () => {
  const person = {
    userName: 'ada',
    password: 'x',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [{ value: 'a', type: 'work' }, { value: 'b' }],
  };
  const rules = { schema: PEOPLE, attributes: PEOPLE.attributes, always: [] };

  it.each([
    [{}, { userName: 'ada', name: person.name, emails: person.emails }],
    [{ attributes: ['NAME.givenname', 'password'] }, { name: { givenName: 'Ada' } }],
    [{ attributes: ['urn:example:People:emails.value'] }, { emails: [{ value: 'a' }, { value: 'b' }] }],
    [{ attributes: ['nothing', '__proto__'] }, {}],
    [{ excludedAttributes: ['userName', 'name.familyName', 'emails'] }, { name: { givenName: 'Ada' } }],
  ])('%j leaves %j', (wanted, left) => {
    expect(createProjector(wanted, rules)(person)).toEqual(left);
  });

  it('of very many names costs each resource no more than one of few', () => {
    const names = Array.from({ length: 80_000 }, (_, at) => `emails.x${at}`);
    for (const wanted of [{ attributes: names }, { excludedAttributes: names }]) {
      const project = createProjector(wanted, rules);
      // Some minutes, if each name were compared with each attribute of each of them.
      for (let at = 0; at < 20_000; at++) project(person);
      expect(project(person)['emails']).toEqual('attributes' in wanted ? [{}, {}] : person.emails);
    }
  });
});
