import type { ErrorCode } from '../domain/errors.ts';

/** What the shell is told. The table of the command line: every error code has its row. */
export const EXIT = {
  done: 0,
  no: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  refused: 5,
  partly: 6,
  outside: 7,
  unknownOutcome: 8,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES: Record<ErrorCode, ExitCode> = {
  usage: EXIT.usage,
  'invalid-value': EXIT.usage,
  'invalid-filter': EXIT.usage,
  'input-needed': EXIT.usage,
  'output-unreachable': EXIT.usage,
  'file-exists': EXIT.usage,
  'store-missing': EXIT.usage,
  'store-unusable': EXIT.usage,
  'store-newer': EXIT.usage,
  'store-read-only': EXIT.usage,
  'key-missing': EXIT.usage,
  'key-wrong': EXIT.usage,
  permissions: EXIT.usage,
  'device-not-found': EXIT.notFound,
  'profile-not-found': EXIT.notFound,
  ambiguous: EXIT.refused,
  'no-enabled-device': EXIT.refused,
  'status-forbids': EXIT.refused,
  'no-channel': EXIT.refused,
  duplicate: EXIT.refused,
  'store-busy': EXIT.outside,
  'store-damaged': EXIT.outside,
  disk: EXIT.outside,
  'delivery-failed': EXIT.outside,
  cancelled: EXIT.interrupted,
  'guard-tripped': EXIT.refused,
  'plan-refused': EXIT.refused,
  'run-not-found': EXIT.notFound,
};
