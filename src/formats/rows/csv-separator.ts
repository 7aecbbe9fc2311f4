import { invalid } from '../../domain/errors.ts';

/** How CSV is written: what parts its cells, and where its heading begins. */
export interface CsvLayout {
  /** Undefined where the heading has one column. */
  readonly separator?: string;
  /** Where the heading begins, behind the line that names the separator. */
  readonly from: number;
}

const SEPARATORS = [',', ';', '\t'] as const;

/**
 * The separator is what the first line says (`sep=;`, as Excel reads and writes it), else the one that the heading has
 * outside of quotes; no other row is looked at. Errors: `invalid-value` for a heading that has two of them.
 */
export function layoutOf(text: string, what: string): CsvLayout {
  const start = text.length - text.trimStart().length;
  const end = endOfRow(text, start);
  const given = separatorLine(text.slice(start, end), what);
  if (given !== undefined) return { separator: given, from: end };
  const heading = outsideOfQuotes(text.slice(start, end));
  const [separator, other] = SEPARATORS.filter((each) => heading.includes(each));
  if (other !== undefined) {
    throw invalid(
      `the heading of ${what} has ${separatorName(separator)} and ${separatorName(other)}, and either may be the separator`,
      'begin the file with a line  sep=;  or put the names of columns in quotes',
    );
  }
  return { from: 0, ...(separator !== undefined && { separator }) };
}

/** What the cells are parted by, for an error. */
export function separatorNote({ separator }: CsvLayout): string {
  return separator === undefined ? 'there is no separator' : `the separator is ${separatorName(separator)}`;
}

function separatorName(separator: string | undefined): string {
  return separator === '\t' ? 'a tab' : `"${separator}"`;
}

/** The separators that a row may be parted by. With one column every one of them is too much. */
export function separatorsOf({ separator }: CsvLayout): readonly string[] {
  return separator === undefined ? SEPARATORS : [separator];
}

/** The separator that a first line names; undefined for a line that is something else. */
function separatorLine(line: string, what: string): string | undefined {
  const text = line.startsWith('"') && line.endsWith('"') ? line.slice(1, -1) : line;
  if (!/^sep=/i.test(text)) return undefined;
  const separator = text.slice('sep='.length);
  if (/^[\t!#$%&()*+,\-./:;<=>?@[\\\]^`{|}~]$/.test(separator)) return separator;
  throw invalid(`the first line of ${what} names no separator`, 'write  sep=;  with one character that is no letter');
}

/** Where a row ends: at a line end that is in no quotes. */
function endOfRow(text: string, start: number): number {
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) return at;
  }
  return text.length;
}

function outsideOfQuotes(heading: string): string {
  return heading
    .split('"')
    .filter((_, at) => at % 2 === 0)
    .join('');
}
