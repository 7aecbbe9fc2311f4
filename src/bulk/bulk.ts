import type { Bulk } from '../ports/bulk/bulk.ts';
import type { BulkPlace } from '../ports/bulk/bulk-place.ts';
import { foretoldRows } from './foretold-rows.ts';
import { guardRows } from './guard.ts';
import { packed } from './packed-rows.ts';
import { changeRows, undoRows } from './run-rows.ts';
import { selectNamed, selectRows } from './select.ts';

/** Bulk runs on any place. */
export function createBulk(place: BulkPlace): Bulk {
  const { backend, name, journal } = place;
  // The types of devices come with it, which a change of what is there has no use for.
  const enrolment = () => import('./enroll-rows.ts');
  return {
    backend,
    name,
    journal,
    planSeal: async () => place.planSeal?.(),
    select: (selection, decide) => selectRows(backend, selection, decide),
    selectNamed: (ids, decide) => selectNamed(backend, ids, decide),
    lockedFrom: async (ids) => place.lockedFrom?.(ids),
    orderedAfter: async (moment) => place.orderedAfter?.(moment) ?? new Map(),
    rows: packed,
    guard: (rows, options) => guardRows(place, rows, options),
    change: (run, interruption) => changeRows(place, run, interruption),
    earlierEnrolments: async () => (await enrolment()).earlierEnrolments(place),
    async *enroll(run, source, interruption) {
      return yield* (await enrolment()).enrollRows(place, run, source, interruption);
    },
    undoing: (run) => undoRows(place, run),
    foretold: (rows, undone) => foretoldRows(place, rows, undone),
    close: () => place.close(),
  };
}
