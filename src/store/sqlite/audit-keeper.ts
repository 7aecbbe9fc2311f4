import { createHash } from 'node:crypto';
import { canonicalEntry } from '../../domain/audit.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Origin } from '../../domain/origin.ts';
import type { AuditKeeper, Pruned } from '../../ports/store-admin.ts';
import { anchorOf, appendAudit, chainedEntryOf, pruneAudit, verifyChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';
import type { CreateStoreDeps } from './create-store.ts';
import { FIRST, keySetRows } from './key-set.ts';
import { openKeys } from './open-keys.ts';

type Within = <T>(work: (connection: Connection) => T | Promise<T>) => Promise<T>;

/** Lets the audit log of a store end at its other end, too: what was exported can be removed. */
export function createAuditKeeper(within: Within, deps: CreateStoreDeps, origin: Origin): AuditKeeper {
  const { clock } = deps;
  return {
    recordExport: ({ first, last, hash }) =>
      within(async (connection) => {
        const { audit } = await openKeys(connection, deps);
        const mac = macOf(connection, last);
        const event = { action: 'audit.export', object: entries(first, last), result: `ok: hash ${hash}, HMAC ${mac}` };
        connection.immediate(() => appendAudit(connection, audit, { ...origin, time: clock.now(), ...event }));
      }),

    countBefore: (moment) => within((connection) => oldest(connection, moment)),

    prune: (before) =>
      within(async (connection) => {
        const { audit } = await openKeys(connection, deps);
        return connection.immediate(() => {
          const verdict = verifyChain(connection, audit);
          if (!verdict.intact)
            throw new OtpctlError('store-damaged', verdict.finding, 'see more with  otpctl store check');
          const pruned = oldest(connection, before);
          const { first, last } = pruned;
          if (first === undefined || last === undefined) return pruned;
          refuseUnexported(connection, first, last);
          const head = Buffer.from(macOf(connection, last), 'hex');
          const result = `ok: hash ${hashOf(connection, last)}, HMAC ${head.toString('hex')}`;
          appendAudit(connection, audit, {
            ...origin,
            time: clock.now(),
            action: 'audit.prune',
            object: entries(first, last),
            result,
          });
          pruneAudit(connection, audit, last, head);
          return pruned;
        });
      }),
  };
}

/** The entries from the oldest on that are before a moment, up to the first that is not. */
function oldest(connection: Connection, moment: Instant): Pruned {
  const { count, floor } = anchorOf(connection);
  const first = (floor?.seq ?? 0) + 1;
  const kept = connection.get('SELECT min(seq) AS seq FROM audit WHERE time >= ?', [moment])?.['seq'];
  const last = typeof kept === 'number' ? kept - 1 : count;
  return last < first ? { entries: 0 } : { first, last, entries: last - first + 1 };
}

/** Refuses (`not-exported`) what the exports in the log do not cover. They are entries of the chain, and so is what they tell. */
function refuseUnexported(connection: Connection, first: number, last: number): void {
  const exports = connection
    .all(`SELECT object, result FROM audit WHERE action = 'audit.export' AND result LIKE 'ok: %'`)
    .map(({ object, result }) => rangeIn(String(object), String(result)))
    .sort((a, b) => a.first - b.first);
  let covered = first - 1;
  for (const range of exports) {
    // Of another past, before a restore: what was exported then is not what is here.
    const same = macOf(connection, range.last) === range.mac;
    if (same && range.first <= covered + 1) covered = Math.max(covered, range.last);
  }
  if (covered >= last) return;
  throw new OtpctlError(
    'not-exported',
    `entry ${covered + 1} of the audit log was not exported, and ${last - covered} from there on would be lost`,
    'export them with  otpctl audit export > FILE,  and keep the file',
  );
}

function rangeIn(object: string, result: string): { first: number; last: number; mac: string } {
  const [, first, last] = /^audit entries ([0-9]+) to ([0-9]+)$/.exec(object) ?? [];
  const [, mac = ''] = /^, HMAC ([0-9a-f]{64})$/.exec(result.slice(-71)) ?? [];
  return { first: Number(first ?? Number.POSITIVE_INFINITY), last: Number(last ?? 0), mac };
}

/** SHA-256 over the entries up to one, each with its HMAC. */
function hashOf(connection: Connection, last: number): string {
  const hash = createHash('sha256');
  const sql = 'SELECT * FROM audit WHERE seq <= ? AND seq > ? ORDER BY seq LIMIT ?';
  for (const row of keySetRows(connection, { sql, key: 'seq', start: FIRST, parameters: [last] })) {
    const entry = chainedEntryOf(row);
    hash.update(canonicalEntry(entry)).update('\0').update(entry.mac);
  }
  return hash.digest('hex');
}

function macOf(connection: Connection, seq: number): string {
  const mac = connection.get('SELECT mac FROM audit WHERE seq = ?', [seq])?.['mac'];
  return mac instanceof Uint8Array ? Buffer.from(mac).toString('hex') : '';
}

function entries(first: number, last: number): string {
  return `audit entries ${first} to ${last}`;
}
