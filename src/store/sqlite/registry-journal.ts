import type { RunJournal } from '../../ports/journal.ts';
import type { Connection } from './connection.ts';
import { createRunJournal } from './run-journal.ts';
import { readStoreRow } from './store-row.ts';

/** The journal of the runs over the DS100 registry of a store: in the store, beside that of its other devices. */
export function registryJournal(connection: Connection): { readonly name: string; readonly journal: RunJournal } {
  const name = `DS100 registry of store ${readStoreRow(connection).storeId}`;
  return { name, journal: createRunJournal(connection, name) };
}
