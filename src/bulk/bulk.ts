import type { Bulk } from '../ports/bulk/bulk.ts';
import type { BulkBackend } from '../ports/bulk/bulk-backend.ts';
import { changeRows } from './change-rows.ts';
import { earlierEnrolments, enrollRows } from './enroll-rows.ts';
import { guardRows } from './guard.ts';
import { plannedRows } from './planned-rows.ts';
import { selectNamed, selectRows } from './select.ts';
import { previewUndo, undoRows } from './undo-rows.ts';

/** Bulk runs at any backend. */
export function createBulk(bulkBackend: BulkBackend): Bulk {
  const { backend, name, journal } = bulkBackend;
  return {
    backend,
    name,
    journal,
    planSeal: () => bulkBackend.planSeal(),
    select: (selection, decide) => selectRows(backend, selection, decide),
    selectNamed: (ids, decide) => selectNamed(backend, ids, decide),
    lockedFrom: async (ids) => bulkBackend.lockedFrom(ids),
    orderedAfter: async (moment) => bulkBackend.orderedAfter(moment),
    plannedRows,
    guard: (rows, limits) => guardRows(bulkBackend, rows, limits),
    change: (run, interruption) => changeRows(bulkBackend, run, interruption),
    earlierEnrolments: () => earlierEnrolments(bulkBackend),
    enroll: (run, source, interruption) => enrollRows(bulkBackend, run, source, interruption),
    undoRows: (run) => undoRows(journal, run),
    previewUndo: (rows, undone) => previewUndo(bulkBackend, rows, undone),
    close: () => bulkBackend.close(),
  };
}
