import { createHash } from 'node:crypto';
import { canonicalEntry } from '../../../domain/audit/entry-proof.ts';
import type { Origin } from '../../../domain/audit/origin.ts';
import type { SealedPart } from '../../../domain/audit/sealed-part.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/instant.ts';
import { hex } from '../../../domain/text/hex.ts';
import type { AuditKeeper, Pruned } from '../../../ports/store/store-admin.ts';
import type { Connection, WithConnection } from '../connection/connection.ts';
import { FIRST } from '../connection/key-set.ts';
import type { StoreDeps } from '../create-store.ts';
import { emptyLog } from '../keys/key-admin.ts';
import { openKeys } from '../keys/open-keys.ts';
import { enterUser, isGenuineUser } from '../signing/signed-users.ts';
import { anchorOf, appendAudit, pruneAudit } from './audit-chain.ts';
import { entriesOf } from './audit-rows.ts';
import { eraseFromAudit } from './erase-audit.ts';
import { examineAudit } from './examine-audit.ts';
import { repairAudit } from './repair-audit.ts';
import { verifyChain } from './verify-chain.ts';

/** Entries that are hashed at once. */
const PAGE_ROWS = 1000;

/** Exports, prunes and repairs the audit log of a store. Only what was exported can be pruned. */
export function createAuditKeeper(within: WithConnection, deps: StoreDeps, origin: Origin): AuditKeeper {
  const { clock } = deps;
  return {
    recordExport: ({ first, last, hash }) =>
      within(async (connection) => {
        const { audit } = await openKeys(connection, deps);
        const mac = macOf(connection, last);
        const event = {
          action: 'audit.export' as const,
          object: entries(first, last),
          result: `ok: hash ${hash}, HMAC ${mac}` as const,
        };
        connection.immediate(() => appendAudit(connection, audit, { ...origin, time: clock.now(), ...event }));
      }),

    countBefore: (moment) => within((connection) => oldest(connection, moment)),

    prune: (before) =>
      within(async (connection) => {
        const { audit } = await openKeys(connection, deps);
        return connection.immediate(() => {
          const verdict = verifyChain(connection, audit.hmac);
          if (!verdict.intact)
            throw new OtpctlError('store-damaged', verdict.finding, 'see more with  otpctl store check');
          const pruned = withoutHalfOfASeal(oldest(connection, before), verdict.sealed ?? []);
          const { first, last } = pruned;
          if (first === undefined || last === undefined) return pruned;
          refuseUnexported(connection, first, last);
          const head = Buffer.from(macOf(connection, last), 'hex');
          const result = `ok: hash ${hashOf(connection, last)}, HMAC ${hex(head)}` as const;
          appendAudit(connection, audit, {
            ...origin,
            time: clock.now(),
            action: 'audit.prune',
            object: entries(first, last),
            result,
          });
          pruneAudit(connection, audit.hmac, last, head);
          return pruned;
        });
      }),

    broken: () =>
      within(async (connection) => {
        const { audit } = await openKeys(connection, deps);
        return connection.immediate(() => examineAudit(connection, audit.hmac).broken);
      }),

    repair: (broken) =>
      within(async (connection) => {
        const { audit } = await openKeys(connection, deps);
        const by = { ...origin, time: clock.now() };
        return connection.immediate(() => repairAudit(connection, audit, broken, by));
      }),

    erase: (user) =>
      within(async (connection) => {
        const { audit, rows } = await openKeys(connection, deps);
        // What is taken away is to be gone from the file, too.
        connection.exec('PRAGMA secure_delete = ON');
        const by = { ...origin, time: clock.now() };
        const erasure = connection.immediate(() => {
          const isGenuine = isGenuineUser(connection, rows, user.userId);
          const done = eraseFromAudit(connection, audit, user, by);
          connection.run(`DELETE FROM repeated WHERE json_extract(event, '$.userId') = ?`, [user.userId]);
          if (isGenuine) enterUser(connection, rows, user.userId, anchorOf(connection).count);
          return done;
        });
        emptyLog(connection);
        return erasure;
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

/** Keeps a range to prune from ending inside a part that is sealed as a whole: of the rest, its digest could not be checked. */
function withoutHalfOfASeal(pruned: Pruned, sealed: readonly SealedPart[]): Pruned {
  const { first = 0, last = 0 } = pruned;
  const cut = sealed.filter((part) => (part.first ?? 0) <= last && last < (part.last ?? 0));
  const until = Math.min(last, ...cut.map((part) => (part.first ?? 0) - 1));
  if (until === last) return pruned;
  return until < first ? { entries: 0 } : { first, last: until, entries: until - first + 1 };
}

/** Refuses (`not-exported`) entries that no export covers. What was exported is in the chain too, so it cannot be made up. */
function refuseUnexported(connection: Connection, first: number, last: number): void {
  const exports = connection
    .all(`SELECT object, result FROM audit WHERE action = 'audit.export' AND result LIKE 'ok: %'`)
    .map(({ object, result }) => rangeIn(String(object), String(result)))
    .sort((a, b) => a.first - b.first);
  let covered = first - 1;
  for (const range of exports) {
    // What was exported before a restore may be other entries, with other HMACs.
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
  const sql = (columns: string) =>
    `SELECT ${columns} FROM audit WHERE seq <= ? AND seq > ? ORDER BY seq LIMIT ${PAGE_ROWS}`;
  for (let after: number = FIRST; ; ) {
    const entries = entriesOf(connection, sql, [last, after]);
    for (const entry of entries) hash.update(canonicalEntry(entry)).update('\0').update(entry.mac);
    if (entries.length < PAGE_ROWS) return hash.digest('hex');
    after = entries.at(-1)?.seq ?? last;
  }
}

/** The HMAC of an entry. Of one that is missing, which is sealed, that of the one before: the next one is chained to it. */
function macOf(connection: Connection, seq: number): string {
  const mac = connection.get('SELECT mac FROM audit WHERE seq <= ? ORDER BY seq DESC LIMIT 1', [seq])?.['mac'];
  return mac instanceof Uint8Array ? hex(mac) : '';
}

function entries(first: number, last: number): string {
  return `audit entries ${first} to ${last}`;
}
