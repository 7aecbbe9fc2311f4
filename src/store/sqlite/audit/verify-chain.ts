import type { KeyObject } from 'node:crypto';
import { REPAIR } from '../../../domain/audit/audit.ts';
import { createErasureCheck } from '../../../domain/audit/erasure.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { AuditVerdict } from '../../../ports/audit-log.ts';
import type { Connection } from '../connection/connection.ts';
import { FIRST, keySetRows } from '../connection/key-set.ts';
import { anchorMac, equal, erasersOf, faultOf, floorMac, floorOf } from './audit-chain.ts';
import { chainedEntryOf, hasSeals } from './audit-rows.ts';
import { examineAudit } from './examine-audit.ts';

/**
 * Recomputes the chain, and names the first entry that is not what was written. Parts that `audit repair` has sealed are
 * listed, and are no finding.
 */
export function verifyChain(connection: Connection, key: KeyObject): AuditVerdict {
  const progress: Progress = { seq: 0, repaired: false };
  const verdict = walked(connection, key, progress);
  if (!(verdict.intact ? progress.repaired : hasSeals(connection))) return verdict;
  try {
    return examined(connection, key);
  } catch (error) {
    if (!verdict.intact && isDamage(error)) return verdict;
    throw error;
  }
}

/** How far the chain was walked, also when it could not be walked to its end. */
interface Progress {
  seq: number;
  /** Whether there was an entry of a repair. */
  repaired: boolean;
}

function walked(connection: Connection, key: KeyObject, progress: Progress): AuditVerdict {
  try {
    return walkChain(connection, key, progress);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const seq = progress.seq + 1;
    return { intact: false, seq, finding: `entry ${seq}, or what follows it, cannot be read: ${error.message}` };
  }
}

/** The verdict on a log that was repaired. All of it is examined, and what is sealed is left out. */
function examined(connection: Connection, key: KeyObject): AuditVerdict {
  const { entries, broken, sealed, end } = examineAudit(connection, key);
  const [first] = broken;
  if (first !== undefined) return { intact: false, seq: first.first ?? end.seq, finding: first.finding };
  return { intact: true, entries, ...(sealed.length > 0 && { sealed }) };
}

function isDamage(error: unknown): error is OtpctlError {
  return error instanceof OtpctlError && error.code === 'store-damaged';
}

/** Walks the chain from its start, or from where it was pruned, to its anchor, and names the first entry that is not what was written. */
function walkChain(connection: Connection, key: KeyObject, progress: Progress): AuditVerdict {
  const floor = floorOf(connection);
  let { head, seq } = floor;
  progress.seq = seq;
  if (floor.mac !== undefined && !equal(floorMac(key, seq, head), floor.mac)) {
    return {
      intact: false,
      seq: seq + 1,
      finding: `where the log was pruned, before entry ${seq + 1}, is not what was written`,
    };
  }
  const erasures = createErasureCheck();
  // From the lowest number on: also what was slipped in before the place up to which the log was pruned.
  const entries = { sql: 'SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?', key: 'seq', start: FIRST };
  for (const row of keySetRows(connection, entries)) {
    const entry = chainedEntryOf(row);
    seq += 1;
    if (entry.seq !== seq) return { intact: false, seq, finding: `entry ${seq} is missing` };
    const fault = faultOf(key, head, row, entry);
    if (fault === 'changed') {
      return { intact: false, seq, finding: `entry ${seq} is not what was written, or not where it was` };
    }
    if (fault === 'filed') return { intact: false, seq, finding: `entry ${seq} is filed under another user` };
    if (entry.action === REPAIR) progress.repaired = true;
    erasures.note(entry, erasersOf(key, entry));
    head = entry.mac;
    progress.seq = seq;
  }
  const anchor = connection.get('SELECT count, head, mac FROM audit_anchor');
  if (anchor === undefined) return { intact: false, seq, finding: 'the anchor of the log is gone' };
  const count = anchor['count'] as number;
  const areBytes = anchor['head'] instanceof Uint8Array && anchor['mac'] instanceof Uint8Array;
  if (!areBytes || !equal(anchorMac(key, count, anchor['head'] as Uint8Array), anchor['mac'] as Uint8Array)) {
    return { intact: false, seq, finding: 'the anchor of the log is not what was written' };
  }
  if (seq < count)
    return { intact: false, seq: seq + 1, finding: `the log was cut: entry ${seq + 1} of ${count} is missing` };
  if (seq > count || !equal(head, anchor['head'] as Uint8Array)) {
    return { intact: false, seq, finding: `the log does not end where it was anchored, at entry ${count}` };
  }
  const [unerased] = erasures.findings(floor.seq + 1);
  if (unerased !== undefined) return { intact: false, ...unerased };
  return { intact: true, entries: count - floor.seq };
}
