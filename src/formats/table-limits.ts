import { grouped } from '../domain/counted.ts';
import { invalid } from '../domain/errors.ts';

/** What a file of rows may have; docs/security.md says so. */
const MOST = { ids: 5_000_000, rows: 2_000_000, columns: 1000, cells: 10_000_000, line: 65_536 };

/** A row of CSV may go over lines; as a whole it has no more text than a line. */
export const CSV_LIMITS = { max_record_size: MOST.line };

const [QUOTE, LF, CR, SEPARATORS] = [0x22, 0x0a, 0x0d, [0x2c, 0x3b, 0x09]];

/** Refuses, before it is parsed, CSV with longer lines or more cells than anybody has: the parser takes its time. */
export function refuseWideCsv(text: string, what: string): void {
  let [line, start, cells, all, quoted] = [1, 0, 0, 0, false];
  for (let at = 0; at <= text.length; at++) {
    const character = at === text.length ? LF : text.charCodeAt(at);
    if (character === QUOTE) quoted = !quoted;
    else if (!quoted && SEPARATORS.includes(character)) cells += 1;
    else if (character === LF || (character === CR && text.charCodeAt(at + 1) !== LF)) {
      const where = `line ${grouped(line)} of ${what}`;
      if (at - start > MOST.line) throw tooLong(where);
      if (cells >= MOST.columns) throw invalid(`${where} has more than ${grouped(MOST.columns)} cells`);
      all += cells + 1;
      if (all > MOST.cells) throw invalid(`${what} has more than ${grouped(MOST.cells)} cells`, SEVERAL);
      [line, start, cells] = [line + 1, at + 1, 0];
    }
  }
}

const SEVERAL = 'cut it into several';

/** Refuses, before it is read, a text with more rows than anybody has: on lines of their own, or as JSON objects. */
export function refuseManyRows(text: string, what: string, kind: 'ids' | 'rows'): void {
  const most = MOST[kind];
  for (const mark of ['\n', '\r', '{']) {
    let count = 0;
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
      count += 1;
      if (count > most) throw invalid(`${what} has more than ${grouped(most)} ${kind}`, SEVERAL);
    }
  }
}

/** Refuses a line that is no row of anybody's. */
export function refuseLongLine(line: string, what: string): void {
  if (line.length > MOST.line) throw tooLong(what);
}

function tooLong(what: string) {
  return invalid(`${what} has more than ${grouped(MOST.line)} characters`);
}

/** Refuses a heading that no table has, or that names a column twice. */
export function refuseColumns(names: readonly string[], what: string): void {
  if (names.length > MOST.columns) {
    throw invalid(`${what} has ${grouped(names.length)} columns, and may have ${grouped(MOST.columns)}`);
  }
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw invalid(`the column "${name}" is there twice in ${what}`, 'leave out one of them');
    seen.add(name);
  }
}
