import { DS100_STATUSES, type Ds100Serial, ds100Serial } from '../../../domain/ds100.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { hasControlCharacters } from '../../../domain/text/printable.ts';
import { fold } from '../../../domain/user.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import type { Connection, Row } from '../connection/connection.ts';

/** What is wrong with rows of the DS100 registry: values that otpctl never writes. */
export function* checkDs100(connection: Connection): Generator<StoreFinding> {
  for (const row of connection.all('SELECT * FROM ds100 ORDER BY device_serial')) {
    const serial = String(row['device_serial']);
    const mend = `take it away with  ${commandLine(['ds100', 'delete', serial])},  and add it again`;
    const remedy = isSerial(row['device_serial'], 'device') ? mend : 'restore the store from a backup';
    for (const wrong of wrongIn(row)) yield { finding: `DS100 ${serial}: ${wrong}`, remedy };
  }
}

function* wrongIn(row: Row): Generator<string> {
  const { device_serial, token_serial, user_id, email, email_fold, status, status_changed, status_changed_by } = row;
  if (!isSerial(device_serial, 'device')) yield 'its serial number is not one';
  if (!isSerial(token_serial, 'token')) yield 'the serial number of its token is not one';
  if (user_id === '' || hasControlCharacters(String(user_id))) yield 'its holder is not one';
  if (!DS100_STATUSES.some((known) => known === status)) yield `"${status}" is not a status`;
  if (email_fold !== (email === null ? null : fold(String(email))))
    yield 'it is not found by the address of its holder';
  if ((status_changed === null) !== (status_changed_by === null)) {
    yield 'it does not say when or by whom its status was changed';
  }
}

function isSerial(value: unknown, kind: Ds100Serial['kind']): boolean {
  try {
    return ds100Serial(String(value)).kind === kind;
  } catch (error) {
    if (error instanceof OtpctlError) return false;
    throw error;
  }
}
