import type { Origin } from '../../domain/audit/origin.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Backend } from '../../ports/backend.ts';
import type { BatchAnswer, BatchChange, Batches } from '../../ports/bulk/batches.ts';

/** Each device by itself, as many at once as a run may have requests under way. */
export function createSingleBatches(backend: Backend): Batches {
  return {
    plan: ({ concurrency }) => ({ size: 1, atOnce: concurrency }),
    requestsAtOnce: ({ concurrency }) => concurrency,
    async read(ids) {
      const found = new Map();
      for (const id of ids) {
        const device = await backend.find(id);
        if (device !== undefined) found.set(id, { device });
      }
      return found;
    },
    requestsOf: (changes) => changes.map((change) => [change]),
    change: (request, _pacing, { origin }) => Promise.all(request.map((change) => changeOne(backend, change, origin))),
  };
}

async function changeOne(backend: Backend, { id, to }: BatchChange, origin: Origin): Promise<BatchAnswer> {
  try {
    if (to === 'deleted') await backend.remove(id, origin);
    else await backend.setStatus(id, to, origin);
    return { id, said: 'done', doubtful: false };
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    if (error.code === 'device-not-found') return { id, said: 'missing', doubtful: false };
    if (error.code === 'version-mismatch') return { id, said: 'refused', doubtful: false };
    return { id, said: 'failed', doubtful: false, error };
  }
}
