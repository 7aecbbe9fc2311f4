import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewRun } from '../../src/domain/run/run.ts';
import type { PlannedRow } from '../../src/domain/run/run-row.ts';
import type { JournalRow, Settlement } from '../../src/ports/bulk/journal.ts';
import { openJournal } from '../../src/store/sqlite/runs/journal-file.ts';
import { NEW_YEAR } from '../support/fixed.ts';
import { temporaryHome } from '../support/home.ts';

const RUN: NewRun = {
  command: 'update',
  place: 'here',
  started: NEW_YEAR,
  origin: { actor: 'ada' },
  options: { concurrency: 8, maxFailures: 20 },
};
const ROWS = 12;

const settlements: fc.Arbitrary<readonly Settlement[]> = fc.uniqueArray(
  fc.record(
    {
      position: fc.integer({ min: 1, max: ROWS }),
      outcome: fc.constantFrom('sent', 'changed', 'failed'),
      reason: fc.constantFrom('one', 'other'),
      before: fc.constantFrom({ fails: 0 }, { fails: 3 }, { fails: 0, statusBeforeLock: 'V' as const }),
      id: fc.constantFrom('90', '91'),
      name: fc.constantFrom('A', 'B'),
    },
    { requiredKeys: ['position', 'outcome'] },
  ),
  { selector: ({ position }) => position },
);

describe('a journal', () => {
  it('knows of each row what was written down of it last, however many are written down together', async () => {
    const file = openJournal(join(temporaryHome(), 'runs.db'), 'here');
    await fc.assert(
      fc.asyncProperty(fc.array(settlements, { maxLength: 3 }), async (together) => {
        const planned = Array.from({ length: ROWS }, (_, at): PlannedRow => {
          const change = { kind: 'change', outcome: 'planned', from: 'V', to: 'D' } as const;
          return { ...change, id: String(at + 1), name: `N${at + 1}`, user: 'ada', rule: 'chosen' };
        });
        const { id } = await file.journal.begin(RUN, planned);
        const expected: JournalRow[] = planned.map((row, at) => ({ ...row, position: at + 1, outcome: 'waiting' }));
        for (const some of together) {
          await file.journal.settle(id, some);
          for (const { position, reason, before, ...more } of some) {
            const { reason: _, ...row } = expected[position - 1] as JournalRow;
            expected[position - 1] = {
              ...row,
              ...more,
              position,
              ...(reason !== undefined && { reason }),
              ...(before && { before: { ...row.before, ...before } }),
            };
          }
        }
        expect((await Array.fromAsync(file.journal.rows(id))).flat()).toEqual(expected);
      }),
      { numRuns: 60 },
    );
    file.close();
  });
});
