import { OtpctlError } from '../../domain/errors.ts';
import { ds100RunId, ds100RunNumber } from '../../domain/run/ds100-run.ts';
import type { Run } from '../../domain/run/run.ts';
import type { RunJournal } from '../../ports/bulk/journal.ts';

/** A journal whose runs are told from those over other devices by their ids. */
export function ds100Journal(journal: RunJournal): RunJournal {
  return {
    begin: async (run, rows) => named(await journal.begin(unnamed(run), rows)),
    list: async () => (await journal.list()).map(named),
    async find(id) {
      try {
        return named(await journal.find(numberOf(id)));
      } catch (error) {
        // The journal knows it by its number alone.
        throw error instanceof OtpctlError && error.code === 'run-not-found' ? noRun(id) : error;
      }
    },
    rows: (id, outcomes) => journal.rows(numberOf(id), outcomes),
    ofUser: async (spellings, limit) =>
      (await journal.ofUser(spellings, limit)).map(({ run, row }) => ({ run: named(run), row })),
    settle: (id, settlements) => journal.settle(numberOf(id), settlements),
    reopen: async (id) => named(await journal.reopen(numberOf(id))),
    end: async (run, state) => named(await journal.end(unnamed({ ...run, id: numberOf(run.id) }), state)),
  };
}

function named(run: Run): Run {
  const { id, undoes } = run;
  return { ...run, id: ds100RunId(id), ...(undoes !== undefined && { undoes: ds100RunId(undoes) }) };
}

function unnamed<T extends { readonly undoes?: string }>(run: T): T {
  return run.undoes === undefined ? run : { ...run, undoes: numberOf(run.undoes) };
}

function numberOf(id: string): string {
  const number = ds100RunNumber(id);
  if (number !== undefined) return number;
  throw noRun(id);
}

function noRun(id: string): OtpctlError {
  return new OtpctlError('run-not-found', `there is no run "${id}" here`, 'see them with  otpctl bulk runs');
}
