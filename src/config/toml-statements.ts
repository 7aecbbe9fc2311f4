/** One table header or one `key = value` of a TOML text, and the lines that it is on, counted from 1. */
export interface Statement {
  readonly kind: 'table' | 'value';
  /** From the root, also of a key under a header. */
  readonly path: readonly string[];
  readonly from: number;
  readonly to: number;
}

const BLANK = /(?:[ \t\r\n\ufeff]|#[^\n]*(?:\n|$))*/y;
const KEY = /[ \t]*(?:([A-Za-z0-9_-]+)|("(?:[^"\\]|\\.)*")|'([^']*)')[ \t]*/y;
const STRING = /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\]|\\.)*"|'[^']*'|#[^\n]*/y;

/** Where each statement of a text stands, which a parser has found to be TOML. */
export function statementsOf(text: string): readonly Statement[] {
  const found: Statement[] = [];
  let table: readonly string[] = [];
  let at = skip(BLANK, text, 0);
  let line = 1;
  let counted = 0;
  const lineAt = (offset: number) => {
    for (; counted < offset; counted++) if (text[counted] === '\n') line++;
    return line;
  };
  while (at < text.length) {
    const from = lineAt(at);
    const brackets = skip(/\[{1,2}/y, text, at) - at;
    const { path, end } = readKey(text, at + brackets);
    at = brackets > 0 ? end + brackets : skipValue(text, end + 1);
    if (brackets > 0) table = path;
    found.push({
      kind: brackets > 0 ? 'table' : 'value',
      path: brackets > 0 ? path : [...table, ...path],
      from,
      to: lineAt(at),
    });
    at = Math.max(skip(BLANK, text, at), at);
  }
  return found;
}

/** The line of the innermost statement that says something of a path; the first line where none does. */
export function lineOf(text: string, path: readonly string[]): number {
  let best: Statement | undefined;
  for (const statement of statementsOf(text)) {
    const about = statement.path.every((key, at) => path[at] === key);
    if (about && statement.path.length > (best?.path.length ?? 0)) best = statement;
  }
  return best?.from ?? 1;
}

function readKey(text: string, start: number): { path: string[]; end: number } {
  const path: string[] = [];
  let at = start;
  for (;;) {
    KEY.lastIndex = at;
    const match = KEY.exec(text);
    if (match === null) throw new Error(`no key at offset ${at}`);
    const [whole, bare, quoted, literal] = match;
    path.push(bare ?? literal ?? unquoted(quoted ?? ''));
    at += whole.length;
    if (text[at] !== '.') return { path, end: at };
    at++;
  }
}

/** A basic string of TOML, as far as JSON reads it. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** The end of a value: the line end outside of strings, brackets and comments. */
function skipValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const after = skip(STRING, text, at);
    if (after > at) {
      at = after;
      continue;
    }
    const character = text[at];
    if (character === '\n' && depth === 0) return at;
    if (character === '[' || character === '{') depth++;
    if (character === ']' || character === '}') depth--;
    at++;
  }
  return at;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
