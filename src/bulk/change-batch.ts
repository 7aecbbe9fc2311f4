import { statusWord } from '../domain/device/device.ts';
import { OtpctlError } from '../domain/errors.ts';
import { CHANGED, changedMeanwhile, type Run } from '../domain/run/run.ts';
import type { BatchAnswer, BatchChange, Batches, FoundNow, Turn } from '../ports/bulk/batches.ts';
import type { JournalRow, RunJournal, Settlement } from '../ports/bulk/journal.ts';

/** What a server refuses of an undo, and the device is what the run made of it. */
const ORDERED = 'somebody gave an order about it since, or it was changed meanwhile';

export interface BatchWork {
  readonly batches: Batches;
  readonly journal: RunJournal;
  readonly run: Run;
  /** The turns of what was read just now. */
  turn(): Turn;
  /** Hears of a row that failed, when it does. */
  failed(): void;
}

/**
 * Reads the rows of a batch again, writes down that they are sent, changes them, looks where the answers prove nothing,
 * and writes down what became of them. Rows that were not begun wait as before, and are answered as they are; so are
 * those that are still sent, and must be looked at again.
 */
export async function changeBatch(work: BatchWork, rows: readonly JournalRow[]): Promise<readonly JournalRow[]> {
  const { batches, journal, run, failed } = work;
  const found = await readNow(batches, rows, false);
  const turn = work.turn();
  const settled: JournalRow[] = [];
  const sent: (JournalRow & { readonly before: NonNullable<JournalRow['before']> })[] = [];
  const changes: BatchChange[] = [];
  for (const row of rows) {
    const now = found instanceof OtpctlError ? found : found.get(row.id);
    const done = settledByReading(row, now);
    if (done?.error !== undefined) failed();
    if (done !== undefined) settled.push(done);
    else if (now !== undefined && !(now instanceof OtpctlError)) {
      const { device, version } = now;
      sent.push({ ...row, outcome: 'sent', before: row.before ?? { fails: device.fails } });
      changes.push({ id: row.id, to: row.to, ...(version !== undefined && { version }) });
    }
  }
  await journal.settle(run.id, [...settled, ...sent].map(settlementOf));
  if (sent.length === 0) return settled;

  const answers = new Map<string, BatchAnswer>();
  await batches.change(changes, turn, run, (answer) => {
    answers.set(answer.id, answer);
    if (answer.said === 'failed' && !answer.doubtful) failed();
  });
  const open = sent.filter(({ id }) => isOpen(answers.get(id)));
  const seen = open.length === 0 ? new Map<string, FoundNow>() : await readNow(batches, open, true);
  const ended = sent.map((row): JournalRow => {
    const answer = answers.get(row.id);
    if (answer === undefined) return { ...row, outcome: 'waiting' };
    if (answer.said === 'unknown') return row;
    const end = settledByAnswer(
      row,
      answer,
      seen instanceof OtpctlError ? seen : seen.get(row.id),
      run.undoes !== undefined,
    );
    if (end.error !== undefined && (answer.said !== 'failed' || answer.doubtful)) failed();
    return end;
  });
  await journal.settle(run.id, ended.map(settlementOf));
  return [...settled, ...ended];
}

function settlementOf({ position, outcome, reason, before }: JournalRow): Settlement {
  return { position, outcome, ...(reason !== undefined && { reason }), ...(before && { before }) };
}

type Found = FoundNow | OtpctlError | undefined;

/** What is now; when nothing can be read, the error of each. */
async function readNow(
  batches: Batches,
  rows: readonly JournalRow[],
  after: boolean,
): Promise<ReadonlyMap<string, FoundNow | OtpctlError> | OtpctlError> {
  try {
    return await batches.read(
      rows.map(({ id }) => id),
      after && rows.every(({ to }) => to === 'deleted'),
    );
  } catch (error) {
    if (error instanceof OtpctlError) return error;
    throw error;
  }
}

/** A row that needs no change, or must not have one; undefined for one that is to be changed. */
function settledByReading(row: JournalRow, now: Found): JournalRow | undefined {
  if (now instanceof OtpctlError) return row.outcome === 'sent' ? unseen(row, now) : failure(row, now);
  // Sent before and not answered: what it is now says whether it arrived.
  if (row.outcome === 'sent' && (now?.device.status ?? 'deleted') === row.to) return { ...row, outcome: 'changed' };
  const reason = changedMeanwhile(row, now?.device);
  return reason === undefined ? undefined : { ...row, outcome: 'skipped', reason };
}

function isOpen(answer: BatchAnswer | undefined): boolean {
  if (answer === undefined || answer.said === 'unknown') return false;
  return answer.doubtful || answer.said === 'told' || answer.said === 'refused';
}

function settledByAnswer(
  row: JournalRow,
  { said, doubtful, error }: BatchAnswer,
  now: Found,
  undoes: boolean,
): JournalRow {
  if (said === 'done') return { ...row, outcome: 'changed' };
  if (said === 'failed' && !doubtful) return failure(row, error);
  if (said === 'missing' && !doubtful) return { ...row, outcome: 'skipped', reason: 'deleted meanwhile' };
  const mayBeOurs = said === 'told' || doubtful;
  if (now instanceof OtpctlError) return mayBeOurs ? unseen(row, now) : failure(row, now);
  if (mayBeOurs && (now?.device.status ?? 'deleted') === row.to) return { ...row, outcome: 'changed' };
  const reason = changedMeanwhile(row, now?.device);
  if (reason !== undefined) return { ...row, outcome: 'skipped', reason };
  if (said === 'refused') return { ...row, outcome: 'skipped', reason: undoes ? ORDERED : CHANGED };
  return failure(row, error ?? stillWhatItWas(row));
}

function failure(row: JournalRow, error: OtpctlError | undefined): JournalRow {
  const { code, message } = error ?? stillWhatItWas(row);
  return { ...row, outcome: 'failed', reason: message, error: code };
}

/** A row that may have been changed, and cannot be looked at: it stays sent, until it is resumed. */
function unseen(row: JournalRow, { code, message }: OtpctlError): JournalRow {
  return { ...row, outcome: 'sent', reason: message, error: code };
}

function stillWhatItWas({ from }: JournalRow): OtpctlError {
  return new OtpctlError('protocol', `the server took the change and the device is still ${statusWord(from)}`);
}
