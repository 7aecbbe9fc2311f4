import { createBulk } from '../bulk/bulk.ts';
import type { BulkUse } from '../cli/context.ts';
import { OtpctlError } from '../domain/errors.ts';
import type { LocalPlace, RemotePlace } from '../domain/place/place.ts';
import { placeWithin } from '../domain/scope.ts';
import type { Backend } from '../ports/backend.ts';
import type { Bulk } from '../ports/bulk/bulk.ts';
import { journalNotHere, openJournalFile } from './journal.ts';
import type { OpenContext } from './open-context.ts';

/** Bulk runs on a store, which keeps their journal itself. */
export async function openLocalBulk(place: LocalPlace, use: BulkUse, by: OpenContext): Promise<Bulk> {
  const { openLocal } = await import('./local.ts');
  const { backend, store } = await openLocal(place, use, by);
  const { remote } = by.replaced;
  try {
    if (remote !== undefined) return await bulkByRequests(remote(backend), (await store.bulk()).name, use, by);
    refuseRemoteOptions(use);
    return createBulk({ ...(await store.bulk()), backend, close: () => backend.close() });
  } catch (error) {
    backend.close();
    throw error;
  }
}

/** Bulk runs at a server. Their journal is a file on this machine. */
export async function openRemoteBulk(place: RemotePlace, use: BulkUse, by: OpenContext): Promise<Bulk> {
  const { openServer } = await import('./remote.ts');
  const { backend, url } = await openServer(place, by);
  try {
    return await bulkByRequests(backend, placeWithin(`server ${url}`, place.scope), use, by);
  } catch (error) {
    backend.close();
    throw error;
  }
}

async function bulkByRequests(backend: Backend, name: string, { journal }: BulkUse, by: OpenContext): Promise<Bulk> {
  const { createBulkByRequests } = await import('../bulk/requests/bulk-by-requests.ts');
  return createBulk(createBulkByRequests(backend, await openJournalFile(journal, name, by), by.timer));
}

/** Refuses (`usage`) what is only for bulk runs by requests. */
function refuseRemoteOptions({ journal, concurrency }: BulkUse): void {
  if (journal !== undefined) throw journalNotHere();
  if (concurrency === undefined) return;
  throw new OtpctlError(
    'usage',
    'a local store changes its devices by itself, without requests',
    'leave out  --concurrency, which is for remote places',
  );
}
