import { REPAIR } from '../../../domain/audit/audit.ts';
import { sealIn } from '../../../domain/audit/audit-seal.ts';
import { equal, floorOf } from '../audit/audit-chain.ts';
import { chainedEntryOf, hasSeals } from '../audit/audit-rows.ts';
import type { Connection } from '../connection/connection.ts';

export function isMac(stored: unknown, mac: Uint8Array): boolean {
  return stored instanceof Uint8Array && equal(stored, mac);
}

/**
 * Whether a row can name this entry as its newest: there is no later one about it, so that nobody has put back what it was
 * before; and that one is there, unless it was pruned, or a repair of the log says that some are not.
 */
export function isNewest(
  connection: Connection,
  entry: number,
  newest: number | null,
  isPending: (entry: number) => boolean = () => false,
): boolean {
  if (entry === (newest ?? 0) || isPending(entry)) return true;
  // One that was found not to be ours, and sealed, says nothing.
  if (newest !== null && newest > entry) return isInSeal(connection, newest);
  return entry <= floorOf(connection).seq || isInSeal(connection, entry);
}

/**
 * Whether an entry is in a part of the log that was found broken, and sealed. Where its end was not known, that is every
 * one from the repair on: others have their numbers since.
 */
function isInSeal(connection: Connection, entry: number): boolean {
  if (!hasSeals(connection)) return false;
  const repairs = connection.all('SELECT * FROM audit WHERE action = ?', [REPAIR]).map(chainedEntryOf);
  return repairs.map(sealIn).some((seal) => {
    if (seal?.part === 'anchor') return entry >= seal.by;
    return seal?.first !== undefined && seal.first <= entry && entry <= (seal.last ?? 0);
  });
}
