import { parseDeviceType } from '../../domain/device/device.ts';
import type { EnrollmentRequest } from '../../domain/enrollment/enrollment.ts';
import { invalid } from '../../domain/errors.ts';
import { nearest } from '../../domain/query/nearest.ts';
import { csvLine } from '../../domain/text/csv-cell.ts';
import { fold } from '../../domain/user.ts';
import { type Columns, columnKey, type HeadingSource, shownHeading } from './row.ts';
import { cellOf, readRows } from './rows.ts';

const COLUMNS = ['type', 'user', 'email', 'phone'] as const;
const REQUIRED: readonly Column[] = ['type', 'user'];
type Column = (typeof COLUMNS)[number];

/** What a list of devices has besides: a new device has its own of these. */
const LISTED = ['id', 'name', 'status', 'created', 'lastused', 'fails', 'externalid'];

/** Columns that somebody might try. */
const SECRET_COLUMNS = ['pin', 'secret', 'seed', 'key', 'code', 'password', 'otpauthuri', 'uri', 'image'];

/** A row of a file of enrolments: what it asks for, or what is wrong with it. */
export interface EnrolmentRow {
  readonly line: number;
  readonly values: Readonly<Partial<Record<Column, string>>>;
  readonly request?: EnrollmentRequest;
  /** What tells it from every other row, and is the same whenever the file is read. */
  readonly key: string;
}

export interface Enrolments {
  readonly rows: readonly EnrolmentRow[];
  /** Columns of a list of devices that are there and not read. */
  readonly passedOver: readonly string[];
}

/** Reads enrolments. Errors: `invalid-value` for a file with broken rows, or with other columns. */
export async function readEnrolments(text: string, what: string): Promise<Enrolments> {
  const seen = new Map<string, number>();
  const passedOver = new Set<string>();
  const { rows } = await readRows(text, what, enrolmentColumns(passedOver), (row): EnrolmentRow => {
    const values: EnrolmentRow['values'] = Object.fromEntries(
      COLUMNS.map((column) => [column, cellOf(row, column)] as const).filter(([, value]) => value !== undefined),
    );
    const described = keyOf(values);
    const times = (seen.get(described) ?? 0) + 1;
    seen.set(described, times);
    const type = parseDeviceType(values.type ?? '');
    const { user = '', email, phone } = values;
    return {
      line: row.line,
      values,
      key: times === 1 ? described : `${described}, number ${times}`,
      ...(type !== undefined && { request: { type, user, ...(email && { email }), ...(phone && { phone }) } }),
    };
  });
  return { rows, passedOver: [...passedOver] };
}

function enrolmentColumns(passedOver: Set<string>): Columns {
  return {
    nameOf(heading, place) {
      const key = columnKey(heading);
      const column = COLUMNS.find((known) => known === key);
      if (column !== undefined) return column;
      if (!LISTED.includes(key)) throw unknownColumn(heading, key, place);
      passedOver.add(heading);
      return undefined;
    },
    check(names, { where, note }) {
      const missing = REQUIRED.find((name) => !names.includes(name));
      if (missing === undefined) return;
      throw invalid(`${where} has no column "${missing}" (${note})`, `the columns are ${COLUMNS.join(', ')}`);
    },
  };
}

function unknownColumn(heading: string, key: string, { where, note }: HeadingSource) {
  const meant = nearest(key, COLUMNS);
  const hints = [
    ...(SECRET_COLUMNS.includes(key) ? ['a secret does not belong in such a file'] : []),
    ...(meant === undefined ? [] : [`did you mean  ${meant}`]),
    `the columns are ${COLUMNS.join(', ')}`,
  ];
  const read = note === undefined ? '' : ` (${note})`;
  return invalid(`${where} has a column ${shownHeading(heading)}${read}`, hints.join('; '));
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
