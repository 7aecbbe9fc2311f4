import type { KeyObject } from 'node:crypto';
import type { AuditSelection } from '../../domain/audit.ts';
import { fold } from '../../domain/user.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import { anchorOf, chainedEntryOf, verifyChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';

/** What is read of the audit log of a store at length. `key` is asked for only to recompute the chain. */
export function createAuditLog(connection: Connection, key: () => Promise<KeyObject>): Omit<AuditLog, 'latestTime'> {
  return {
    async *list(selection) {
      for (const row of connection.iterate(...query(selection))) {
        const { mac: _, ...entry } = chainedEntryOf(row);
        yield entry;
      }
    },

    async *chain(upTo) {
      const sql = 'SELECT * FROM audit WHERE seq <= ? ORDER BY seq';
      for (const row of connection.iterate(sql, [upTo])) yield chainedEntryOf(row);
    },

    anchor: async () => anchorOf(connection),

    async verify() {
      const chainKey = await key();
      // One snapshot: entries that others append meanwhile must not look like a chain beyond its anchor.
      connection.exec('BEGIN');
      try {
        return verifyChain(connection, chainKey);
      } finally {
        connection.exec('ROLLBACK');
      }
    },
  };
}

function query(selection: AuditSelection): [string, (string | number)[]] {
  const terms: string[] = [];
  const parameters: (string | number)[] = [];
  const add = (term: string, value: string | number | undefined) => {
    if (value === undefined) return;
    terms.push(term);
    parameters.push(value);
  };
  add('time >= ?', selection.since);
  add('time <= ?', selection.until);
  add('user_fold = ?', selection.user === undefined ? undefined : fold(selection.user));
  add('device_id = ?', selection.device);
  add('actor = ?', selection.actor);
  add('action = ?', selection.action);
  add('ticket = ?', selection.ticket);
  add('instr(lower(reason), lower(?)) > 0', selection.reason);
  const where = terms.length > 0 ? `WHERE ${terms.join(' AND ')}` : '';
  if (selection.limit === undefined) return [`SELECT * FROM audit ${where} ORDER BY seq`, parameters];
  const newest = `SELECT * FROM audit ${where} ORDER BY seq DESC LIMIT ?`;
  return [`SELECT * FROM (${newest}) ORDER BY seq`, [...parameters, selection.limit]];
}
