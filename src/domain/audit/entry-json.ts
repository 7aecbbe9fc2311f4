import { toIso } from '../instant.ts';
import { hex } from '../text/hex.ts';
import type { AuditEntry } from './audit.ts';
import { auditCursor, CHAIN } from './audit-cursor.ts';
import { type ChainedEntry, type ListedEntry, proofMembers, resultParts } from './entry-proof.ts';

/** The texts of an entry of format 1, by their names in JSON, and those that format 2 adds. */
export const FIRST_TEXTS = ['actor', 'action', 'object', 'result', 'reason', 'ticket', 'deviceId', 'user'] as const;
export const LATER_TEXTS = ['type', 'userId', 'run', 'door', 'peer', 'client'] as const;

/** The fields of an entry, as JSON has them and in that order. */
function entryMembers(entry: AuditEntry): Record<string, unknown> {
  const members: Record<string, unknown> = { seq: entry.seq, time: toIso(entry.time) };
  for (const name of FIRST_TEXTS) if (entry[name] !== undefined) members[name] = entry[name];
  if (entry.chain !== undefined) members['chain'] = entry.chain;
  for (const name of LATER_TEXTS) if (entry[name] !== undefined) members[name] = entry[name];
  return members;
}

/** An entry as readers get it, with the cursor of the place behind it. */
export function listedMembers(entry: ListedEntry): Record<string, unknown> {
  const { verdict } = resultParts(entry.result);
  const { erased } = entry;
  return { ...entryMembers(entry), verdict, ...(erased && { erased }), cursor: cursorOf(entry) };
}

/** The cursor of the place behind an entry. */
export function cursorOf({ chain = CHAIN, seq }: AuditEntry): string {
  return auditCursor({ chain, seq });
}

/** An entry with everything that its HMAC covers, and the HMAC. */
export function chainedMembers(entry: ChainedEntry): Record<string, unknown> {
  const { proofs, mac } = entry;
  return { ...entryMembers(entry), ...(proofs && proofMembers(proofs)), mac: hex(mac) };
}
