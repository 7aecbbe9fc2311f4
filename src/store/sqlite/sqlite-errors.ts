import { OtpctlError } from '../../domain/errors.ts';
import { damagedValue } from './row-values.ts';

const CODES = {
  permission: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** What SQLite reports, in words: the errors that a store port promises. Anything else is a bug and comes back as it is. */
export function storeError(error: unknown, path: string): unknown {
  // A number that no number of ours is: node:sqlite refuses to read it.
  if ((error as { code?: unknown } | null)?.code === 'ERR_OUT_OF_RANGE') return damagedValue('a number');
  const errcode = (error as { errcode?: unknown } | null)?.errcode;
  if (typeof errcode !== 'number') return error;
  const cause = { cause: error };
  switch (errcode & 0xff) {
    case CODES.busy:
    case CODES.locked:
      return new OtpctlError('store-busy', `the store ${path} is busy`, 'try again in a moment', cause);
    case CODES.readOnly:
      return new OtpctlError(
        'store-read-only',
        `the store ${path} cannot be written`,
        `check who owns it with  ls -l ${path}`,
        cause,
      );
    case CODES.permission:
    case CODES.cannotOpen:
      return new OtpctlError(
        'store-unusable',
        `the store ${path} cannot be opened`,
        `check it with  ls -ld ${path}`,
        cause,
      );
    case CODES.full:
      return new OtpctlError(
        'disk',
        `the disk of the store ${path} is full; nothing was changed`,
        'make room and try again',
        cause,
      );
    case CODES.ioError:
      return new OtpctlError(
        'disk',
        `the disk of the store ${path} failed; nothing was changed`,
        'look at its free space with  df,  and at the system log',
        cause,
      );
    case CODES.corrupt:
      return new OtpctlError(
        'store-damaged',
        `the store ${path} is damaged`,
        'see what is with  otpctl store check',
        cause,
      );
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
