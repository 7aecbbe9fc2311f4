import { sealEvent } from '../../../domain/audit/audit-seal.ts';
import type { Origin } from '../../../domain/audit/origin.ts';
import type { BrokenPart, SealedPart } from '../../../domain/audit/sealed-part.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { AuditKey } from '../../audit-key.ts';
import type { Connection } from '../connection/connection.ts';
import { appendAfter, setFloor } from './audit-chain.ts';
import { sealDigest } from './audit-seals.ts';
import { examineAudit, refuseNoRoom } from './examine-audit.ts';

/**
 * Seals what is broken, in the caller's transaction: for each part an entry is appended, chained to the last one that there
 * is. No entry is changed. An anchor or a floor that is broken is replaced, and its old value is in the new entry. Errors:
 * `changed-meanwhile` when something else is broken than was confirmed; `store-damaged` when the log is still not sound.
 */
export function repairAudit(
  connection: Connection,
  key: AuditKey,
  confirmed: readonly BrokenPart[],
  by: Origin & { readonly time: Instant },
): readonly SealedPart[] {
  const { broken, start, end, was } = examineAudit(connection, key.hmac);
  if (JSON.stringify(broken) !== JSON.stringify(confirmed)) {
    throw new OtpctlError('changed-meanwhile', 'the audit log changed meanwhile; nothing was sealed', 'run it again');
  }
  if (broken.length === 0) return [];
  refuseNoRoom(end.seq);
  if (broken.some(({ part }) => part === 'floor')) setFloor(connection, key.hmac, start.seq, start.mac);
  const appender = appendAfter(connection, key, end);
  const sealed = broken.map((part, at): SealedPart => {
    const { actor, reason, ticket, time } = by;
    const note = { ...(reason !== undefined && { reason }), ...(ticket !== undefined && { ticket }) };
    const { first = 0, last = 0 } = part;
    const before = part.part === 'entries' ? (sealDigest(connection, first, last, 2) ?? '') : was[part.part];
    appender.append({ time, actor, ...note, ...sealEvent(part, before) });
    return { ...part, by: end.seq + 1 + at };
  });
  appender.close();
  const [still] = examineAudit(connection, key.hmac).broken;
  if (still === undefined) return sealed;
  throw new OtpctlError('store-damaged', `the audit log cannot be sealed: ${still.finding}`, 'restore a backup');
}
