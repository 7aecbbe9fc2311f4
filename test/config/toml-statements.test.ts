import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { expect, it } from 'vitest';
import { lineOf, statementsOf } from '../../src/config/toml-statements.ts';

const key = fc.oneof(
  fc.constantFrom('a', 'url', 'profiles', 'a-b_c', 'a.b', '', ' ', '"', "'", '#', '[x]', 'é', 'a\tb', 'a\nb', '\\'),
  fc.string({ maxLength: 6 }),
);
const leaf = fc.oneof(
  fc.constantFrom('', '"', "'''", '"""', '#', '[', ']', '{', '\n[x]\ny = 1\n', '\\"', 'a = 1'),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
);
const table = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf, { maxKeys: 3 })), { maxKeys: 5 });

it('finds every key of what the library writes, where it stands', () => {
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(leaf, table), { maxKeys: 5 }), (object) => {
      const text = stringify(object);
      const lines = text.split('\n');
      for (const { kind, path, from, to } of statementsOf(text)) {
        const found = path.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], parse(text));
        expect(found).toBeDefined();
        if (kind !== 'value') continue;
        // The lines of a statement are TOML on their own, and say the same.
        const alone = parse(lines.slice(from - 1, to).join('\n'));
        expect(Object.values(alone)).toEqual([found]);
      }
    }),
  );
});

it.each([
  ['a = """\n[b]\n""" # x\nb = 1', ['b'], 4],
  ["a = '''\n''''\nb = 1", ['b'], 3],
  ['a = """x"""""\nb = 1', ['b'], 2],
  ['a = [ # ]\n"]",\n]\nb = 1', ['b'], 4],
  ['a = { x = "}",\ny = 2 }\nb = 1', ['b'], 3],
  ['[t] # [u]\n\n# c = 1\nc = 2', ['t', 'c'], 4],
  ['[[t]]\nc = 1\r\n[[t]]\r\nd = 1\r\n', ['t', 'd'], 4],
  ['a . "b.c" . \'d\' = 1', ['a', 'b.c', 'd'], 1],
  ['\n[ t . u ]\nv.w = 1', ['t', 'u', 'v', 'w', 'x'], 3],
  ['a = 1', ['z'], 1],
])('finds the line in  %j', (text, path, line) => {
  expect(lineOf(text, path)).toBe(line);
});
