import type { Device } from '../domain/device.ts';
import { deviceTypes } from '../domain/device-types/index.ts';
import type { EnrollmentRequest } from '../domain/enrollment.ts';
import { OtpctlError } from '../domain/errors.ts';
import type { Instant } from '../domain/instant.ts';
import type { Run } from '../domain/run.ts';
import type { Backend } from '../ports/backend.ts';
import type { Enrolling, Known, Progress } from '../ports/bulk.ts';
import type { BulkPlace } from '../ports/bulk-place.ts';
import type { JournalRow } from '../ports/journal.ts';

/** What runs before this one made of rows, by what the rows say. */
export async function knownEnrollments({ journal, backend }: BulkPlace): Promise<ReadonlyMap<string, Known>> {
  const known = new Map<string, Known>();
  for (const run of await journal.list()) {
    if (run.command !== 'create') continue;
    for await (const page of journal.rows(run.id, ['changed', 'sent'])) {
      for (const { rule, id, outcome } of page) {
        if (known.has(rule)) continue;
        if (outcome === 'sent') known.set(rule, { run: run.id, since: run.started });
        else if ((await backend.find(id)) !== undefined) known.set(rule, { run: run.id, id });
      }
    }
  }
  return known;
}

/**
 * Makes a device for each row of a run that waits, and hands over its secret before the row counts as done. A device
 * whose secret cannot be handed over is taken away again.
 */
export async function* enrollRows(
  place: BulkPlace,
  run: Run,
  { requests, known, deliver }: Enrolling,
  interruption: AbortSignal,
): Progress {
  const { journal } = place;
  const made = new Set<string>(Array.from(known.values()).flatMap(({ id }) => (id === undefined ? [] : [id])));
  let failures = 0;
  for await (const rows of journal.rows(run.id, ['waiting'])) {
    for (const row of rows) {
      if (interruption.aborted || failures > run.options.maxFailures) break;
      const settled = await enrollRow(place, run, row, { requests, known, deliver }, made);
      if (settled.outcome === 'failed') failures += 1;
      if (settled.id !== '') made.add(settled.id);
      await journal.settle(run.id, [settled]);
      yield [settled];
    }
  }
  const { counts } = await journal.find(run.id);
  const stopped = failures > run.options.maxFailures ? 'stopped' : 'interrupted';
  return journal.end(run.id, counts.waiting === 0 ? 'finished' : stopped);
}

async function enrollRow(
  { backend, journal }: BulkPlace,
  run: Run,
  row: JournalRow,
  { requests, known, deliver }: Enrolling,
  made: ReadonlySet<string>,
): Promise<JournalRow> {
  const request = requests[row.position - 1];
  if (request === undefined) return { ...row, outcome: 'failed', reason: 'the row is not in the file' };
  try {
    const before = known.get(row.rule);
    const found = before?.since === undefined ? undefined : await strayDevice(backend, request, before.since, made);
    if (found !== undefined) return strayRow(row, found);
    await journal.settle(run.id, [{ position: row.position, outcome: 'sent' }]);
    const { device, otpauthUri } = await backend.create(request, run.origin);
    try {
      if (otpauthUri !== undefined) await deliver(device, otpauthUri);
    } catch (error) {
      await backend.remove(device.id, { ...run.origin, reason: 'its secret could not be written' });
      throw error;
    }
    return { ...row, id: device.id, name: device.name, user: device.user, outcome: 'changed' };
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    return { ...row, outcome: 'failed', reason: error.message, error: error.code };
  }
}

/** A device that a run may have made before it was killed: nobody wrote down that it did, and nobody has used it. */
async function strayDevice(
  backend: Backend,
  { user, type }: EnrollmentRequest,
  since: Instant,
  made: ReadonlySet<string>,
): Promise<Device | undefined> {
  for await (const page of backend.list({ user, types: [type], statuses: ['C'] }, {})) {
    const stray = page.find(({ id, created, lastUsed }) => created >= since && lastUsed === undefined && !made.has(id));
    if (stray !== undefined) return stray;
  }
  return undefined;
}

/** Without a secret to hand over such a device is as good as any; with one, only a person can tell whose it is. */
function strayRow(row: JournalRow, { id, name, user, type }: Device): JournalRow {
  if (!deviceTypes[type].hasQr) return { ...row, id, name, user, outcome: 'changed' };
  const reason = `a run that was killed may have made device ${id} and lost its secret: delete that, and run this again`;
  return { ...row, outcome: 'failed', reason };
}
