import fc from 'fast-check';
import { it } from 'vitest';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { OtpctlError } from '../../src/domain/errors.ts';
import { ScimError } from '../../src/scim/scim-error.ts';
import { HttpError } from '../../src/server/answers/http-error.ts';

/** So many inputs for each reader: a thousand, or as many as `OTPCTL_FUZZ_RUNS` says. */
const RUNS = Number(process.env['OTPCTL_FUZZ_RUNS'] ?? 1000);
/** Always the same inputs, unless `OTPCTL_FUZZ_SEED` says others. */
const SEED = Number(process.env['OTPCTL_FUZZ_SEED'] ?? 20_220_101);
/** No input may take a reader that long, in milliseconds: a reader that hangs is one that fails. */
const MOST_EACH = 100;

/** What takes something from outside, how it is fed, and what it is fed with. */
interface Reader<T> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<T>;
  feed(input: T): unknown;
}

/** A row of a table of readers: what its inputs are, only it knows. */
export type AnyReader = (run: (reader: Reader<unknown>) => void) => void;

export function reader<T>(name: string, inputs: fc.Arbitrary<T>, feed: (input: T) => unknown): AnyReader {
  return (run) => run({ name, inputs, feed: feed as (input: unknown) => unknown });
}

/** Holds every reader to it: whatever comes in, it answers, or refuses with an error that a user can understand. */
export function eachAnswersOrRefuses(readers: readonly AnyReader[]): void {
  for (const row of readers) {
    row(({ name, inputs, feed }) => {
      it(
        `answers or refuses: ${name}`,
        async () => {
          await fc.assert(
            fc.asyncProperty(inputs, async (input) => {
              try {
                await feed(input);
              } catch (error) {
                if (!isRefusal(error)) throw error;
              }
            }),
            { numRuns: RUNS, seed: SEED },
          );
        },
        60_000 + RUNS * MOST_EACH,
      );
    });
  }
}

/** An error that is told to a user by its code, or to a client by its status. */
function isRefusal(error: unknown): boolean {
  if (error instanceof OtpctlError) return Object.hasOwn(EXIT_CODES, error.code);
  return (error instanceof ScimError && error.status < 500) || (error instanceof HttpError && error.statusCode < 500);
}
