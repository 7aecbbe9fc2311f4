import { compareIds } from '../../domain/device/device.ts';
import type { PlannedRows } from '../../ports/bulk/bulk.ts';

export interface FirstRows {
  readonly rows: PlannedRows;
  /** How many rows that would change are left out; undefined where all are wanted. */
  readonly remaining?: number;
}

/**
 * The first so many rows that would change, by an order of their ids or else as they come; what is kept from changing
 * stays. They keep the order that they have.
 */
export function firstRows(
  rows: PlannedRows,
  first: number | undefined,
  order?: ReadonlyMap<string, number>,
): FirstRows {
  if (first === undefined) return { rows };
  const rank = (id: string) => order?.get(id) ?? 0;
  const ids = [...rows.pages()].flatMap((page) =>
    page.flatMap(({ id, outcome }) => (outcome === 'planned' ? [id] : [])),
  );
  const chosen = new Set(ids.sort((a, b) => rank(a) - rank(b) || compareIds(a, b)).slice(0, first));
  const remaining = rows.changes - chosen.size;
  return {
    remaining,
    rows: {
      size: rows.size - remaining,
      changes: chosen.size,
      *pages() {
        for (const page of rows.pages())
          yield page.filter(({ id, outcome }) => outcome !== 'planned' || chosen.has(id));
      },
    },
  };
}
