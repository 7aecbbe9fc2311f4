import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Ds100Status, hasStatus } from '../domain/ds100.ts';
import { type ErrorCode, invalid, OtpctlError } from '../domain/errors.ts';
import { readSerialRows, type SerialRow } from '../formats/serial-rows.ts';
import type { Ds100Admin } from '../ports/ds100-admin.ts';
import { confirmOrCancel } from './change-devices.ts';
import type { Context } from './context.ts';
import { asText, type Given, type Options, option } from './define-command.ts';
import { type BatchRow, batchRowView } from './ds100-batch-row.ts';
import { type BatchJournal, openJournal, openReport } from './ds100-journal.ts';
import { sayWhere } from './ds100-print.ts';
import { ds100Target, needed } from './ds100-target.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { readInput } from './text-file.ts';
import { count } from './values.ts';

export const BATCH_OPTIONS = {
  from: option('--from <file>', 'each device that a file names; - for stdin', asText),
  max: option('--max <n>', 'with --from: refuse more devices than this', count('the maximum', 1)),
  rate: option('--rate <n>', 'with --from: at most so many devices a second', rate),
  maxFailures: option(
    '--max-failures <n>',
    'with --from: stop after more failures than this (default 20)',
    count('the failures'),
  ),
  journal: option('--journal <file>', 'with --from: note each step; what is noted as done is not done again', asText),
  report: option('--report <file>', 'with --from: write what became of each device, as JSON', asText),
} satisfies Options;

/** Devices that a run without a person may change unless `--max` says otherwise. */
const MAX_UNATTENDED = 1000;
const MAX_FAILURES = 20;
/** From how many devices on a run asks before it acts. */
const MANY = 11;

/** What no later row can mend: who one is, and a disk without room. */
const HOPELESS: readonly ErrorCode[] = ['not-signed-in', 'key-missing', 'key-wrong', 'permissions', 'disk'];

/** Takes each device of a file to a status, one after another, and reports each. Exit 6 when one was not. */
export async function runBatch(
  context: Context,
  verb: 'disable' | 'enable',
  to: Ds100Status,
  file: string,
  options: Given<typeof BATCH_OPTIONS>,
): Promise<ExitCode> {
  const { print, io } = context;
  const rows = await readSerialRows(await readInput(file, io));
  if (rows.length === 0) {
    await print.notice('notice: the file names no device; nothing was changed');
    return EXIT.done;
  }
  refuseTooMany(rows.length, options.max ?? (context.prompts.possible ? undefined : MAX_UNATTENDED));
  const byToken = rows.some(({ serial }) => serial.kind === 'token');
  const admin = await context.ds100(['read', 'manage', ...(byToken ? (['user'] as const) : [])]);
  if (rows.length >= MANY) await confirmOrCancel(context, `${verb} ${rows.length} DS100 devices?`);
  const report = openReport(options.report);
  let journal: BatchJournal | undefined;
  try {
    journal = openJournal(options.journal, `ds100 ${verb}`, digestOf(rows));
    const { done, stopped } = await changeRows(context, admin, { rows, to, journal, options });
    if (!isStreamed(context)) await print.list(batchRowView, [done]);
    await sayWhere(context, admin);
    const counts = countsOf(done);
    report.write({ command: `ds100 ${verb}`, counts, rows: done });
    const summary = Object.entries(counts).map(([outcome, number]) => `${number} ${outcome}`);
    await print.notice(`${summary.join(', ')}${stopped === undefined ? '' : `; ${stopped}`}`);
    if (io.interruption.aborted) return EXIT.interrupted;
    if (!done.every(({ outcome }) => outcome === 'changed' || outcome === 'skipped')) return EXIT.partly;
    journal.finish();
    return EXIT.done;
  } finally {
    journal?.close();
    report.close();
  }
}

interface Batch {
  readonly rows: readonly SerialRow[];
  readonly to: Ds100Status;
  readonly journal: BatchJournal;
  readonly options: Given<typeof BATCH_OPTIONS>;
}

async function changeRows(
  context: Context,
  admin: Ds100Admin,
  { rows, to, journal, options }: Batch,
): Promise<{ readonly done: readonly BatchRow[]; readonly stopped: string | undefined }> {
  const { interruption } = context.io;
  const done: BatchRow[] = [];
  const report = async (row: BatchRow) => {
    done.push(row);
    if (isStreamed(context)) await context.print.list(batchRowView, [[row]]);
  };
  let failures = 0;
  let stopped: string | undefined;
  for (const [at, row] of rows.entries()) {
    const base = { line: row.line, id: row.serial.digits, ...(row.userId !== undefined && { user: row.userId }), to };
    if (interruption.aborted) stopped ??= 'interrupted';
    if (stopped !== undefined) {
      await report({ ...base, outcome: 'waiting' });
      continue;
    }
    if (journal.isDone(row.serial.digits)) {
      await report({ ...base, outcome: 'skipped', reason: 'done already, says the journal' });
      continue;
    }
    if (at > 0 && options.rate !== undefined) {
      await wait(1000 / options.rate, undefined, { signal: interruption }).catch(() => {});
    }
    const { result, error } = await changeRow(context, admin, row, base, journal);
    if (error !== undefined && HOPELESS.includes(error.code) && done.length === 0) throw error;
    stopped = unwritten(() => journal.note(result, error?.code));
    await report(result);
    if (error === undefined) continue;
    failures += 1;
    if (HOPELESS.includes(error.code)) stopped ??= error.message;
    else if (failures > (options.maxFailures ?? MAX_FAILURES)) stopped = `stopped after ${failures} failures`;
  }
  return { done, stopped };
}

/** Why a line of the journal could not be written; the change before it is reported all the same. */
function unwritten(write: () => void): string | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (error instanceof OtpctlError) return error.message;
    throw error;
  }
}

async function changeRow(
  context: Context,
  admin: Ds100Admin,
  row: SerialRow,
  base: Pick<BatchRow, 'line' | 'id' | 'user' | 'to'>,
  journal: BatchJournal,
): Promise<{ readonly result: BatchRow; readonly error?: OtpctlError }> {
  const { to } = base;
  let found: Pick<BatchRow, 'user' | 'from'> = {};
  try {
    const target = await ds100Target(context, admin, row);
    const { record, userId } = target;
    found = { user: userId, ...(record !== undefined && { from: record.tokenStatus }) };
    if (record !== undefined && hasStatus(record, to)) {
      return { result: { ...base, ...found, outcome: 'skipped', reason: `${to.toLowerCase()} already` } };
    }
    const deviceSerialNumber = needed(target, 'deviceSerialNumber');
    journal.noteSent({ ...base, ...found });
    await admin.setStatus({ deviceSerialNumber, userId }, to, context.origin);
    const unchecked = record === undefined ? { reason: 'the holder was not checked' } : {};
    return { result: { ...base, ...found, outcome: 'changed', ...unchecked } };
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    const outcome = error.code === 'outcome-unknown' ? 'sent' : 'failed';
    return { result: { ...base, ...found, outcome, reason: `${error.code}: ${error.message}` }, error };
  }
}

/** Whether rows are printed as they happen: where each stands for itself. */
function isStreamed({ print, options }: Context): boolean {
  return print.format === 'jsonl' || options.quiet === true;
}

function refuseTooMany(rows: number, max: number | undefined): void {
  if (max === undefined || rows <= max) return;
  throw new OtpctlError(
    'guard-tripped',
    `the file names ${rows.toLocaleString('en')} devices, and at most ${max.toLocaleString('en')} are to be changed`,
    'nothing was changed; if that is meant, raise it with  --max N',
  );
}

/** What a journal knows its list by. */
function digestOf(rows: readonly SerialRow[]): string {
  const list = rows.map(({ serial, userId }) => [serial.digits, userId ?? null]);
  return createHash('sha256').update(JSON.stringify(list)).digest('hex');
}

function countsOf(rows: readonly BatchRow[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** Devices a second: `5`, `0.5`, `5/s`. */
function rate(text: string): number {
  const number = Number(text.replace(/\/s$/, ''));
  if (/^\d+(\.\d+)?(\/s)?$/.test(text) && number > 0) return number;
  throw invalid(`the rate "${text}" is not a number of devices a second`, 'for example  --rate 5');
}
