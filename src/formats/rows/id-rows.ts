import { invalid } from '../../domain/errors.ts';
import type { Columns, HeadingSource } from './row.ts';
import { columnKey, shownHeading } from './row.ts';
import { cellOf, readRows, someColumns } from './rows.ts';

/** What a file says about which devices are meant. */
export interface NamedIds {
  readonly ids: readonly string[];
  /** Rows of an enrolment that made no device. */
  readonly without: number;
}

/** What a line alone may be, besides an id. */
export interface IdOptions {
  /** Whether it may be the name of a device as well. */
  readonly names?: boolean;
}

/** Reads ids: one a line, or the `id` of the rows of a file, as lists and runs have it. Errors: `invalid-value`. */
export async function readIds(text: string, what: string, { names = false }: IdOptions = {}): Promise<NamedIds> {
  let without = 0;
  const { rows } = await readRows(text, what, COLUMNS, (row) => {
    const id = cellOf(row, 'id');
    if (id === undefined) {
      if (row.cells.has('outcome')) {
        without += 1;
        return undefined;
      }
      throw invalid(`${row.where} has no id`, FORMS);
    }
    if (!names && row.isBare && !isId(id)) {
      throw invalid(`${what} has no column "id"`, `line ${row.line}, ${shownHeading(id)}, is no id; ${FORMS}`);
    }
    return id;
  });
  return { ids: rows, without };
}

const FORMS = 'write an id a line, CSV with an id column, or JSON with an id';

/** Whether a line without a heading may be an id: no words, no comment, and none of the names that devices get by themselves. */
function isId(line: string): boolean {
  return !line.startsWith('#') && !/\s/.test(line) && !/^(?:TOTP|HOTP|EMAIL|SMS|PIN)[0-9]{8}$/.test(line);
}

const KEYS = { id: 'id', deviceid: 'id', outcome: 'outcome' };

/** What lists of devices and of rows are headed by: no id is called that. */
const HEADINGS = [
  ...Object.keys(KEYS),
  ...['run', 'name', 'type', 'user', 'username', 'status', 'created', 'lastused', 'fails', 'email', 'phone'],
  ...['externalid', 'from', 'to', 'rule', 'reason', 'device', 'devicename', 'line'],
];

const COLUMNS: Columns = {
  ...someColumns(KEYS),
  bare: 'id',
  kind: 'ids',
  isBare: (cell) => !HEADINGS.includes(columnKey(cell)),
  check(names: readonly string[], { where, note }: HeadingSource) {
    if (!names.includes('id')) throw invalid(`${where} has no column "id"`, `${note}; ${FORMS}`);
  },
};
