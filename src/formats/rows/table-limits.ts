import { invalid, type OtpctlError } from '../../domain/errors.ts';
import { grouped } from '../../domain/text/counted.ts';

/** What a file of rows may have; docs/security.md says so. */
const MOST = { ids: 5_000_000, rows: 2_000_000, columns: 1000, cells: 10_000_000, line: 524_288 };

/** A row of CSV may go over lines; as a whole it has no more text than a line, of which a character has 3 bytes. */
export const CSV_LIMITS = { max_record_size: 3 * MOST.line };

const [QUOTE, LF, CR] = [0x22, 0x0a, 0x0d];

/** Refuses, before it is parsed, CSV with longer lines or more cells than anybody has: the parser takes its time. */
export function refuseWideCsv(text: string, what: string, separators: readonly string[]): void {
  const parting = separators.map((each) => each.charCodeAt(0));
  let [line, start, cells, all, quoted] = [1, 0, 0, 0, false];
  for (let at = 0; at <= text.length; at++) {
    const character = at === text.length ? LF : text.charCodeAt(at);
    if (character === QUOTE) quoted = !quoted;
    else if (!quoted && parting.includes(character)) cells += 1;
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

export function tooLong(what: string): OtpctlError {
  return invalid(`${what} has more than ${grouped(MOST.line)} characters`);
}
