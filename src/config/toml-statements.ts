/** One table header or one `key = value` of a TOML text, and the lines that it is on, counted from 1. */
export interface Statement {
  readonly kind: 'table' | 'value';
  /** The full path: for a key below a header, the path of the header comes first. */
  readonly path: readonly string[];
  readonly from: number;
  readonly to: number;
}

const BLANK = /(?:[ \t\r\n\ufeff]|#[^\n]*(?:\n|$))*/y;
const KEY = /[ \t]*(?:([A-Za-z0-9_-]+)|("(?:[^"\\]|\\.)*")|'([^']*)')[ \t]*/y;
const STRING = /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\]|\\.)*"|'[^']*'|#[^\n]*/y;

/** All statements of a text that is valid TOML, with their lines. */
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

/** The line of the statement that is nearest to a path; line 1 if there is none. */
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

/** The value of a basic string of TOML, where JSON can read it too; otherwise the text itself. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** The offset where a value ends: at the first line end that is not in a string, in brackets or in a comment. */
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
