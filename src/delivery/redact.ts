/** What may stand between two digits of a code: anything short that is no digit, and the encoded forms of marks. */
const BETWEEN = String.raw`(?:%[0-9a-f]{2}|\\u[0-9a-f]{4}|&#x?[0-9a-f]{1,6};|[^0-9]){0,24}`;
const BLOB = /[A-Za-z0-9+/_-]{6,}={0,2}/g;
const SHOWN = 200;
/** What is shorter would strike letters out of any sentence. */
const SHORTEST_SECRET = 3;

/**
 * Text from the world outside, as it may be shown: one line, its first part, without the code in whatever writing, and
 * without secrets.
 */
export function redact(text: string, code: string, secrets: readonly string[]): string {
  const codePattern = new RegExp([...code].map(digitPattern).join(BETWEEN), 'giu');
  const secretPatterns = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .map((secret) => new RegExp([...comparable(secret)].map(characterPattern).join(''), 'giu'));
  const holds = (decoded: string) =>
    matches(codePattern, decoded) || secretPatterns.some((pattern) => matches(pattern, decoded));
  // The code first: a secret inside it would leave its ends.
  let shown = comparable(text).replace(codePattern, '[code]');
  for (const pattern of secretPatterns) shown = shown.replace(pattern, '[secret]');
  shown = shown
    .replace(BLOB, (blob) => (decodings(blob).some(holds) ? '[secret]' : blob))
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim();
  const characters = Array.from(shown);
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN).join('')}...` : shown;
}

function comparable(text: string): string {
  return text.toWellFormed().normalize('NFKC');
}

function matches(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

/** A digit as it is, or percent-encoded, or escaped as JSON, JavaScript or HTML do. */
function digitPattern(digit: string): string {
  const hex = `3${digit}`;
  return `(?:${digit}|%${hex}|\\\\u00${hex}|\\\\x${hex}|&#x0*${hex};|&#0*${48 + Number(digit)};)`;
}

/** A character of a secret, in the same writings. */
function characterPattern(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const percent = [...Buffer.from(character.toWellFormed())].map((byte) => `%${hexOf(byte, 2)}`).join('');
  const units = Array.from({ length: character.length }, (_, at) => `\\\\u${hexOf(character.charCodeAt(at), 4)}`);
  const entity = `&#x0*${point.toString(16)};|&#0*${point};`;
  const escaped = {
    '"': '|\\\\"|&quot;',
    '/': '|\\\\/',
    '\\': '|\\\\\\\\',
    '&': '|&amp;',
    '<': '|&lt;',
    '>': '|&gt;',
    ' ': '|\\+',
  };
  return `(?:\\u{${point.toString(16)}}|${percent}|${units.join('')}|${entity}${escaped[character as keyof typeof escaped] ?? ''})`;
}

function hexOf(value: number, length: number): string {
  return value.toString(16).padStart(length, '0');
}

/** What a run of letters and digits may hide. */
function decodings(blob: string): readonly string[] {
  return [
    ...[0, 1, 2, 3].map((from) => Buffer.from(blob.slice(from), 'base64').toString('latin1')),
    ...[0, 1].map((from) => Buffer.from(blob.slice(from), 'hex').toString('latin1')),
  ];
}
