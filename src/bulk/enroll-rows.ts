import type { Device } from '../domain/device/device.ts';
import { deviceTypes } from '../domain/device-types/index.ts';
import type { EnrollmentRequest } from '../domain/enrollment/enrollment.ts';
import { OtpctlError } from '../domain/errors.ts';
import type { Instant } from '../domain/instant.ts';
import type { Run } from '../domain/run/run.ts';
import type { Backend } from '../ports/backend.ts';
import type { Enrolling, Known, Progress } from '../ports/bulk/bulk.ts';
import type { BulkPlace } from '../ports/bulk/bulk-place.ts';
import type { JournalRow } from '../ports/bulk/journal.ts';
import { createFailureLimit, failuresIn } from './failure-limit.ts';
import { endRun } from './run-rows.ts';
import { workThrough } from './work-through.ts';

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
  const limit = createFailureLimit(run, interruption);
  const work = async (row: JournalRow) => {
    const settled = await enrollRow(place, run, row, { requests, known, deliver }, made);
    await journal.settle(run.id, [settled]);
    return settled;
  };
  // What another row has just made must not be taken for what a killed run left.
  const looksForStray = ({ rule }: JournalRow) => known.get(rule)?.since !== undefined;
  for await (const rows of workThrough(waitingRows(place, run), run.options, limit.stop, work, looksForStray)) {
    limit.add(failuresIn(rows));
    yield rows;
  }
  return endRun(place, run, limit);
}

async function* waitingRows({ journal }: BulkPlace, run: Run): AsyncGenerator<JournalRow> {
  for await (const rows of journal.rows(run.id, ['waiting'])) yield* rows;
}

async function enrollRow(
  { backend, journal }: BulkPlace,
  run: Run,
  row: JournalRow,
  { requests, known, deliver }: Enrolling,
  made: Set<string>,
): Promise<JournalRow> {
  const request = requests[row.position - 1];
  if (request === undefined) return { ...row, outcome: 'failed', reason: 'the row is not in the file' };
  try {
    const before = known.get(row.rule);
    const found = before?.since === undefined ? undefined : await strayDevice(backend, request, before.since, made);
    if (found !== undefined) return strayRow(row, found);
    await journal.settle(run.id, [{ position: row.position, outcome: 'sent' }]);
    const { device, otpauthUri } = await backend.create(request, run.origin);
    made.add(device.id);
    const created = { ...row, id: device.id, name: device.name, user: device.user } as const;
    if (otpauthUri === undefined) return { ...created, outcome: 'changed' };
    try {
      await deliver(device, otpauthUri);
      return { ...created, outcome: 'changed' };
    } catch (error) {
      return await takenAway(backend, run, row, device, error);
    }
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    // Whether there is a device now nobody knows: the next run over the file looks for it before it makes one.
    const outcome = error.code === 'outcome-unknown' ? 'sent' : 'failed';
    return { ...row, outcome, reason: error.message, error: error.code };
  }
}

/** Takes a device away that nobody could ever set up. One that stays must not be forgotten. */
async function takenAway(
  backend: Backend,
  run: Run,
  row: JournalRow,
  { id }: Device,
  unwritten: unknown,
): Promise<JournalRow> {
  if (!(unwritten instanceof OtpctlError)) throw unwritten;
  const reason = unwritten.message;
  try {
    await backend.remove(id, { ...run.origin, reason: 'its secret could not be written' });
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    return { ...row, outcome: 'sent', reason: `${reason}; device ${id} could not be taken away: ${error.message}` };
  }
  return { ...row, outcome: 'failed', reason, error: unwritten.code };
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
