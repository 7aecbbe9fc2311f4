import { statusWord } from '../../domain/device/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Run } from '../../domain/run/run.ts';
import { CHANGED, changedMeanwhile, type DeviceChange, type Target } from '../../domain/run/run-row.ts';
import type { BatchAnswer, BatchChange, Batches, FoundNow, Pacing } from '../../ports/bulk/batches.ts';
import type { JournalRow, RunJournal, Settlement } from '../../ports/bulk/journal.ts';
import type { Timer } from '../../ports/system/timer.ts';
import { type FailureLimit, failuresIn } from '../failure-limit.ts';
import type { RequestPool } from './request-pool.ts';

/** Milliseconds after which what was read of a row is old: it is read again before it is changed. */
const FRESH = 10_000;

/** What a server refuses of an undo, and the device is what the run made of it. */
const ORDERED = 'somebody gave an order about it since, or it was changed meanwhile';

/** What the batches of a run share. */
export interface BatchWork {
  readonly batches: Batches;
  readonly journal: RunJournal;
  readonly run: Run;
  readonly limit: FailureLimit;
  readonly timer: Timer;
  readonly pacing: Pacing;
  readonly pool: RequestPool;
}

export interface BatchEnd {
  readonly settled: readonly Row[];
  /** Rows that were not begun, and those about which nothing was answered: they are to be read and changed again. */
  readonly open: readonly Row[];
}

type Row = JournalRow<DeviceChange>;

/**
 * Reads the rows of a batch again, writes down that they are sent, changes them, looks where the answers prove nothing,
 * and writes down what became of them.
 */
export async function changeBatch(work: BatchWork, rows: readonly Row[]): Promise<BatchEnd> {
  const { batches, journal, run, limit, timer } = work;
  const found = await readNow(batches, rows, 'there');
  const freshUntil = timer.elapsed() + FRESH;
  const settled: Row[] = [];
  const open: Row[] = [];
  const sent: Row[] = [];
  const changes: BatchChange[] = [];
  for (const row of rows) {
    const now = found.get(row.id);
    const end = settledByReading(row, now);
    if (end !== undefined) settled.push(end);
    else if (now !== undefined && !(now instanceof OtpctlError)) {
      const { device, version } = now;
      sent.push({ ...row, outcome: 'sent', before: row.before ?? { fails: device.fails } });
      changes.push({ id: row.id, to: row.to, ...(version !== undefined && { version }) });
    }
  }
  limit.add(failuresIn(settled));
  await journal.settle(run.id, [...settled, ...sent].map(settlementOf));
  if (sent.length === 0) return { settled, open };

  const answers = await send(work, changes, freshUntil);
  const doubted = sent.filter(({ id }) => isDoubted(answers.get(id)));
  const seen = await readNow(batches, doubted, doubted.every(({ to }) => to === 'deleted') ? 'gone' : 'there');
  const ends = sent.map((row): Row => {
    const answer = answers.get(row.id);
    if (answer === undefined) return { ...row, outcome: 'waiting' };
    return answer.said === 'unanswered' ? row : settledByAnswer(row, answer, seen.get(row.id), run);
  });
  await journal.settle(run.id, ends.map(settlementOf));
  const isOpen = ({ id }: Row) => (answers.get(id)?.said ?? 'unanswered') === 'unanswered';
  limit.add(failuresIn(ends.filter(({ id }) => isDoubted(answers.get(id)))));
  return { settled: [...settled, ...ends.filter((row) => !isOpen(row))], open: ends.filter(isOpen) };
}

/** Sends changes for as long as what was read is fresh and nothing stops the run. Answers by the ids of devices. */
async function send(
  { batches, run, limit, timer, pacing, pool }: BatchWork,
  changes: readonly BatchChange[],
  freshUntil: number,
): Promise<ReadonlyMap<string, BatchAnswer>> {
  let isBroken = false;
  const sendOne = async (request: readonly BatchChange[]): Promise<readonly BatchAnswer[]> => {
    if (isBroken || timer.elapsed() > freshUntil) return [];
    await pacing.wait(request.length);
    if (limit.stop.aborted) return [];
    try {
      const answers = await batches.change(request, pacing, run);
      // At once: after one failure too many the next request is not sent.
      limit.add(answers.filter((answer) => answer.said === 'failed' && !answer.doubtful && !isTooMany(answer)).length);
      return answers;
    } catch (error) {
      isBroken = true;
      throw error;
    }
  };
  const answers = await pool(batches.requestsAtOnce(run.options), batches.requestsOf(changes), sendOne);
  return new Map(answers.flat().map((answer) => [answer.id, answer]));
}

function settlementOf({ position, outcome, reason, before }: Row): Settlement {
  return { position, outcome, ...(reason !== undefined && { reason }), ...(before && { before }) };
}

type Found = FoundNow | OtpctlError | undefined;

/** What is now; when nothing can be read, the error of each. */
async function readNow(
  batches: Batches,
  rows: readonly Row[],
  expected: 'there' | 'gone',
): Promise<ReadonlyMap<string, FoundNow | OtpctlError>> {
  const ids = rows.map(({ id }) => id);
  try {
    return ids.length === 0 ? new Map() : await batches.read(ids, expected);
  } catch (error) {
    if (error instanceof OtpctlError) return new Map(ids.map((id) => [id, error]));
    throw error;
  }
}

/** A row that needs no change, or must not have one; undefined for one that is to be changed. */
function settledByReading(row: Row, now: Found): Row | undefined {
  if (now instanceof OtpctlError) return row.outcome === 'sent' ? unseen(row, now) : failure(row, now);
  // Sent before and not answered: what it is now says whether it arrived.
  if (row.outcome === 'sent' && whatItIs(now) === row.to) return { ...row, outcome: 'changed' };
  const reason = changedMeanwhile(row, now?.device);
  return reason === undefined ? undefined : { ...row, outcome: 'skipped', reason };
}

/** Whether an answer leaves it to a reading what became of the device. */
function isDoubted(answer: BatchAnswer | undefined): boolean {
  if (answer === undefined || answer.said === 'unanswered') return false;
  return answer.doubtful || answer.said === 'told' || answer.said === 'refused';
}

function settledByAnswer(row: Row, answer: BatchAnswer, now: Found, { undoes }: Run): Row {
  const { said, doubtful } = answer;
  if (said === 'done') return { ...row, outcome: 'changed' };
  if (said === 'missing' && !doubtful) return { ...row, outcome: 'skipped', reason: 'deleted meanwhile' };
  const error = said === 'failed' ? answer.error : stillWhatItWas(row);
  if (isTooMany(answer)) return { ...row, outcome: 'skipped', reason: error.message };
  if (said === 'failed' && !doubtful) return failure(row, error);
  const mayBeOurs = said === 'told' || doubtful;
  if (now instanceof OtpctlError) return mayBeOurs ? unseen(row, now) : failure(row, now);
  if (mayBeOurs && whatItIs(now) === row.to) return { ...row, outcome: 'changed' };
  const reason = changedMeanwhile(row, now?.device);
  if (reason !== undefined) return { ...row, outcome: 'skipped', reason };
  if (said !== 'refused') return failure(row, error);
  return { ...row, outcome: 'skipped', reason: undoes === undefined ? CHANGED : ORDERED };
}

/** Whether a change was refused since it would enable one device too many: such a row is left alone. */
function isTooMany(answer: BatchAnswer): boolean {
  return answer.said === 'failed' && answer.error.code === 'too-many-devices';
}

function whatItIs(now: FoundNow | undefined): Target {
  return now === undefined ? 'deleted' : now.device.status;
}

function failure(row: Row, { code, message }: OtpctlError): Row {
  return { ...row, outcome: 'failed', reason: message, error: code };
}

/** A row that may have been changed, and cannot be looked at: it stays sent, until it is resumed. */
function unseen(row: Row, { code, message }: OtpctlError): Row {
  return { ...row, outcome: 'sent', reason: message, error: code };
}

function stillWhatItWas({ from }: Row): OtpctlError {
  return new OtpctlError('protocol', `the server took the change and the device is still ${statusWord(from)}`);
}
