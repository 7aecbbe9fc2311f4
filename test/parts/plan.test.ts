import { posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Graph, pathInGraph, planParts } from '../../parts/plan.ts';

/** A graph of modules, by what each imports: `>` before a path stands for `import()`. */
function graphOf(modules: Readonly<Record<string, readonly string[]>>): Graph {
  return Object.fromEntries(
    Object.entries(modules).map(([path, imports]) => [
      path,
      {
        bytes: 1,
        imports: imports.map((each) =>
          each.startsWith('>')
            ? { path: each.slice(1), kind: 'dynamic-import' as const }
            : { path: each, kind: 'import-statement' as const },
        ),
      },
    ]),
  );
}

/** A program of two everyday files, two commands and what these share. */
const GRAPH = graphOf({
  'src/main.ts': ['>src/start.ts'],
  'src/start.ts': ['node:fs', '>src/run.ts'],
  'src/run.ts': ['src/errors.ts', '>src/cli/commands/one.ts', '>src/cli/commands/two.ts'],
  'src/errors.ts': [],
  'src/late.ts': ['src/errors.ts'],
  'src/cli/commands/one.ts': ['src/errors.ts', 'src/rows.ts', 'src/alone.ts', 'node_modules/big/index.js'],
  'src/cli/commands/two.ts': [
    'src/rows.ts',
    '>src/later.ts',
    'node_modules/@of/tiny/a.js',
    '>node_modules/big/lib/part.js',
  ],
  'src/rows.ts': ['src/errors.ts'],
  'src/alone.ts': ['src/later.ts'],
  'src/later.ts': ['src/below-later.ts'],
  'src/below-later.ts': [],
  'node_modules/big/index.js': ['node_modules/big/lib/part.js', 'node_modules/below-big/index.js'],
  'node_modules/big/lib/part.js': ['node_modules/below-big/index.js'],
  'node_modules/below-big/index.js': [],
  'node_modules/@of/tiny/a.js': [],
});

describe('the parts of a program', () => {
  const { partOf, given } = planParts(GRAPH, {
    main: ['src/main.ts'],
    everyday: ['src/run.ts'],
    late: ['src/late.ts', 'src/errors.ts'],
  });

  it.each([
    ['src/main.ts', 'main', 'is named as its beginning'],
    ['src/start.ts', 'start', 'begins one, since it is imported later'],
    ['src/run.ts', 'everyday', 'is named as an everyday one'],
    ['src/errors.ts', 'everyday', 'is imported by an everyday one, which comes before the late ones'],
    ['src/late.ts', 'late', 'is named as a late one'],
    ['src/cli/commands/one.ts', 'one', 'begins one, named without the folders of commands'],
    ['src/alone.ts', 'one', 'is needed there alone'],
    ['src/rows.ts', 'shared', 'is needed by two'],
    ['src/later.ts', 'later', 'begins one, though another imports it at once'],
    ['src/below-later.ts', 'later', 'is needed by that alone'],
    ['node_modules/big/index.js', 'big', 'is in a package that two need'],
    ['node_modules/big/lib/part.js', 'big', 'is in the same package'],
    ['node_modules/below-big/index.js', 'big', 'is in a package that the same two need'],
    ['node_modules/@of/tiny/a.js', 'two', 'is in a package that one needs'],
  ])('have %s in %s, which %s', (path, part, _why) => {
    expect(partOf(path)).toBe(part);
  });

  it('give what others ask of them, and nothing else', () => {
    expect(Object.fromEntries(Array.from(given, ([part, paths]) => [part, [...paths].sort()]))).toEqual({
      main: [],
      late: [],
      start: ['src/start.ts'],
      everyday: ['src/errors.ts', 'src/run.ts'],
      one: ['src/cli/commands/one.ts'],
      two: ['src/cli/commands/two.ts'],
      later: ['src/later.ts'],
      shared: ['src/rows.ts'],
      big: ['node_modules/big/index.js', 'node_modules/big/lib/part.js'],
    });
  });

  it('cannot be planned once an everyday module has another name', () => {
    expect(() => planParts(GRAPH, { everyday: ['src/run.ts', 'src/runs.ts'] })).toThrow(
      'the program has no module src/runs.ts',
    );
  });
});

describe('the path of a file in a graph', () => {
  it.each([
    ['/home/ada/otpctl', '/home/ada/otpctl/src/cli/run.ts', posix],
    ['C:\\Users\\ada\\otpctl', 'C:\\Users\\ada\\otpctl\\src\\cli\\run.ts', win32],
    ['C:\\Users\\ada\\otpctl', 'c:\\Users\\ada\\otpctl\\src\\cli\\run.ts', win32],
  ])('has / in it, below %s as well', (root, file, path) => {
    expect(pathInGraph(root, file, path)).toBe('src/cli/run.ts');
  });
});
