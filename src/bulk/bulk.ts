import type { Bulk } from '../ports/bulk/bulk.ts';
import type { BulkBackend } from '../ports/bulk/bulk-backend.ts';
import { changeRows } from './change-rows.ts';
import { guardRows } from './guard.ts';
import { plannedRows } from './planned-rows.ts';
import { selectNamed, selectRows } from './select.ts';
import { previewUndo, undoRows } from './undo-rows.ts';

/** Bulk runs at any backend. */
export function createBulk(bulkBackend: BulkBackend): Bulk {
  const { backend, journal } = bulkBackend;
  // The types of devices come with it, which a change of what is there has no use for.
  const enrolment = () => import('./enroll-rows.ts');
  return {
    ...bulkBackend,
    select: (selection, decide) => selectRows(backend, selection, decide),
    selectNamed: (ids, decide) => selectNamed(backend, ids, decide),
    plannedRows,
    guard: (rows, limits) => guardRows(bulkBackend, rows, limits),
    change: (run, interruption) => changeRows(bulkBackend, run, interruption),
    earlierEnrolments: async () => (await enrolment()).earlierEnrolments(bulkBackend),
    async *enroll(run, source, interruption) {
      return yield* (await enrolment()).enrollRows(bulkBackend, run, source, interruption);
    },
    undoRows: (run) => undoRows(journal, run),
    previewUndo: (rows, undone) => previewUndo(bulkBackend, rows, undone),
  };
}
