import { ERASE, REPAIR } from '../../../domain/audit/audit.ts';
import {
  type ChainedEntry,
  commitmentOf,
  type ErasedGroup,
  type Group,
  isErased,
  withoutTexts,
} from '../../../domain/audit/entry-proof.ts';
import { type Erasure, erasureResult } from '../../../domain/audit/erasure.ts';
import { actorOf, type Origin } from '../../../domain/audit/origin.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/instant.ts';
import { fold } from '../../../domain/user.ts';
import type { ErasedUser } from '../../../ports/store/store-admin.ts';
import type { AuditKey } from '../../audit-key.ts';
import type { Connection } from '../connection/connection.ts';
import { FIRST, keySetPages } from '../connection/key-set.ts';
import { appendAudit, erasureMac } from './audit-chain.ts';
import { AUDIT_COLUMNS, chainedEntryOf, storedValues } from './audit-rows.ts';
import { verifyChain } from './verify-chain.ts';

const PAGE_ROWS = 1000;
const UPDATE = `UPDATE audit SET ${AUDIT_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE seq = ?`;

/**
 * Takes the texts of entries about a user away, and of entries by that person their name and addresses, in the caller's
 * transaction. The chain stays whole: the commitments of what is taken away are kept, each with a mark of our own. An entry
 * `user.erase` says who did it, of which user id, and in how many entries; it names nobody. Entries of format 1, and what
 * is sealed as broken, are counted and stay as they are. Errors: `store-damaged` for a log that is not sound.
 */
export function eraseFromAudit(
  connection: Connection,
  key: AuditKey,
  user: ErasedUser,
  by: Origin & { readonly time: Instant },
): Erasure {
  const verdict = verifyChain(connection, key.hmac);
  if (!verdict.intact) {
    throw new OtpctlError('store-damaged', verdict.finding, 'see more with  otpctl store check');
  }
  const sealed = (verdict.sealed ?? []).map(({ first = 0, last = -1 }) => ({ first, last }));
  const eraser = Number(connection.get('SELECT count FROM audit_anchor')?.['count']) + 1;
  let erasure: Erasure = { entries: 0, kept: 0 };
  for (const entry of entriesAbout(connection, user)) {
    const { seq, proofs } = entry;
    if (proofs === undefined || sealed.some(({ first, last }) => first <= seq && seq <= last)) {
      erasure = { ...erasure, kept: erasure.kept + 1 };
      continue;
    }
    const groups = groupsToErase(entry, user);
    if (groups.length === 0) continue;
    connection.run(UPDATE, [...storedValues(erasedEntry(entry, groups, key, eraser), entry.mac), seq]);
    erasure = { ...erasure, entries: erasure.entries + 1, first: erasure.first ?? seq, last: seq };
  }
  const { actor, reason, ticket, door, peer, client, time } = by;
  const note = { reason, ticket, door, peer, client };
  const given = Object.fromEntries(Object.entries(note).filter(([, text]) => text !== undefined));
  const about = { object: `user id ${user.userId}`, userId: user.userId };
  appendAudit(connection, key, { time, actor, ...given, action: ERASE, ...about, result: erasureResult(erasure) });
  return erasure;
}

/** The entries about a user, and those by them. Where an entry has no id, it is about whoever had the name then. */
function* entriesAbout(connection: Connection, { userId, user }: ErasedUser): Generator<ChainedEntry> {
  const query = {
    sql: `SELECT * FROM audit
      WHERE (user_id = ? OR (user_id IS NULL AND user_fold = ?) OR actor = ?) AND action NOT IN (?, ?)
        AND seq > ? ORDER BY seq LIMIT ?`,
    parameters: [userId, fold(user), personActor(user), ERASE, REPAIR],
    key: 'seq',
    start: FIRST,
    pageRows: PAGE_ROWS,
  };
  for (const page of keySetPages(connection, query)) yield* page.map(chainedEntryOf);
}

function personActor(user: string): string {
  return actorOf('person', user);
}

/** The groups of an entry that name the user. An entry that they made about somebody else keeps what it says of that one. */
function groupsToErase(entry: ChainedEntry, { userId, user }: ErasedUser): readonly Group[] {
  const isAbout =
    entry.userId === undefined ? entry.user !== undefined && fold(entry.user) === fold(user) : entry.userId === userId;
  const isBy = entry.actor === personActor(user);
  const groups: Group[] = [
    ...(isAbout ? (['subject', 'texts', 'network'] as const) : []),
    ...(isBy ? (['actor', 'network'] as const) : []),
  ];
  return [...new Set(groups)].filter((group) => {
    const proof = entry.proofs?.[group];
    return proof !== undefined && !isErased(proof);
  });
}

function erasedEntry(entry: ChainedEntry, groups: readonly Group[], { hmac }: AuditKey, by: number): ChainedEntry {
  const marks = groups.map((group): readonly [Group, ErasedGroup] => {
    const mark = { commitment: commitmentOf(entry, group) ?? '', by };
    return [group, { ...mark, mac: erasureMac(hmac, entry.seq, group, mark) }];
  });
  return { ...withoutTexts(entry, groups), proofs: { ...entry.proofs, ...Object.fromEntries(marks) } };
}
