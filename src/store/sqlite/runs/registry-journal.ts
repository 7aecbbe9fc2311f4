import type { RunJournal } from '../../../ports/bulk/journal.ts';
import type { Connection } from '../connection/connection.ts';
import { readStoreRow } from '../rows/store-row.ts';
import { createRunJournal } from './run-journal.ts';

/** The journal of the runs over the DS100 registry of a store: in the store, beside that of its other devices. */
export function registryJournal(connection: Connection): { readonly name: string; readonly journal: RunJournal } {
  const name = `DS100 registry of store ${readStoreRow(connection).storeId}`;
  return { name, journal: createRunJournal(connection, name) };
}
