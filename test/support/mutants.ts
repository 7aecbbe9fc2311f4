import fc from 'fast-check';

/** Pieces of text that have broken readers before. */
const NASTY = [
  '\0',
  '\ufeff',
  '\r\n',
  '\n',
  '\t',
  '\ud800',
  '\udfff\ud800',
  '\u2028',
  '\u200b',
  '\u3164',
  '\u001b[2J',
  '"',
  "'",
  '\\',
  '\\u',
  '\\ud800',
  '%',
  '%ff',
  '%00',
  '%E0%A4%A',
  '\u{1f600}',
  '${',
  '${PIN}',
  '..',
  '/',
  '//',
  '-',
  '--',
  '-1',
  '.',
  ',',
  ';',
  ':',
  '=',
  '#',
  '@',
  '0x10',
  '1e400',
  '9'.repeat(40),
  '-9223372036854775809',
  '0'.repeat(400),
  'NaN',
  'Infinity',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '['.repeat(6000),
  '{"a":'.repeat(6000),
  '('.repeat(3000),
  'a.'.repeat(20_000),
  'a='.repeat(5000),
  '%aa'.repeat(3000),
  'x'.repeat(20_000),
  ' '.repeat(20_000),
  '__proto__',
  'constructor',
  'toString',
  'null',
  'true',
  '٣',
  'ß',
  'ı',
  'İ',
  '0000-00-00',
  '9999-12-31T23:59:60Z',
  '-271821-04-20',
  '=cmd|x',
  '[::1]',
  'xn--',
  '<!--',
];

/** Values that are not what a member of an object is expected to be, as JSON writes them. */
const HOSTILE_JSON = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '0.5',
  '1e308',
  '-1e308',
  '1e999',
  '9007199254740993',
  '123456789012345678901234567890',
  '8640000000000001',
  '-8640000000000001000',
  '""',
  '" "',
  '"\\ud800"',
  '"\\u0000"',
  '"\\u001b[2J"',
  '"%ff"',
  '"%"',
  '"."',
  '".."',
  '"/"',
  '"__proto__"',
  '"0000-00-00 00:00:00"',
  '"9999-99-99T99:99:99Z"',
  '"+275760-09-13T00:00:00.001Z"',
  '[]',
  '[[]]',
  '[null]',
  '["a",1]',
  '{}',
  '{"toString":1}',
  '{"toString":null,"valueOf":null}',
  '{"valueOf":1,"toString":2}',
  '{"__proto__":{"toString":1}}',
  '{"length":3}',
  '{"code":{"toString":1}}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  `"${'x'.repeat(20_000)}"`,
];

const MOST = 400_000;
const PLACES = 2 ** 16;
const place = fc.nat(PLACES - 1);

type Mutation = (text: string) => string;

/** Where in a text a drawn number is. */
const at = (drawn: number, text: { readonly length: number }) => Math.floor((drawn / PLACES) * (text.length + 1));
const span = (one: number, other: number, text: { readonly length: number }) =>
  [at(Math.min(one, other), text), at(Math.max(one, other), text)] as const;

const nasty = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, nasty).map(
    ([where, text]): Mutation =>
      (given) => {
        const from = at(where, given);
        return given.slice(0, from) + text + given.slice(from);
      },
  ),
  fc.tuple(place, place, nasty).map(
    ([one, other, text]): Mutation =>
      (given) => {
        const [from, to] = span(one, other, given);
        return given.slice(0, from) + text + given.slice(to);
      },
  ),
  fc.tuple(place, place).map(
    ([one, other]): Mutation =>
      (given) => {
        const [from, to] = span(one, other, given);
        return given.slice(0, from) + given.slice(to);
      },
  ),
  fc.tuple(place, place).map(
    ([one, other]): Mutation =>
      (given) => {
        const [from, to] = span(one, other, given);
        return given.slice(0, to) + given.slice(from);
      },
  ),
  place.map(
    (where): Mutation =>
      (given) =>
        given.slice(0, at(where, given)),
  ),
  fc.tuple(place, fc.nat(15)).map(
    ([where, bit]): Mutation =>
      (given) => {
        const from = Math.min(at(where, given), given.length - 1);
        if (from < 0) return given;
        return given.slice(0, from) + String.fromCharCode(given.charCodeAt(from) ^ (1 << bit)) + given.slice(from + 1);
      },
  ),
  fc.tuple(fc.nat(20), nasty).map(
    ([which, text]): Mutation =>
      (given) => {
        let seen = 0;
        return given.replace(/[0-9]+|[A-Za-z]+/g, (found) => (seen++ === which ? text : found));
      },
  ),
  fc.constantFrom<Mutation>(
    (given) => given.replaceAll('\n', '\r\n'),
    (given) => `\ufeff${given}`,
    (given) => given.toUpperCase(),
    (given) => [...given].reverse().join(''),
    (given) => given + given,
  ),
);

const capped = (text: string) => text.slice(0, MOST);

/** Good texts with up to four things done to them, and now and then plain garbage. */
export function textsLike(...good: readonly string[]): fc.Arbitrary<string> {
  const mutated = fc
    .tuple(fc.constantFrom(...good), fc.array(mutation, { maxLength: 4, size: 'max' }))
    .map(([text, mutations]) => mutations.reduce((given, change) => capped(change(given)), text));
  return fc.oneof(
    { weight: 8, arbitrary: mutated },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 1, arbitrary: nasty },
  );
}

const MARK = '@@';

/** JSON whose members are of another kind, gone, doubled or renamed; and broken as text. */
export function jsonLike(...good: readonly unknown[]): fc.Arbitrary<string> {
  const change = fc.tuple(fc.nat(200), fc.constantFrom('replace', 'remove', 'wrap', 'rename'), fc.nat());
  const mutated = fc
    .tuple(fc.constantFrom(...good), fc.array(change, { minLength: 1, maxLength: 3, size: 'max' }))
    .map(([value, changes]) => {
      const root = { root: structuredClone(value) as unknown };
      for (const [which, how, what] of changes) changeAt(root, which, how, what);
      return (JSON.stringify(root.root) ?? 'null').replace(
        /"@@([0-9]+)"/g,
        (_, n) => HOSTILE_JSON[Number(n)] ?? 'null',
      );
    });
  return fc.oneof(
    { weight: 7, arbitrary: mutated },
    { weight: 2, arbitrary: textsLike(...good.map((value) => JSON.stringify(value))) },
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_JSON) },
  );
}

type Node = Record<string, unknown> | unknown[];

function changeAt(root: Node, which: number, how: string, what: number): void {
  const places: [Node, string][] = [];
  const walk = (node: Node) => {
    for (const [key, value] of Object.entries(node)) {
      places.push([node, key]);
      if (typeof value === 'object' && value !== null) walk(value as Node);
    }
  };
  walk(root);
  const chosen = places[which % Math.max(1, places.length)];
  if (chosen === undefined) return;
  const [node, key] = chosen;
  const members = node as Record<string, unknown>;
  const value = members[key];
  if (how === 'replace') members[key] = `${MARK}${what % HOSTILE_JSON.length}`;
  else if (how === 'wrap') members[key] = what % 2 === 0 ? [value, value] : { [key]: value };
  else if (Array.isArray(node)) node.splice(Number(key), 1);
  else {
    delete members[key];
    if (how === 'rename') members[NASTY[what % 40] as string] = value;
  }
}

/** Something that is done to bytes: where, how far, and with which. */
interface ByteChange {
  readonly how: 'flip' | 'write' | 'cut' | 'double' | 'zero' | 'fill' | 'end';
  readonly one: number;
  readonly other: number;
  readonly bytes: Uint8Array;
}

/** Up to four things that are done to bytes. */
export const byteChanges: fc.Arbitrary<readonly ByteChange[]> = fc.array(
  fc.record({
    how: fc.constantFrom('flip', 'flip', 'write', 'write', 'cut', 'double', 'zero', 'fill', 'end'),
    one: place,
    other: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  { minLength: 1, maxLength: 4 },
);

export function changedBytes(good: Uint8Array, changes: readonly ByteChange[]): Buffer {
  let bytes = Buffer.from(good);
  for (const { how, one, other, bytes: written } of changes) {
    const [from, to] = span(one, other, bytes);
    const here = at(one, bytes);
    if (how === 'flip' && here < bytes.length) bytes[here] = (bytes[here] as number) ^ (1 << (other % 8));
    if (how === 'write') bytes.set(written.subarray(0, bytes.length - here), here);
    if (how === 'cut') bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    if (how === 'double') bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]).subarray(0, 4 * MOST);
    if (how === 'zero' || how === 'fill') bytes.fill(how === 'zero' ? 0 : 0xff, from, Math.min(to, from + 4096));
    if (how === 'end') bytes = bytes.subarray(0, here);
  }
  return bytes;
}

/** Good bytes with bits flipped, pieces gone, doubled or overwritten; and plain garbage. */
export function bytesLike(...good: readonly Uint8Array[]): fc.Arbitrary<Buffer> {
  const mutated = fc
    .tuple(fc.constantFrom(...good), byteChanges)
    .map(([bytes, changes]) => changedBytes(bytes, changes));
  return fc.oneof(
    { weight: 9, arbitrary: mutated },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );
}
