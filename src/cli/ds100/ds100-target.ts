import { type Ds100Record, type Ds100Serial, ds100Name, ds100Serial } from '../../domain/ds100.ts';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { hasControlCharacters, printable } from '../../domain/text/printable.ts';
import type { Ds100Admin, Ds100Need } from '../../ports/ds100-admin.ts';
import type { Context } from '../context.ts';
import { option } from '../parse/option.ts';

export const USER_ID_OPTION = option('--user-id <id>', 'who must hold it: the id of a user', lineOf('user id'));
export const USER_OPTION = option(
  '--user <email>',
  'the DS100 of this user, in place of SERIAL',
  lineOf('e-mail address of the user'),
);

export const SERIAL_ARGUMENT = {
  name: '<serial>',
  description: 'the 9 digits on the back of the device, or the 12 digits of its token',
};

/** What a command line says of the DS100 that is meant. */
export interface Ds100Query {
  readonly serial?: Ds100Serial;
  readonly userId?: string;
  readonly user?: string;
}

/** Which DS100 is meant, and whose it is. Without a record it could not be looked up, and the holder is as given. */
export interface Ds100Target {
  readonly record?: Ds100Record;
  readonly deviceSerialNumber?: string;
  readonly tokenSerialNumber?: string;
  readonly userId: string;
}

/** Reads the SERIAL, or --user in place of it. Errors: `usage`, `invalid-value`. */
export function ds100Query(serial: string | undefined, by: Omit<Ds100Query, 'serial'>): Ds100Query {
  if (serial !== undefined && by.user !== undefined) {
    throw new OtpctlError('usage', 'SERIAL and --user exclude one another', 'give one of them');
  }
  if (serial === undefined && by.user === undefined) {
    throw new OtpctlError('usage', 'no DS100 is named', 'give its serial number, or  --user EMAIL');
  }
  return { ...by, ...(serial !== undefined && { serial: ds100Serial(serial) }) };
}

/** What finding it takes. */
export function needsOf({ serial }: Ds100Query, ...more: readonly Ds100Need[]): readonly Ds100Need[] {
  return ['read', ...more, ...(serial?.kind === 'device' ? [] : (['user'] as const))];
}

/**
 * Finds the DS100 that is meant and checks its holder. Where the lookup is not allowed and serial and holder are given,
 * they are taken as they are. Errors: `device-not-found`, `holder-differs`, `ambiguous`, `usage`, and those of the port.
 */
export async function ds100Target(context: Context, admin: Ds100Admin, query: Ds100Query): Promise<Ds100Target> {
  const { serial, userId } = query;
  try {
    const record = await checkedRecord(context, admin, query);
    return { ...parts(record), record };
  } catch (error) {
    const forbidden = error instanceof OtpctlError && error.code === 'not-allowed';
    if (!forbidden || serial === undefined || userId === undefined) throw error;
    await context.print.notice(`notice: the lookup is not allowed, so the holder was not checked: ${error.message}`);
    const { kind, digits } = serial;
    return { userId, ...(kind === 'device' ? { deviceSerialNumber: digits } : { tokenSerialNumber: digits }) };
  }
}

/** The record of the DS100 that is meant, its holder checked. Errors: as above. */
export async function checkedRecord(context: Context, admin: Ds100Admin, query: Ds100Query): Promise<Ds100Record> {
  const { userId } = query;
  const record = await find(context, admin, query);
  if (userId !== undefined && record.userId !== userId) throw otherHolder(record, userId);
  return record;
}

async function find(context: Context, admin: Ds100Admin, { serial, user, userId }: Ds100Query): Promise<Ds100Record> {
  if (serial === undefined) {
    const id = await admin.userId(user ?? '');
    return chooseOne(context, await admin.devicesOf(id), user ?? '');
  }
  if (serial.kind === 'token' && admin.registry === undefined && userId !== undefined) {
    const found = (await admin.devicesOf(userId)).find((each) => each.tokenSerialNumber === serial.digits);
    return found ?? missing(serial, `of the user ${userId}`);
  }
  return (await admin.lookup(serial)) ?? missing(serial, admin.registry === undefined ? 'at RSA' : 'in the registry');
}

/** The part of a target that a call needs and that nothing gave. Errors: `usage`. */
export function needed(target: Ds100Target, part: 'deviceSerialNumber' | 'tokenSerialNumber'): string {
  const found = target[part];
  if (found !== undefined) return found;
  const what = part === 'deviceSerialNumber' ? 'of the device (9 digits, on its back)' : 'of its token (12 digits)';
  throw new OtpctlError('usage', `${ds100Name(target)}: this takes the serial number ${what}`, 'give that one');
}

function parts({ deviceSerialNumber, tokenSerialNumber, userId }: Ds100Record): Ds100Target {
  return { deviceSerialNumber, tokenSerialNumber, userId };
}

async function chooseOne({ prompts }: Context, records: readonly Ds100Record[], user: string): Promise<Ds100Record> {
  const [first, ...more] = records;
  if (first === undefined) {
    throw new OtpctlError('device-not-found', `user ${user} has no DS100`, 'is it registered to another address?');
  }
  if (more.length === 0) return first;
  const question = `user ${user} has ${records.length} DS100 devices`;
  if (!prompts.possible) {
    const list = records.map((record) => `\n  ${describe(record)}`).join('');
    throw new OtpctlError('ambiguous', question, `name one by its serial number:${list}`);
  }
  const choices = records.map((record) => ({ name: describe(record), value: record }));
  return prompts.select(`${printable(question)}: which one?`, choices);
}

function describe({ deviceSerialNumber, tokenSerialNumber, tokenStatus, name }: Ds100Record): string {
  const called = typeof name === 'string' ? `  ${name}` : '';
  return printable(`${deviceSerialNumber}  token ${tokenSerialNumber}  ${tokenStatus.toLowerCase()}${called}`);
}

function missing({ kind, digits }: Ds100Serial, where: string): never {
  const what = ds100Name(kind === 'device' ? { deviceSerialNumber: digits } : { tokenSerialNumber: digits });
  throw new OtpctlError(
    'device-not-found',
    `there is no ${what} ${where}`,
    'check the digits on the back of the device',
  );
}

function otherHolder(record: Ds100Record, userId: string): OtpctlError {
  return new OtpctlError(
    'holder-differs',
    `${ds100Name(record)} is held by ${record.userId}, and not by ${userId}`,
    'make sure whose device is meant; nothing was changed',
  );
}

/** A text of one line, as it is kept. Errors: `invalid-value`. */
export function lineOf(what: string): (given: string) => string {
  return (given) => {
    const value = given.trim();
    if (value === '' || hasControlCharacters(value) || value.length > 256) throw invalid(`the ${what} is not one`);
    return value;
  };
}
