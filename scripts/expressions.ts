// Holds every regular expression of src/ to linear time, with recheck: `npm run check` fails with the file and the line of
// one that is not, or of which that cannot be shown. Expressions that are made at run time are none that can be checked,
// and are refused. What was found to be linear is remembered in node_modules/.cache.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { check } from 'recheck';

export interface Expression {
  /** File and line. */
  readonly place: string;
  /** As a literal would have it; undefined where it is made at run time. */
  readonly literal?: { readonly source: string; readonly flags: string };
}

const ROOT = join(import.meta.dirname, '..');
const CACHE = join(ROOT, 'node_modules/.cache/linear-expressions.json');
/** Milliseconds for one expression. Most take some. */
const TIMEOUT = 120_000;
/** Methods of a text that make an expression of a text that they are given. */
const MAKERS = ['match', 'matchAll', 'search'];

if (import.meta.main) {
  const folder = process.argv[2] ?? join(ROOT, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const found = files.flatMap((name) => {
    const path = join(folder, name);
    return expressionsIn(relative(process.cwd(), path), readFileSync(path, 'utf8'));
  });
  if (found.length === 0) throw new Error(`no expression was found in ${folder}`);
  const wrong = await problemsOf(found, CACHE);
  for (const each of wrong) console.error(each);
  if (wrong.length > 0) process.exitCode = 1;
  else console.log(`${found.length} expressions take linear time`);
}

/** Every expression of a text of TypeScript, in the order of the text. */
export function expressionsIn(file: string, text: string): readonly Expression[] {
  const { program, errors } = parseSync('file.ts', text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const found = new Map<number, Expression['literal']>();
  const inTypes = new Set<number>();
  const made = ({ start, arguments: given }: Call) => {
    const [source, flags] = given.map(constantText);
    const known = source !== undefined && given.length <= 2 && (given.length === 1 || flags !== undefined);
    found.set(start, known ? { source, flags: flags ?? '' } : undefined);
  };
  new Visitor({
    Literal(node) {
      if ('regex' in node) found.set(node.start, { source: node.regex.pattern, flags: node.regex.flags });
    },
    TSTypeReference({ typeName }) {
      inTypes.add(typeName.start);
    },
    BinaryExpression({ operator, right }) {
      if (operator === 'instanceof') inTypes.add(right.start);
    },
    NewExpression(node) {
      if (isNamed(node.callee, 'RegExp')) {
        inTypes.add(node.callee.start);
        made(node);
      }
    },
    CallExpression(node) {
      if (isNamed(node.callee, 'RegExp')) {
        inTypes.add(node.callee.start);
        made(node);
      } else if (node.callee.type === 'MemberExpression' && isNamed(node.callee.property, ...MAKERS)) {
        const [first] = node.arguments;
        if (first !== undefined && ['TemplateLiteral', 'BinaryExpression'].includes(first.type)) made(node);
        if (first?.type === 'Literal' && typeof first.value === 'string') made(node);
      }
    },
    // Under whatever name it is called then.
    Identifier({ name, start }) {
      if (name === 'RegExp' && !inTypes.has(start)) found.set(start, undefined);
    },
  }).visit(program);
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([start, literal]) => ({
      place: `${file}:${text.slice(0, start).split('\n').length}`,
      ...(literal !== undefined && { literal }),
    }));
}

/** What is wrong with expressions, a line each. Those that are known to be linear are read from `cache`, and kept there. */
export async function problemsOf(expressions: readonly Expression[], cache?: string): Promise<readonly string[]> {
  const known = readKnown(cache);
  const checked = new Map<string, Promise<string | undefined>>();
  const problem = ({ literal }: Expression) => {
    if (literal === undefined) return 'is made at run time: write it as a literal, or a scanner';
    const key = keyOf(literal);
    if (known.has(key)) return undefined;
    const pending = checked.get(key) ?? judged(literal);
    checked.set(key, pending);
    return pending;
  };
  const problems = await Promise.all(
    expressions.map(async (each) => {
      const found = await problem(each);
      return found === undefined ? [] : [`${each.place} ${found}`];
    }),
  );
  for (const [key, result] of checked) if ((await result) === undefined) known.add(key);
  if (cache !== undefined) writeKnown(cache, known);
  return problems.flat();
}

interface Call {
  readonly start: number;
  readonly arguments: readonly { readonly type: string; readonly value?: unknown }[];
}

async function judged(literal: { readonly source: string; readonly flags: string }): Promise<string | undefined> {
  const result = await check(literal.source, literal.flags, { timeout: TIMEOUT });
  if (result.status === 'safe') return undefined;
  const shown = `/${literal.source}/${literal.flags}`;
  return result.status === 'vulnerable'
    ? `takes more than linear time (${result.complexity.summary}): ${shown}\n  with ${result.attack.pattern.slice(0, 100)}`
    : `is not known to take linear time (${result.error.kind}): ${shown}`;
}

function constantText({ type, value }: Call['arguments'][number]): string | undefined {
  return type === 'Literal' && typeof value === 'string' ? value : undefined;
}

function isNamed(node: { readonly type: string; readonly name?: unknown }, ...names: readonly string[]): boolean {
  return node.type === 'Identifier' && names.includes(String(node.name));
}

function keyOf({ source, flags }: { readonly source: string; readonly flags: string }): string {
  return `/${source}/${flags}`;
}

/** What was found with this version of recheck. */
function readKnown(cache: string | undefined): Set<string> {
  if (cache === undefined) return new Set();
  try {
    const { version, linear } = JSON.parse(readFileSync(cache, 'utf8')) as { version: string; linear: string[] };
    return new Set(version === recheckVersion() ? linear : []);
  } catch {
    return new Set();
  }
}

function writeKnown(cache: string, known: ReadonlySet<string>): void {
  mkdirSync(dirname(cache), { recursive: true });
  writeFileSync(cache, JSON.stringify({ version: recheckVersion(), linear: [...known] }));
}

function recheckVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> })
    .devDependencies['recheck'] as string;
}
