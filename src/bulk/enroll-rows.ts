import type { Device } from '../domain/device/device.ts';
import { deviceTypes } from '../domain/device-types/index.ts';
import type { EnrollmentRequest } from '../domain/enrollment/enrollment.ts';
import { OtpctlError } from '../domain/errors.ts';
import type { Instant } from '../domain/instant.ts';
import type { Run } from '../domain/run/run.ts';
import type { Enrolment } from '../domain/run/run-row.ts';
import type { Backend } from '../ports/backend.ts';
import type { EarlierEnrolment, EnrolmentSource, Progress } from '../ports/bulk/bulk.ts';
import type { BulkBackend } from '../ports/bulk/bulk-backend.ts';
import type { JournalRow } from '../ports/bulk/journal.ts';
import { endRun, rowsOf } from './change-rows.ts';
import { createFailureLimit, failuresIn } from './failure-limit.ts';
import { workThrough } from './work-through.ts';

type Row = JournalRow<Enrolment>;

/** What earlier runs made of the rows of files, by the rules of the rows. */
export async function earlierEnrolments({
  journal,
  backend,
}: BulkBackend): Promise<ReadonlyMap<string, EarlierEnrolment>> {
  const earlier = new Map<string, EarlierEnrolment>();
  for (const run of await journal.list()) {
    if (run.command !== 'create') continue;
    for await (const page of journal.rows(run.id, ['changed', 'sent'])) {
      for (const row of page) {
        if (row.kind !== 'enrolment' || earlier.has(row.rule)) continue;
        const { rule, id, outcome } = row;
        if (outcome === 'sent') earlier.set(rule, { made: 'perhaps', run: run.id, since: run.started });
        else if (id !== undefined && (await backend.find(id)) !== undefined)
          earlier.set(rule, { made: 'device', run: run.id, id });
      }
    }
  }
  return earlier;
}

/**
 * Makes a device for each row of a run that waits, and hands over its secret before the row counts as done. A device
 * whose secret cannot be handed over is taken away again.
 */
export async function* enrollRows(
  bulkBackend: BulkBackend,
  run: Run,
  source: EnrolmentSource,
  interruption: AbortSignal,
): Progress {
  const { journal } = bulkBackend;
  const made = new Set([...source.earlier.values()].flatMap((each) => (each.made === 'device' ? [each.id] : [])));
  const limit = createFailureLimit(run, interruption);
  const work = async (row: Row) => {
    const settled = await enrollRow(bulkBackend, run, row, source, made);
    await journal.settle(run.id, [settled]);
    return settled;
  };
  // What another row has just made must not be taken for what a killed run left.
  const looksForStray = ({ rule }: Row) => source.earlier.get(rule)?.made === 'perhaps';
  const waiting = rowsOf(journal, run, 'enrolment', ['waiting']);
  for await (const rows of workThrough(waiting, run.options, limit.stop, work, looksForStray)) {
    limit.add(failuresIn(rows));
    yield rows;
  }
  return endRun(journal, run, limit);
}

async function enrollRow(
  { backend, journal }: BulkBackend,
  run: Run,
  row: Row,
  { requests, earlier, deliver }: EnrolmentSource,
  made: Set<string>,
): Promise<Row> {
  const request = requests[row.position - 1];
  if (request === undefined) return { ...row, outcome: 'failed', reason: 'the row is not in the file' };
  try {
    const before = earlier.get(row.rule);
    const found = before?.made === 'perhaps' ? await strayDevice(backend, request, before.since, made) : undefined;
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
async function takenAway(backend: Backend, run: Run, row: Row, { id }: Device, unwritten: unknown): Promise<Row> {
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
function strayRow(row: Row, { id, name, user, type }: Device): Row {
  if (!deviceTypes[type].hasQr) return { ...row, id, name, user, outcome: 'changed' };
  const reason = `a run that was killed may have made device ${id} and lost its secret: delete that, and run this again`;
  return { ...row, outcome: 'failed', reason };
}
