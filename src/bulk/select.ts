import type { Selection, UnreadableDevice } from '../domain/device/selection.ts';
import { OtpctlError } from '../domain/errors.ts';
import type { PlannedChange } from '../domain/run/run-row.ts';
import type { Backend } from '../ports/backend.ts';
import type { Decide, Selected } from '../ports/bulk/bulk.ts';
import { createRowCollector } from './planned-rows.ts';

/**
 * Reads a whole selection before anything is changed. A list that fails in the middle is an error, never a short list; a
 * device that cannot be read is a row that failed.
 */
export async function selectRows(backend: Backend, selection: Selection, decide: Decide): Promise<Selected> {
  const collector = createRowCollector();
  let alreadyThere = 0;
  const unreadable = ({ id, name, user, status, reason }: UnreadableDevice) =>
    collector.add({
      kind: 'unchangeable',
      id,
      device: { name, user, status },
      rule: 'selected',
      outcome: 'failed',
      reason,
    });
  for await (const page of backend.list(selection, { unreadable })) {
    for (const device of page) {
      const row = decide(device);
      if (row === undefined) alreadyThere += 1;
      else collector.add(row);
    }
  }
  return { rows: collector.rows(), alreadyThere };
}

/** The same for devices that are named by their ids. One that is not there, or cannot be read, is a row that failed. */
export async function selectNamed(backend: Backend, ids: readonly string[], decide: Decide): Promise<Selected> {
  const collector = createRowCollector();
  let alreadyThere = 0;
  for (const id of new Set(ids)) {
    const row = await rowOf(backend, id, decide);
    if (row === undefined) alreadyThere += 1;
    else collector.add(row);
  }
  return { rows: collector.rows(), alreadyThere };
}

async function rowOf(backend: Backend, id: string, decide: Decide): Promise<PlannedChange | undefined> {
  try {
    const device = await backend.find(id);
    return device === undefined ? failed(id, `there is no device ${id}`) : decide(device);
  } catch (error) {
    if (!(error instanceof OtpctlError) || error.code !== 'store-damaged') throw error;
    return failed(id, error.message);
  }
}

function failed(id: string, reason: string): PlannedChange {
  return { kind: 'unchangeable', id, rule: 'named', outcome: 'failed', reason };
}
