import { invalid } from '../errors.ts';

/** A place in the log, behind an entry. */
export interface AuditPosition {
  readonly chain: number;
  readonly seq: number;
}

/** The chain of a store: there is one. */
export const CHAIN = 1;

const VERSION = 'a';

/** The place behind an entry, as readers are given it: they keep it, and give it back to go on from there. */
export function auditCursor({ chain, seq }: AuditPosition): string {
  return `${VERSION}${Buffer.from(`${chain}.${seq}`).toString('base64url')}`;
}

/** Reads a cursor. Errors: `invalid-value` for what is none of ours. */
export function parseAuditCursor(text: string): AuditPosition {
  const [, chain, seq] =
    /^([0-9]{1,9})\.(-?[0-9]{1,16})$/.exec(Buffer.from(text.slice(1), 'base64url').toString()) ?? [];
  const position = { chain: Number(chain), seq: Number(seq) };
  if (position.chain === CHAIN && Number.isSafeInteger(position.seq) && auditCursor(position) === text) return position;
  throw invalid('the cursor is none that otpctl gave', 'give the  cursor  of an entry of the log');
}
