import type { Instant } from '../../../domain/instant.ts';
import { CHANGED } from '../../../domain/run/run-row.ts';
import type { Connection } from '../connection/connection.ts';

/** What somebody orders of a device: also where it was so already, and nothing but the entry says that it was meant. */
const ORDERS = JSON.stringify([
  'device.update',
  'device.enable',
  'device.lock',
  'device.disable',
  'device.unlock',
  'device.reset-fails',
]);

/** The result of an entry. Of one whose texts were erased only the run is left, which is a fact. */
const RESULT = `iif(erased IS NOT NULL AND run IS NOT NULL, result || ': in run ' || run, result)`;

function resultIn(run: string): string {
  return `% in run ${run}`;
}

const AMONG = `action IN (SELECT value FROM json_each(?)) AND result LIKE 'ok%'`;

/**
 * Finds the devices about which somebody gave an order after the run that an undo takes back had changed them: also
 * those that are again, or still, what that run made of them. Where its entries were pruned, all that are left are later. Each call finds all that there are by then; of each device
 * why it is left alone.
 */
export function createOrderedSince(
  connection: Connection,
  undone: string,
  undo?: string,
): () => ReadonlyMap<string, string> {
  const [theirs, ours] = [resultIn(undone), undo === undefined ? '' : resultIn(undo)];
  const first = connection.get(`SELECT seq FROM audit WHERE ${RESULT} LIKE ? ORDER BY seq LIMIT 1`, [theirs]);
  let last = (first?.['seq'] as number | undefined) ?? 0;
  const found = new Map<string, string>();
  return () => {
    const rows = connection.all(
      `SELECT seq, device_id, action, result FROM audit AS a
       WHERE seq > ? AND ${AMONG} AND ${RESULT} NOT LIKE ? AND ${RESULT} NOT LIKE ?
         AND seq > (SELECT coalesce(max(seq), (SELECT 0 FROM audit_floor)) FROM audit
                WHERE device_id = a.device_id AND ${RESULT} LIKE ?)
       ORDER BY seq`,
      [last, ORDERS, theirs, ours, theirs],
    );
    for (const { seq, device_id, action, result } of rows) {
      const isRepeated = String(result).endsWith(' already');
      const known = found.get(String(device_id));
      found.set(String(device_id), isRepeated && known !== CHANGED ? whyOf(action, seq) : CHANGED);
    }
    last = (connection.get('SELECT max(seq) AS seq FROM audit')?.['seq'] as number | null) ?? last;
    return found;
  };
}

/** The devices about which anything was ordered after a moment, also by runs, and where the last of that stands. */
export function orderedAfter(connection: Connection, moment: Instant): ReadonlyMap<string, string> {
  const rows = connection.all(
    `SELECT max(seq) AS seq, device_id, action FROM audit WHERE time > ? AND ${AMONG} GROUP BY device_id`,
    [moment, ORDERS],
  );
  return new Map(rows.map(({ seq, device_id, action }) => [String(device_id), whyOf(action, seq)]));
}

function whyOf(action: unknown, seq: unknown): string {
  return `${action} was ordered since, in entry ${seq} of the audit log`;
}

/** Whether the last order about a device was that of a run. Where entries were pruned, it may have been. */
export function madeByRun(connection: Connection, device: string): boolean {
  const last = connection.get(
    `SELECT ${RESULT} AS result FROM audit WHERE device_id = ? AND ${AMONG} ORDER BY seq DESC LIMIT 1`,
    [device, ORDERS],
  );
  if (last !== undefined) return / in run [0-9a-f]+$/.test(String(last['result']));
  return connection.get('SELECT 1 FROM audit_floor') !== undefined;
}

/** Whether somebody gave an order about a device after a run had changed it; a run of another may be one as well. */
export function orderedSince(connection: Connection, device: string, run: string): boolean {
  const theirs = resultIn(run);
  const later = connection.get(
    `SELECT 1 FROM audit WHERE device_id = ?1 AND ${AMONG.replace('?', '?2')} AND ${RESULT} NOT LIKE ?3
       AND seq > (SELECT coalesce(max(seq), (SELECT 0 FROM audit_floor)) FROM audit
              WHERE device_id = ?1 AND ${RESULT} LIKE ?3) LIMIT 1`,
    [device, ORDERS, theirs],
  );
  return later !== undefined;
}
