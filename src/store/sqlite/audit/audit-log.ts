import type { KeyObject } from 'node:crypto';
import type { AuditSelection } from '../../../domain/audit/audit.ts';
import { listedEntry } from '../../../domain/audit/entry-proof.ts';
import { actorsNamed } from '../../../domain/audit/origin.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { ofNoUser } from '../../../domain/scope.ts';
import { fold } from '../../../domain/user.ts';
import type { AuditLog } from '../../../ports/audit-log.ts';
import type { Connection, Parameters } from '../connection/connection.ts';
import { FIRST } from '../connection/key-set.ts';
import { andWithin, type UsersWithin } from '../rows/user-rows.ts';
import { anchorOf } from './audit-chain.ts';
import { entriesOf } from './audit-rows.ts';
import { verifyChain } from './verify-chain.ts';

/** Entries of a page. */
const PAGE_ROWS = 100;
/** Entries that are looked through for one page at most: what is asked for may be in none of a long log. */
const SPAN = 5000;
/** The same in a scope, which is asked of the user of each. */
const SPAN_WITHIN = 500;

/**
 * Reads the audit log of a store. `key` is asked for only to recompute the chain. In a scope there are the entries about its
 * users; the chain is of all, and is refused (`not-allowed`).
 */
export function createAuditLog(
  connection: Connection,
  key: () => Promise<KeyObject>,
  scope?: UsersWithin,
): Omit<AuditLog, 'latestTime'> {
  const log = createWholeLog(connection, key, scope);
  if (scope === undefined) return log;
  const refuse = () => {
    throw ofNoUser('the chain of the audit log');
  };
  return { list: log.list, chain: refuse, anchor: async () => refuse(), verify: async () => refuse() };
}

function createWholeLog(
  connection: Connection,
  key: () => Promise<KeyObject>,
  scope: UsersWithin | undefined,
): Omit<AuditLog, 'latestTime'> {
  return {
    async *list(selection) {
      const last = newest(connection);
      const { where, parameters } = conditions(selection, scope);
      const span = scope === undefined ? SPAN : SPAN_WITHIN;
      let after = oldest(connection) - 1;
      // What follows a place is read onwards from it; the newest so many from the first of them.
      let wanted =
        selection.after === undefined ? Number.POSITIVE_INFINITY : (selection.limit ?? Number.POSITIVE_INFINITY);
      if (selection.after !== undefined) after = Math.max(after, selection.after.seq);
      else if (selection.limit !== undefined) {
        // Backwards.
        let missing = selection.limit;
        let before = last + 1;
        while (missing > 0 && before > after + 1) {
          const sql = `SELECT seq FROM audit WHERE seq < ? AND seq >= ? ${where} ORDER BY seq DESC LIMIT ?`;
          const found = connection.all(sql, [before, before - span, ...parameters, missing]);
          missing -= found.length;
          before = missing === 0 ? Number(found.at(-1)?.['seq']) : behindGap(connection, before - span);
          yield [];
        }
        after = Math.max(after, before - 1);
      }
      const sql = (columns: string) =>
        `SELECT ${columns} FROM audit WHERE seq > ? AND seq <= ? ${where} ORDER BY audit.seq LIMIT ?`;
      while (after < last && wanted > 0) {
        const end = Math.min(last, after + span);
        const rows = Math.min(PAGE_ROWS, wanted);
        const entries = entriesOf(connection, sql, [after, end, ...parameters, rows]);
        after = entries.length < rows ? beforeGap(connection, end) : (entries.at(-1)?.seq ?? end);
        wanted -= entries.length;
        yield entries.map(listedEntry);
      }
    },

    async *chain(upTo) {
      const sql = (columns: string) => `SELECT ${columns} FROM audit WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`;
      for (let after: number = FIRST; ; ) {
        const entries = entriesOf(connection, sql, [after, upTo, PAGE_ROWS]);
        const next = entries[0]?.seq;
        if (after !== FIRST && next !== after + 1 && wasPruned(connection, after)) throw prunedMeanwhile();
        if (entries.length > 0) yield entries;
        if (entries.length < PAGE_ROWS) return;
        after = entries.at(-1)?.seq ?? upTo;
      }
    },

    anchor: async () => anchorOf(connection),

    async verify() {
      const chainKey = await key();
      // In one snapshot: entries that others append meanwhile would be beyond the anchor that was read before.
      connection.exec('BEGIN');
      try {
        return verifyChain(connection, chainKey);
      } finally {
        connection.exec('ROLLBACK');
      }
    },
  };
}

function newest(connection: Connection): number {
  return Number(connection.get('SELECT max(seq) AS seq FROM audit')?.['seq'] ?? 0);
}

function oldest(connection: Connection): number {
  return Number(connection.get('SELECT min(seq) AS seq FROM audit')?.['seq'] ?? 1);
}

/** The last number before the next entry: in a log that was tampered with the gap may be wide, and is stepped over at once. */
function beforeGap(connection: Connection, end: number): number {
  const next = connection.get('SELECT min(seq) AS seq FROM audit WHERE seq > ?', [end])?.['seq'];
  return typeof next === 'number' ? next - 1 : end;
}

function behindGap(connection: Connection, start: number): number {
  const next = connection.get('SELECT max(seq) AS seq FROM audit WHERE seq < ?', [start])?.['seq'];
  return typeof next === 'number' ? next + 1 : start;
}

/** Whether the entries after one were pruned. Any other gap is shown as it is. */
function wasPruned(connection: Connection, seq: number): boolean {
  return (anchorOf(connection).floor?.seq ?? 0) > seq;
}

function prunedMeanwhile(): OtpctlError {
  return new OtpctlError('changed-meanwhile', 'the audit log was pruned while it was read', 'read it again');
}

function conditions(
  selection: AuditSelection,
  scope: UsersWithin | undefined,
): { where: string; parameters: Parameters } {
  let where = '';
  const parameters: (string | number)[] = [];
  const add = (term: string, value: string | number | undefined) => {
    if (value === undefined) return;
    where += ` AND ${term}`;
    parameters.push(value);
  };
  add('time >= ?', selection.since);
  add('time <= ?', selection.until);
  add('user_fold = ?', selection.user === undefined ? undefined : fold(selection.user));
  add('device_id = ?', selection.device);
  const actors = selection.actor === undefined ? undefined : JSON.stringify(actorsNamed(selection.actor));
  add('actor IN (SELECT value FROM json_each(?))', actors);
  add('action = ?', selection.action);
  add('ticket = ?', selection.ticket);
  add('instr(lower(reason), lower(?)) > 0', selection.reason);
  where += andWithin(scope, 'CAST(audit.user_id AS INTEGER)');
  return { where, parameters: [...parameters, ...(scope?.parameters ?? [])] };
}
