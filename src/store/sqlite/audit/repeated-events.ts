import type { AuditEvent, AuditResult } from '../../../domain/audit/audit.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { KeyedHash } from '../../keyed-hash.ts';
import type { Connection } from '../connection/connection.ts';
import { jsonOf } from '../connection/row-values.ts';
import { equal } from './audit-chain.ts';

/** Seconds in which what happens again is counted, and not told. */
const COUNTED_FOR = 60;

/** How many counts are told in one transaction at most: the others wait for the next one. */
const MOST = 100;

/**
 * Whether an event that may come very often is told: when there was none like it within a minute. Else it is counted.
 */
export function countRepeated(connection: Connection, rows: KeyedHash, { time, ...facts }: AuditEvent): boolean {
  const text = JSON.stringify(facts);
  const counted = connection.run('UPDATE repeated SET more = more + 1 WHERE event = ?', [text]) === 1;
  if (!counted) {
    connection.run('INSERT INTO repeated (event, since, more, mac) VALUES (?, ?, 0, ?)', [
      text,
      time,
      macOf(rows, text, time),
    ]);
  }
  return !counted;
}

/**
 * The counts that are due, as events, which are told now: each says how many more there were since the one that was told.
 * An event that somebody else wrote there is dropped: it never happened.
 */
export function dueCounts(connection: Connection, rows: KeyedHash, now: Instant): readonly AuditEvent[] {
  // Also those of a time to come, written when the clock was wrong.
  const due = connection.all(
    `SELECT event, since, more, mac FROM repeated WHERE since <= ? OR since > ? LIMIT ${MOST}`,
    [now - COUNTED_FOR, now],
  );
  for (const { event } of due) connection.run('DELETE FROM repeated WHERE event = ?', [String(event)]);
  return due
    .filter(({ event, since, more, mac }) => {
      return Number(more) > 0 && equal(mac as Uint8Array, macOf(rows, String(event), Number(since)));
    })
    .map(({ event, more }) => {
      const facts = jsonOf(event, 'a counted event') as Omit<AuditEvent, 'time'>;
      return { ...facts, time: now, result: `${facts.result}, ${more} more within a minute` as AuditResult };
    });
}

function macOf(rows: KeyedHash, text: string, since: Instant): Uint8Array {
  return rows(`repeated\0${since}\0${text}`);
}
