/** What is wrong with a text that should be JSON, in words that follow its name: `is not JSON`. */
export class JsonProblem extends Error {}

/** That an object has a name twice. */
export class NameTwice extends JsonProblem {}

/** Values inside values; what people write has five. */
const MAX_DEPTH = 64;

/**
 * Reads JSON (RFC 8259) as everybody would: a name that an object has twice, half a surrogate pair and more than 64
 * levels are refused, since of those each reader makes something else. Linear. Throws a `JsonProblem`.
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new JsonProblem('is not JSON');
  }
  checkParts(text);
  return value;
}

/** Refuses the same in JSON that is sound, by what is written and not by what came of it. Throws a `JsonProblem`. */
export function checkParts(text: string): void {
  // Of each open object the names so far; of an array nothing.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined);
      if (open.length > MAX_DEPTH) throw new JsonProblem(`is nested deeper than ${MAX_DEPTH} levels`);
    } else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOf(text, at);
      const string = textOf(text.slice(at, end + 1));
      if (!string.isWellFormed()) throw new JsonProblem('has half a surrogate pair, which is no character');
      at = end;
      if (text[nextOf(text, end + 1)] === ':') {
        const names = open.at(-1);
        if (names?.has(string)) throw new NameTwice(`has "${string}" twice`);
        names?.add(string);
      }
    }
  }
}

/** Where the string that begins at a place ends. */
function endOf(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text[from - 1] === '\\') from -= 1;
  return (at - from) % 2 === 1;
}

function nextOf(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r') at += 1;
  return at;
}

function textOf(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}
