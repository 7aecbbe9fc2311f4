import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

/** Which folder may import which, besides itself. */
const ALLOWED: Record<string, readonly string[]> = {
  domain: [],
  ports: ['domain'],
  scim: ['domain'],
  formats: ['domain'],
  files: ['domain'],
  http: ['domain', 'ports'],
  store: ['domain', 'ports', 'files'],
  delivery: ['domain', 'ports', 'files', 'http'],
  ds100: ['domain', 'ports', 'files', 'http'],
  credentials: ['domain', 'ports', 'files'],
  config: ['domain', 'ports', 'files'],
  bulk: ['domain', 'ports'],
  system: ['ports'],
  'backends/local': ['domain', 'ports'],
  'backends/scim': ['domain', 'ports', 'scim', 'files', 'http'],
  server: ['domain', 'ports', 'scim', 'files'],
  output: ['domain'],
  cli: ['domain', 'ports', 'formats', 'output', 'files'],
};

/** What one file may import that its folder may not: a process starts the program. */
const ROOT_FILES: Record<string, RegExp> = {
  'main.ts': /^start\.ts$/,
  'start.ts':
    /^(compose\/compose\.ts|version\.ts|cli\/(run|terminal\/io)\.ts|domain\/text\/printable\.ts|system\/output\.ts)$/,
  'version.ts': /^$/,
};

/** What `compose` may import: it names every adapter, and no command. */
const COMPOSE = /^(?!cli\/commands\/|main|start)/;

/** What else code must not say, and where it may. */
const RULES: readonly { readonly what: string; readonly pattern: RegExp; readonly except: RegExp }[] = [
  // As the argument of `start` it is a parameter like any other.
  { what: 'process', pattern: /(?<![.\w'-])process(?=[.[?)])/, except: /^(main|start)\.ts$/ },
  { what: 'node:process', pattern: /['"](node:)?process['"]/, except: /^$/ },
  { what: 'console', pattern: /\bconsole\s*[.[]/, except: /^$/ },
  {
    what: 'the wall clock',
    pattern: /\bDate\.now\b|\bnew Date\(\)|performance\.now/,
    except: /^system\/clock\.ts$/,
  },
  {
    what: 'randomness',
    pattern:
      /\bMath\.random\b|\brandomBytes\b(?=.*from 'node:crypto')|\brandomUUID\b(?=.*from)|\brandomInt\b|getRandomValues/,
    except: /^system\/random\.ts$/,
  },
  // It would hold its snapshot, and the writes of its connection, for as long as somebody takes to read.
  { what: 'a statement that stays open', pattern: /\.iterate\(/, except: /^$/ },
  {
    what: 'a branch on a device type',
    pattern: /(?:[!=]==?\s*|case\s+)['"](?:TOTP|HOTP|EMAIL|SMS|PIN)['"]/,
    except: /^domain\/device-types\//,
  },
  {
    what: 'a branch on the name of a dialect',
    pattern: /(?:[!=]==?\s*|case\s+)['"](?:rfc|soffid|otpctl)['"]|['"](?:rfc|soffid|otpctl)['"]\s*[!=]==?/,
    except: /^$/,
  },
];

/** Packages that only some files may import. */
const PACKAGES: readonly { readonly pattern: RegExp; readonly only: RegExp }[] = [
  { pattern: /^node:sqlite$/, only: /^store\/sqlite\/(connection\/connection|runs\/run-lock)\.ts$/ },
  { pattern: /^@otplib\/|^@scure\/base$/, only: /^domain\/otp\// },
  { pattern: /^node:(?!crypto$)/, only: /^(?!domain\/|ports\/|scim\/|formats\/)/ },
  { pattern: /^[^.n@]|^n(?!ode:)|^@(?!otplib\/|scure\/)/, only: /^(?!domain\/|ports\/)/ },
];

/** Everything that is wrong with one file. `file` is relative to src. */
function violations(file: string, text: string): string[] {
  const found: string[] = [];
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
  for (const [, target = ''] of code.matchAll(/(?:from\s+|import\(\s*|import\s+)['"]([^'"]+)['"]/g)) {
    if (target.startsWith('.')) found.push(...wrongImport(file, relative(SRC, resolve(SRC, dirname(file), target))));
    else found.push(...wrongPackage(file, target));
  }
  for (const { what, pattern, except } of RULES) {
    if (pattern.test(code) && !except.test(file)) found.push(`${file} uses ${what}`);
  }
  return found;
}

function wrongImport(file: string, target: string): string[] {
  const folder = folderOf(file);
  const outwards = folder === 'compose' ? COMPOSE : ROOT_FILES[file];
  if (outwards !== undefined) return outwards.test(target) ? [] : [`${file} imports ${target}`];
  const allowed = ALLOWED[folder];
  if (allowed === undefined) return [`${file} is in no folder that the table knows`];
  const into = folderOf(target);
  return into === folder || allowed.includes(into) ? [] : [`${file} imports ${target}`];
}

function wrongPackage(file: string, target: string): string[] {
  return PACKAGES.some(({ pattern, only }) => pattern.test(target) && !only.test(file))
    ? [`${file} imports ${target}`]
    : [];
}

/** The files that a file imports at once; what is imported when it is wanted closes no circle. Types count. */
function importsOf(file: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
  return Array.from(code.matchAll(/from\s+['"](\.[^'"]+)['"]/g), ([, target = '']) =>
    relative(SRC, resolve(SRC, dirname(file), target)),
  );
}

/** Groups of files that import each other, by whatever way round. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = new Map<string, ReadonlySet<string>>();
  for (const file of imports.keys()) {
    const seen = new Set<string>();
    const open = [...(imports.get(file) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!seen.has(next)) open.push(...(imports.get(next) ?? []));
      seen.add(next);
    }
    reached.set(file, seen);
  }
  const within = [...reached].filter(([file, seen]) => seen.has(file)).map(([file]) => file);
  const groups = within.map((file) =>
    within.filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file)).sort(),
  );
  return [...new Map(groups.map((group) => [group.join(), group])).values()];
}

function folderOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'backends' ? `${first}/${second}` : first;
}

describe('the rings', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

  it('leave no folder with more files than one looks through', () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 15)).toEqual([]);
  });

  it('hold in every source file', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(files.flatMap((file) => violations(file, readFileSync(join(SRC, file), 'utf8')))).toEqual([]);
  });

  it('have no circle of files in them', () => {
    const imports = files.map((file) => [file, importsOf(file, readFileSync(join(SRC, file), 'utf8'))] as const);
    expect(circles(new Map(imports))).toEqual([]);
  });

  it('would name a circle, also one of types', () => {
    const texts = {
      'domain/a.ts': `import { b } from './b.ts';`,
      'domain/b.ts': `export { c } from './c.ts';`,
      'domain/c.ts': `import type { A } from './a.ts';`,
      'domain/d.ts': `import { a } from './a.ts';\nconst e = await import('./e.ts');`,
      'domain/e.ts': `import { d } from './d.ts';`,
    };
    const imports = Object.entries(texts).map(([file, text]) => [file, importsOf(file, text)] as const);
    expect(circles(new Map(imports))).toEqual([['domain/a.ts', 'domain/b.ts', 'domain/c.ts']]);
  });

  it('leave what loads the built program to itself: it knows nothing of the program', () => {
    const text = readFileSync(join(SRC, '../parts/loader.ts'), 'utf8');
    const imported = Array.from(text.matchAll(/from '([^']+)'/g), ([, target]) => target);
    expect(imported).toEqual(['node:fs', 'node:path', 'node:vm']);
    expect(violations('start.ts', `import { createPartLoader } from '../parts/loader.ts';`)).toHaveLength(1);
  });

  it('know only folders that say something', () => {
    expect(
      files.filter((file) => /(^|\/)(utils?|helpers?|common|lib|services?|managers?|misc)(\/|\.ts)/.test(file)),
    ).toEqual([]);
  });

  it.each([
    ['domain/x.ts', `import { y } from '../ports/clock.ts';`],
    ['domain/x.ts', `import { generate } from '@otplib/core';`],
    ['domain/x.ts', `import { readFileSync } from 'node:fs';`],
    ['ports/x.ts', `import type { Y } from '../store/sealer.ts';`],
    ['store/x.ts', `export * from '../credentials/key-vault.ts';`],
    ['backends/local/x.ts', `import { openStore } from '../../store/sqlite/open-store.ts';`],
    ['cli/x.ts', `const { compose } = await import('../compose/compose.ts');`],
    ['cli/x.ts', `const { open } = await import('../store/sqlite/open-store.ts');`],
    ['output/x.ts', `import type { Backend } from '../ports/backend.ts';`],
    ['compose/compose.ts', `import { command } from '../cli/commands/device/list.ts';`],
    ['cli/x.ts', 'const home = process.env;'],
    ['cli/x.ts', `import { argv } from 'node:process';`],
    ['cli/x.ts', 'console.log(1);'],
    ['backends/local/x.ts', 'const now = Date.now();'],
    ['store/x.ts', 'const now = new Date();'],
    ['cli/x.ts', `if (device.type === 'TOTP') return 1;`],
    ['cli/x.ts', `switch (type) { case 'PIN': }`],
    ['backends/scim/x.ts', `if (dialect === 'soffid') return 1;`],
    ['server/scim/x.ts', `return 'rfc' !== dialect;`],
    ['store/x.ts', `import { randomBytes } from 'node:crypto';`],
    ['store/sqlite/x.ts', `import { DatabaseSync } from 'node:sqlite';`],
    ['store/sqlite/connection/connection.ts', 'for (const row of statement.iterate()) yield row;'],
    ['new-folder/x.ts', `import { y } from '../domain/device.ts';`],
  ])('refuse, in %s:  %s', (file, text) => {
    expect(violations(file, text)).toHaveLength(1);
  });
});
