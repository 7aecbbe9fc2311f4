import { DS100_STATUSES, type Ds100Serial, type Ds100Status, ds100Serial } from '../../domain/ds100.ts';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { counted } from '../../domain/text/counted.ts';
import { hasControlCharacters } from '../../domain/text/printable.ts';
import type { Columns, Row } from './row.ts';
import { readRows, someColumns } from './rows.ts';

/** One DS100 that a file names. */
export interface SerialRow {
  /** Counted from 1; in a JSON array the place in it. */
  readonly line: number;
  readonly serial: Ds100Serial;
  /** Who must hold it. */
  readonly userId?: string;
}

/** One DS100 that a file registers. */
export interface RegistrationRow {
  readonly line: number;
  readonly deviceSerialNumber: string;
  readonly tokenSerialNumber: string;
  readonly userId: string;
  readonly name?: string;
  readonly email?: string;
  readonly tokenStatus?: Ds100Status;
}

const SERIALS = {
  deviceserialnumber: 'device',
  serial: 'serial',
  serialnumber: 'serial',
  id: 'id',
  tokenserialnumber: 'token',
};
const HOLDER = { userid: 'userId' };
const OTHERS = { name: 'name', email: 'email', user: 'user', tokenstatus: 'status' };

/**
 * Rows of serial numbers from CSV with a heading, JSON, JSONL, or one number a line. Errors: `invalid-value` that names the lines.
 */
export function readSerialRows(text: string, what = 'the file'): Promise<readonly SerialRow[]> {
  const columns: Columns = {
    ...someColumns({ ...SERIALS, ...HOLDER }),
    bare: 'serial',
    isBare: (cell) => /^[0-9]+$/.test(cell),
    check(names, { where, note }) {
      if (!names.some((name) => name !== 'userId')) throw missing(where, 'serial number', note);
    },
  };
  return eachRow(text, what, columns, (field, line) => {
    const serial = field('device') ?? field('serial') ?? field('id') ?? field('token');
    if (serial === undefined) throw invalid(`no serial number: ${NAME_IT}`);
    const userId = field('userId');
    return { line, serial: ds100Serial(serial), ...(userId !== undefined && { userId }) };
  });
}

/** Rows of devices to register, from CSV with a heading, JSON or JSONL. Errors: as above. */
export function readRegistrationRows(text: string, what = 'the file'): Promise<readonly RegistrationRow[]> {
  const columns: Columns = {
    ...someColumns({ ...SERIALS, ...HOLDER, ...OTHERS }),
    check(names, { where, note }) {
      if (!names.includes('userId')) throw missing(where, 'userId', note);
      if (!names.includes('token')) throw missing(where, 'tokenSerialNumber', note);
      if (!names.includes('device') && !names.includes('serial')) throw missing(where, 'deviceSerialNumber', note);
    },
  };
  return eachRow(text, what, columns, (field, line) => {
    const [name, userId, email] = [field('name'), field('userId'), field('email') ?? field('user')];
    const odd = [name, userId, email].find((each) => each !== undefined && hasControlCharacters(each));
    if (odd !== undefined) throw invalid('a name, a user or an address contains control characters');
    if (userId === undefined) throw invalid('no userId');
    const status = field('status');
    const tokenStatus = DS100_STATUSES.find((known) => known.toLowerCase() === status?.toLowerCase());
    if (status !== undefined && tokenStatus === undefined) throw invalid(`"${status}" is not Enabled or Disabled`);
    return {
      line,
      deviceSerialNumber: serialOf(field('device') ?? field('serial'), 'device'),
      tokenSerialNumber: serialOf(field('token'), 'token'),
      userId,
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email }),
      ...(tokenStatus !== undefined && { tokenStatus }),
    };
  });
}

const NAME_IT = 'name its column deviceSerialNumber, or serial';

function missing(where: string, what: string, note: string | undefined): OtpctlError {
  return invalid(`${where} has no ${what} (${note})`, `the first line names the columns; ${NAME_IT}`);
}

function serialOf(text: string | undefined, kind: Ds100Serial['kind']): string {
  if (text === undefined) throw invalid(`no ${kind}SerialNumber`);
  const serial = ds100Serial(text);
  if (serial.kind !== kind) throw invalid(`"${text}" is the serial number of a ${serial.kind}`);
  return serial.digits;
}

/** Lines that an error names. */
const NAMED = 5;

/** Reads every row, before anything is refused: who mends the file sees several lines at once. */
async function eachRow<T>(
  text: string,
  what: string,
  columns: Columns,
  read: (field: (name: string) => string | undefined, line: number) => T,
): Promise<readonly T[]> {
  const wrong: string[] = [];
  const { rows } = await readRows(text, what, columns, (row) => {
    try {
      if (row.problem === undefined) return read((name) => fieldOf(row, name), row.line);
      wrong.push(`line ${row.line} ${row.problem}`);
    } catch (error) {
      if (!(error instanceof OtpctlError)) throw error;
      wrong.push(`line ${row.line}: ${error.message}`);
    }
    return undefined;
  });
  if (wrong.length === 0) return rows;
  const more = wrong.length > NAMED ? `\nand ${counted(wrong.length - NAMED, 'more line')}` : '';
  throw invalid(`${what} cannot be read, and nothing was changed\n${wrong.slice(0, NAMED).join('\n')}${more}`);
}

/** What has parts of its own is no field of ours. */
function fieldOf({ cells }: Row, name: string): string | undefined {
  const cell = cells.get(name);
  return typeof cell === 'string' ? cell.trim() || undefined : undefined;
}
