import { neutraliseCell } from '../domain/csv-cell.ts';
import { parseDeviceType } from '../domain/device.ts';
import type { EnrollmentRequest } from '../domain/enrollment.ts';
import { invalid } from '../domain/errors.ts';
import { fold } from '../domain/user.ts';
import { readRows } from './device-rows.ts';

const COLUMNS = ['type', 'user', 'email', 'phone'] as const;
/** Columns that somebody might try. */
const SECRET_COLUMNS = ['pin', 'secret', 'seed', 'key'];
type Column = (typeof COLUMNS)[number];

/** A row of a file of enrolments: what it asks for, or what is wrong with it. */
export interface EnrolmentRow {
  readonly line: number;
  readonly values: Readonly<Partial<Record<Column, string>>>;
  readonly request?: EnrollmentRequest;
  /** What tells it from every other row, and is the same whenever the file is read. */
  readonly key: string;
}

/** Reads enrolments from CSV or JSON lines. Errors: `invalid-value` for a file that is neither, or has other columns. */
export function readEnrolments(text: string, what: string): readonly EnrolmentRow[] {
  const seen = new Map<string, number>();
  const check = (columns: readonly string[]) => refuseOthers(columns, what);
  return readRows(text, what, check).map(({ line, values: given }) => {
    refuseOthers(Object.keys(given), `line ${line} of ${what}`);
    const values = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== ''),
    ) as EnrolmentRow['values'];
    const described = keyOf(values);
    const times = (seen.get(described) ?? 0) + 1;
    seen.set(described, times);
    const type = parseDeviceType(values.type ?? '');
    const { user = '', email, phone } = values;
    return {
      line,
      values,
      key: times === 1 ? described : `${described}, number ${times}`,
      ...(type !== undefined && { request: { type, user, ...(email && { email }), ...(phone && { phone }) } }),
    };
  });
}

function refuseOthers(columns: readonly string[], where: string): void {
  const other = columns.find((key) => !COLUMNS.some((known) => known === key));
  if (other === undefined) return;
  const secret = SECRET_COLUMNS.includes(other.toLowerCase()) ? 'a secret does not belong in such a file; ' : '';
  throw invalid(`${where} has a column "${other}"`, `${secret}the columns are ${COLUMNS.join(', ')}`);
}

function keyOf({ type = '', user = '', email, phone }: EnrolmentRow['values']): string {
  const contact = [email, phone].filter((each) => each !== undefined).map((each) => ` at ${fold(each)}`);
  return `create ${type.toUpperCase()} of ${fold(user)}${contact.join('')}`;
}

/** Rows as a file that can be read again: JSON lines if that is what they came from. */
export function writeEnrolments(rows: readonly EnrolmentRow[], asJson: boolean): string {
  if (asJson) return rows.map(({ values }) => `${JSON.stringify(values)}\n`).join('');
  const lines = rows.map(({ values }) => csvLine(COLUMNS.map((column) => values[column] ?? '')));
  return [csvLine(COLUMNS), ...lines].join('');
}

/** A line of CSV in which no cell is a formula. */
export function csvLine(cells: readonly string[]): string {
  const quoted = cells
    .map(neutraliseCell)
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(',')}\n`;
}
