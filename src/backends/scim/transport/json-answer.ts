/** An integer beyond 2^53 has at least this many digits. */
const BIG = 16;
const INTEGER = /^-?[0-9]+$/;

/**
 * Reads the JSON at the beginning of a body; undefined where there is none, or where it is cut off. Integers too large
 * for a number come as texts. Whatever follows the first value is ignored.
 */
export function readJson(text: string): unknown {
  const start = text.search(/[^\s\ufeff]/);
  if (start === -1) return undefined;
  const from = start === 0 ? text : text.slice(start);
  if (from[0] !== '{' && from[0] !== '[') return undefined;
  return parse(from) ?? parse(firstValue(from));
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return hasBigInteger(text) ? JSON.parse(text, exactInteger as Reviver) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether there are so many digits in a row. Such a row has a digit at a multiple of that number: only these are looked at. */
function hasBigInteger(text: string): boolean {
  for (let at = BIG; at < text.length; at += BIG) {
    if (isDigit(text, at) && digitsAround(text, at) >= BIG) return true;
  }
  return false;
}

function digitsAround(text: string, at: number): number {
  let [from, to] = [at, at + 1];
  while (isDigit(text, from - 1)) from -= 1;
  while (isDigit(text, to)) to += 1;
  return to - from;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

type Reviver = (key: string, value: unknown) => unknown;

function exactInteger(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return context.source !== undefined && INTEGER.test(context.source) ? context.source : value;
}

/** The text of the object or list that a text begins with; undefined when it does not end. */
function firstValue(text: string): string | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      if (at === -1) return undefined;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      depth--;
      if (depth === 0) return text.slice(0, at + 1);
    }
  }
  return undefined;
}

/** Where the string that begins at a place ends. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}
