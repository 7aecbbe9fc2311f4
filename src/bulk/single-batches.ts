import { OtpctlError } from '../domain/errors.ts';
import type { Backend } from '../ports/backend.ts';
import type { Batches } from '../ports/bulk/batches.ts';

/** Each device by itself, as many at once as a run may have requests under way. */
export function createSingleBatches(backend: Backend): Batches {
  return {
    plan: ({ concurrency }) => ({ size: 1, lanes: concurrency }),
    async read(ids) {
      const found = new Map();
      for (const id of ids) {
        const device = await backend.find(id);
        if (device !== undefined) found.set(id, { device });
      }
      return found;
    },
    async change(changes, turn, { origin }, answered) {
      for (const { id, to } of changes) {
        if (!(await turn.begin(1))) return;
        try {
          if (to === 'deleted') await backend.remove(id, origin);
          else await backend.setStatus(id, to, origin);
          answered({ id, said: 'done', doubtful: false });
        } catch (error) {
          if (!(error instanceof OtpctlError)) throw error;
          const said =
            error.code === 'device-not-found' ? 'missing' : error.code === 'version-mismatch' ? 'refused' : 'failed';
          answered({ id, said, doubtful: false, error });
        }
      }
    },
  };
}
