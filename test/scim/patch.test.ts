import { describe, expect, it } from 'vitest';
import { type PatchOperation, readPatch } from '../../src/scim/messages/patch-request.ts';
import { applyPatch, namedIn } from '../../src/scim/patch/patch.ts';
import { allAttributes } from '../../src/scim/schema/common-attributes.ts';
import { RFC } from '../../src/scim/served-dialect.ts';
import { PEOPLE } from './people.ts';

const ADA = {
  userName: 'ada',
  badge: '7',
  groups: ['staff'],
  tags: ['a', 'b'],
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [
    { value: 'ada@work.example', type: 'work', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
};

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

function patched(...operations: unknown[]): Record<string, unknown> {
  const message = { schemas: [PATCH_OP], Operations: operations };
  const read = readPatch(message, RFC);
  return applyPatch(ADA, read, { schema: PEOPLE, attributes: PEOPLE.attributes, id: '1' });
}

describe('a PATCH of complex attributes and of several values', () => {
  it.each([
    [
      'merges into a complex attribute',
      { op: 'replace', path: 'name', value: { givenName: 'Augusta' } },
      { name: { givenName: 'Augusta', familyName: 'Lovelace' } },
    ],
    [
      'adds to a complex attribute without a path',
      { op: 'add', value: { name: { givenName: 'Augusta' } } },
      { name: { givenName: 'Augusta', familyName: 'Lovelace' } },
    ],
    [
      'writes a sub-attribute',
      { op: 'replace', path: 'urn:example:People:NAME.FamilyName', value: 'King' },
      { name: { givenName: 'Ada', familyName: 'King' } },
    ],
    ['removes a sub-attribute', { op: 'remove', path: 'name.givenName' }, { name: { familyName: 'Lovelace' } }],
    ['removes a complex attribute', { op: 'remove', path: 'name' }, { name: undefined }],
    ['appends to several values', { op: 'add', path: 'tags', value: ['b', 'c'] }, { tags: ['a', 'b', 'c'] }],
    ['appends one value', { op: 'add', path: 'tags', value: 'c' }, { tags: ['a', 'b', 'c'] }],
    ['replaces several values', { op: 'replace', path: 'tags', value: ['z'] }, { tags: ['z'] }],
    ['takes an empty array for none', { op: 'replace', path: 'tags', value: [] }, { tags: undefined }],
    ['removes several values', { op: 'remove', path: 'tags' }, { tags: undefined }],
    [
      'removes the values that a filter chooses',
      { op: 'remove', path: 'emails[type eq "work" and value ew "]" or type eq "home"]' },
      { emails: [ADA.emails[0]] },
    ],
    [
      'removes the last value, and with it the attribute',
      { op: 'remove', path: 'emails[value pr]' },
      { emails: undefined },
    ],
    [
      'replaces a chosen value',
      { op: 'replace', path: 'emails[type eq "home"]', value: { value: 'x@home.example' } },
      { emails: [ADA.emails[0], { value: 'x@home.example' }] },
    ],
    [
      'merges into a chosen value',
      { op: 'add', path: 'emails[type eq "home"]', value: { value: 'x@home.example' } },
      { emails: [ADA.emails[0], { value: 'x@home.example', type: 'home' }] },
    ],
    [
      'writes a sub-attribute of a chosen value',
      { op: 'replace', path: 'emails[type eq "home"].value', value: 'x@home.example' },
      { emails: [ADA.emails[0], { value: 'x@home.example', type: 'home' }] },
    ],
    [
      'writes a sub-attribute of all values',
      { op: 'replace', path: 'emails.type', value: 'old' },
      {
        emails: [
          { ...ADA.emails[0], type: 'old' },
          { value: 'ada@home.example', type: 'old' },
        ],
      },
    ],
    [
      'takes primary from the others when a chosen value gets it',
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
      {
        emails: [
          { ...ADA.emails[0], primary: false },
          { ...ADA.emails[1], primary: true },
        ],
      },
    ],
    [
      'takes primary from the others when a new value has it',
      { op: 'add', path: 'emails', value: [{ value: 'x@y.example', primary: true }] },
      { emails: [{ ...ADA.emails[0], primary: false }, ADA.emails[1], { value: 'x@y.example', primary: true }] },
    ],
    ['sets an immutable value to what it is', { op: 'replace', path: 'badge', value: '7' }, {}],
    ['writes what is never read', { op: 'replace', path: 'password', value: 'x' }, { password: 'x' }],
    ['removes what is never read', { op: 'remove', path: 'password' }, { password: null }],
    ['leaves what is not there', { op: 'remove', path: 'age' }, {}],
    ['writes what was not there', { op: 'add', path: 'age', value: 36 }, { age: 36 }],
    ['takes null for a removal', { op: 'replace', path: 'name', value: null }, { name: undefined }],
    ['takes null for no values', { op: 'replace', path: 'tags', value: null }, { tags: undefined }],
    [
      'removes a sub-attribute of chosen values',
      { op: 'remove', path: 'emails[value pr].type' },
      { emails: [{ value: 'ada@work.example', primary: true }, { value: 'ada@home.example' }] },
    ],
    ['chooses among plain values', { op: 'remove', path: 'tags[value eq "a"]' }, { tags: ['b'] }],
    [
      'replaces a plain value that is chosen',
      { op: 'add', path: 'tags[value eq "a"]', value: 'z' },
      { tags: ['z', 'b'] },
    ],
    [
      'reads a bracket and a quote in a text of a filter',
      { op: 'replace', path: 'emails[type eq "a\\"]" or type eq "home"].type', value: 'x' },
      { emails: [ADA.emails[0], { value: 'ada@home.example', type: 'x' }] },
    ],
    ['writes a text as it is now written', { op: 'replace', path: 'userName', value: 'ADA' }, { userName: 'ADA' }],
  ])('%s', (_, operation, changed) => {
    const after = patched(operation);
    const expected = Object.fromEntries(
      Object.entries({ ...ADA, ...changed }).filter(([, value]) => value !== undefined),
    );
    expect(after).toEqual(expected);
  });

  it.each([
    [{ op: 'replace', path: 'emails[type eq "other"]', value: { value: 'x' } }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type eq "other"].value', value: 'x' }, 'noTarget'],
    [{ op: 'remove', path: 'emails[type eq "other"]' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type eq]', value: { value: 'x' } }, 'invalidFilter'],
    [{ op: 'replace', path: 'emails[]', value: { value: 'x' } }, 'invalidFilter'],
    [{ op: 'replace', path: 'emails[type eq "home"]x', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type eq "home"].nothing', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails.value[type eq "home"]', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'name[givenName eq "Ada"]', value: {} }, 'invalidPath'],
    [{ op: 'remove', path: 'emails[type eq "home"].value' }, 'mutability'],
    [{ op: 'replace', path: 'name.formatted', value: 'x' }, 'mutability'],
    [{ op: 'add', path: 'groups', value: ['x'] }, 'mutability'],
    [{ op: 'replace', path: 'badge', value: '8' }, 'mutability'],
    [{ op: 'remove', path: 'badge' }, 'mutability'],
    [{ op: 'replace', path: 'badge.x', value: '8' }, 'invalidPath'],
    [{ op: 'replace', path: 'urn:example:Other:userName', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'nothing', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: '[type eq "home"]', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type eq "home"', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type eq "home"].value.x', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type eq "home"]x.value', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails.type[value pr].value', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'user Name', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'userName!', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: `emails[value eq "${'x'.repeat(10_000)}"]`, value: { value: 'x' } }, 'invalidPath'],
    [{ op: 'replace', path: 'userName' }, 'invalidValue'],
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'add', value: 'x' }, 'invalidValue'],
    [{ op: 'add', value: null }, 'invalidValue'],
    [{ op: 'add', value: [{ age: 1 }] }, 'invalidValue'],
    [{ op: 'remove', path: 'userName' }, 'mutability'],
    [{ op: 'replace', path: 'tags', value: 'x'.repeat(3).split('').map(Number) }, 'invalidValue'],
    [{ op: 'replace', path: 'active', value: 'true' }, 'invalidValue'],
    [{ op: 'replace', path: 'age', value: 1.5 }, 'invalidValue'],
    [{ op: 'replace', path: 'name', value: 'Ada' }, 'invalidValue'],
    [{ op: 'add', path: 'emails', value: ['x'] }, 'invalidValue'],
  ])('refuses %j as %s', (operation, scimType) => {
    expect(() => patched(operation)).toThrow(
      expect.objectContaining(scimType === 'invalidFilter' ? { code: 'invalid-filter' } : { status: 400, scimType }),
    );
  });

  it('says no more of a path than its beginning', () => {
    const operation = { op: 'replace', path: `userName ${'x'.repeat(5000)}`, value: 'x' };
    expect(() => patched(operation)).toThrow(`userName ${'x'.repeat(191)} is not a path`);
  });

  it('has a thousand operations at most', () => {
    const operation = { op: 'replace', path: 'badge', value: '7' };
    expect(patched(...new Array(1000).fill(operation))).toEqual(patched(operation));
    expect(() => patched(...new Array(1001).fill(operation))).toThrow('Operations has more than 1,000 operations');
  });

  it('does all of it or nothing, and leaves what it was given', () => {
    const before = structuredClone(ADA);
    expect(() => patched({ op: 'add', path: 'tags', value: 'c' }, { op: 'remove' })).toThrow(
      expect.objectContaining({ scimType: 'noTarget' }),
    );
    patched({ op: 'add', path: 'emails', value: [{ value: 'x', primary: true }] });
    expect(ADA).toEqual(before);
  });
});

describe('a whole resource as the value of one operation', () => {
  const whole = (value: unknown, id = '1') => {
    const attributes = allAttributes(PEOPLE, { externalId: false });
    const [operation] = readPatch({ schemas: [PATCH_OP], Operations: [{ op: 'replace', value }] }, RFC);
    return applyPatch(ADA, operation ? [operation] : [], { schema: PEOPLE, attributes, id });
  };

  it('may repeat its schemas, its meta and its own id, which stay what they are', () => {
    const echoed = { schemas: ['urn:example:People'], meta: { resourceType: 'Person' }, ID: '1', age: 36 };
    expect(whole(echoed)).toEqual({ ...ADA, age: 36 });
  });

  it('may not have another id', () => {
    expect(() => whole({ id: '2' })).toThrow(expect.objectContaining({ scimType: 'mutability' }));
    expect(() => whole({ groups: ['1'] })).toThrow(expect.objectContaining({ scimType: 'mutability' }));
  });
});

describe('the attributes that operations name', () => {
  it('are those that get a value, in the spelling of the schema', () => {
    const named = (...operations: readonly PatchOperation[]) => [
      ...namedIn(operations, { schema: PEOPLE, attributes: PEOPLE.attributes, id: '1' }),
    ];
    expect(
      named(
        { op: 'replace', path: 'USERNAME', value: 'ada' },
        { op: 'add', path: 'emails[type eq "home"].value', value: 'x' },
        { op: 'remove', path: 'badge' },
        { op: 'add', value: { age: 36, 'name.familyName': 'King' } },
      ),
    ).toEqual(['userName', 'emails', 'age', 'name']);
    expect(named({ op: 'remove', path: 'tags' })).toEqual([]);
  });
});
