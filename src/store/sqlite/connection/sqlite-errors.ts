import { OtpctlError } from '../../../domain/errors.ts';
import { shellPath } from '../../../domain/text/command-line.ts';
import { printable } from '../../../domain/text/printable.ts';
import { damagedValue } from './row-values.ts';

const CODES = {
  error: 1,
  permission: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  outOfMemory: 7,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  tooBig: 18,
  constraint: 19,
  notADatabase: 26,
} as const;

/** Messages with which SQLite blames the statement although what it reads is wrong. */
const OF_THE_FILE = /^(?:unsupported file format|malformed JSON|integer overflow)/;

/** The error of a store port for what SQLite reports. Anything else is a bug, and is returned as it is. */
export function storeError(error: unknown, path: string): unknown {
  // A number that is not exact in JavaScript: node:sqlite refuses to read it.
  if ((error as { code?: unknown } | null)?.code === 'ERR_OUT_OF_RANGE') return damagedValue('a number');
  const errcode = (error as { errcode?: unknown } | null)?.errcode;
  if (typeof errcode !== 'number') return error;
  const cause = { cause: error };
  const damaged = (why = '') =>
    new OtpctlError(
      'store-damaged',
      `the store ${path} is damaged${why}`,
      'see what is with  otpctl store check',
      cause,
    );
  switch (errcode & 0xff) {
    case CODES.error:
      return error instanceof Error && OF_THE_FILE.test(error.message) ? damaged() : error;
    case CODES.busy:
    case CODES.locked:
      return new OtpctlError('store-busy', `the store ${path} is busy`, 'try again in a moment', cause);
    case CODES.readOnly:
      return new OtpctlError(
        'store-read-only',
        `the store ${path} cannot be written`,
        `check who owns it with  ls -l ${shellPath(path)}`,
        cause,
      );
    case CODES.permission:
    case CODES.cannotOpen:
      return new OtpctlError(
        'store-unusable',
        `the store ${path} cannot be opened`,
        `check it with  ls -ld ${shellPath(path)}`,
        cause,
      );
    case CODES.full:
      return fullDisk(path, error);
    case CODES.ioError:
      return new OtpctlError(
        'disk',
        `the disk of the store ${path} failed; nothing was changed`,
        'look at its free space with  df,  and at the system log',
        cause,
      );
    case CODES.corrupt:
    // A row that is larger than any of ours, or an id that is taken although the store counts it as free.
    case CODES.outOfMemory:
    case CODES.tooBig:
    case CODES.constraint:
      return damaged(error instanceof Error ? `: ${printable(error.message)}` : '');
    case CODES.notADatabase:
      return new OtpctlError(
        'store-unusable',
        `${path} is not a database, and not an otpctl store`,
        'name another with  --store PATH',
        cause,
      );
    default:
      return error;
  }
}

/** The error of a change for which the disk has no room. */
export function fullDisk(path: string, error: unknown): OtpctlError {
  const message = `the disk of the store ${path} is full; nothing was changed`;
  return new OtpctlError('disk', message, 'make room and try again', { cause: error });
}

export function isReadOnly(error: unknown): boolean {
  return error instanceof OtpctlError && error.code === 'store-read-only';
}

/** Whether SQLite found no room for the files that it lays beside a database. */
export function isWithoutRoom(error: unknown): boolean {
  const { errcode } = ((error instanceof OtpctlError ? error.cause : undefined) ?? {}) as { readonly errcode?: number };
  return (
    errcode !== undefined && [CODES.full, CODES.ioError, CODES.cannotOpen].some((code) => code === (errcode & 0xff))
  );
}
