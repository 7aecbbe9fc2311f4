import type { KeyObject } from 'node:crypto';
import { OtpctlError } from '../../../domain/errors.ts';
import type { AuditVerdict } from '../../../ports/audit-log.ts';
import type { Connection } from '../connection/connection.ts';
import { hasSeals, type Progress, walkChain } from './audit-chain.ts';
import { examineAudit } from './examine-audit.ts';

/**
 * Holds the log against its chain. What is broken and sealed is no finding, and named. The first entry that is not what
 * was written is.
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

function walked(connection: Connection, key: KeyObject, progress: Progress): AuditVerdict {
  try {
    return walkChain(connection, key, progress);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const seq = progress.seq + 1;
    return { intact: false, seq, finding: `entry ${seq}, or what follows it, cannot be read: ${error.message}` };
  }
}

/** Looks at all of the log, and not only as far as the first finding. */
function examined(connection: Connection, key: KeyObject): AuditVerdict {
  const { entries, broken, sealed, end } = examineAudit(connection, key);
  const [first] = broken;
  if (first !== undefined) return { intact: false, seq: first.first ?? end.seq, finding: first.finding };
  return { intact: true, entries, ...(sealed.length > 0 && { sealed }) };
}

function isDamage(error: unknown): error is OtpctlError {
  return error instanceof OtpctlError && error.code === 'store-damaged';
}
