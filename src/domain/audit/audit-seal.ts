import { type AuditEntry, type AuditEvent, type AuditResult, REPAIR } from './audit.ts';
import type { BrokenPart, SealedPart } from './sealed-part.ts';

/** What an entry `audit.repair` says: which part of the log is broken, why, and what it was like. */
export interface Seal extends SealedPart {
  /** Over the stored bytes of its entries; of the anchor and the floor, which are not kept, there is none. */
  readonly digest?: string;
  /** The format of the entry that says it, and of the digest. */
  readonly format: 1 | 2;
}

/** What an entry says that seals a part: with the digest of its entries, or what an anchor or a floor said. */
export function sealEvent(
  { part, first = 0, last = 0, entries = 0, finding }: BrokenPart,
  was: string,
): Pick<AuditEvent, 'action' | 'object' | 'result'> {
  if (part !== 'entries') return { action: REPAIR, object: `audit ${part}`, result: `ok: sealed, ${was}: ${finding}` };
  const result: AuditResult = `ok: sealed, ${entries} of ${last - first + 1} there, hash ${was}: ${finding}`;
  return { action: REPAIR, object: `audit entries ${first} to ${last}`, result };
}

const RANGE = /^audit entries (-?[0-9]{1,16}) to (-?[0-9]{1,16})$/;
const RESULT = /^ok: sealed, ([0-9]{1,16}) of [0-9]{1,17} there, hash ([0-9a-f]{64}): (.*)$/;

/** Reads what an entry seals; undefined for one that seals nothing. */
export function sealIn({ action, object, result, seq: by, chain }: AuditEntry): Seal | undefined {
  if (action !== REPAIR || !result.startsWith('ok: ')) return undefined;
  const format = chain === undefined ? 1 : 2;
  const [, part] = /^audit (anchor|floor)$/.exec(object) ?? [];
  if (part !== undefined) {
    return { part: part as Seal['part'], finding: result.slice(result.lastIndexOf(': ') + 2), by, format };
  }
  const [first, last] = (RANGE.exec(object) ?? []).slice(1).map(Number);
  const [, entries, digest, finding = ''] = RESULT.exec(result) ?? [];
  if (digest === undefined || first === undefined || last === undefined || first > last || last >= by) return undefined;
  return { part: 'entries', first, last, entries: Number(entries), finding, by, digest, format };
}
