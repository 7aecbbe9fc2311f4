import type { PlannedRow } from '../domain/run.ts';
import type { Selection } from '../domain/selection.ts';
import type { Backend } from '../ports/backend.ts';
import type { Decide, Selected } from '../ports/bulk.ts';
import { createRowPacker } from './packed-rows.ts';

/** Reads a whole selection before anything is changed. A list that fails in the middle is an error, never a short list. */
export async function selectRows(backend: Backend, selection: Selection, decide: Decide): Promise<Selected> {
  const packer = createRowPacker();
  let alreadyThere = 0;
  for await (const page of backend.list(selection, {})) {
    for (const device of page) {
      const row = decide(device);
      if (row === undefined) alreadyThere += 1;
      else packer.add(row);
    }
  }
  return { rows: packer.rows(), alreadyThere };
}

/** The same for devices that are named by their ids. One that is not there is a row that failed. */
export async function selectNamed(backend: Backend, ids: readonly string[], decide: Decide): Promise<Selected> {
  const packer = createRowPacker();
  let alreadyThere = 0;
  for (const id of new Set(ids)) {
    const device = await backend.find(id);
    const row = device === undefined ? missing(id) : decide(device);
    if (row === undefined) alreadyThere += 1;
    else packer.add(row);
  }
  return { rows: packer.rows(), alreadyThere };
}

function missing(id: string): PlannedRow {
  const kept = { outcome: 'failed', reason: `there is no device ${id}` } as const;
  return { id, name: '', user: '', from: 'C', to: 'C', rule: 'named', kept };
}
