import { type ErrorCode, OtpctlError } from '../../domain/errors.ts';
import type { NewRun, Run } from '../../domain/run/run.ts';
import type { PlannedRow, RunRow } from '../../domain/run/run-row.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import { grouped } from '../../domain/text/counted.ts';
import type { BulkRuns, Guarded, PlannedRows, Progress } from '../../ports/bulk/bulk.ts';
import type { Context } from '../context.ts';
import { confirmOrCancel } from '../device/change-devices.ts';
import { EXIT, EXIT_CODES, type ExitCode } from '../exit-codes.ts';
import type { Given } from '../parse/option.ts';
import { printError, useColour } from '../terminal/printer.ts';
import { type RUN_OPTIONS, runOptions } from './bulk-options.ts';
import { createProgressLine } from './bulk-progress.ts';
import { questionOf } from './bulk-question.ts';
import type { Report } from './bulk-report.ts';
import type { Proposal } from './proposal.ts';
import { countsText, rowsViewOf } from './run-view.ts';
import { createShownRows } from './shown-rows.ts';

/** Says what the guards found; those that trip end it here. Errors: `guard-tripped`. */
export async function checkGuards({ print }: Context, { findings }: Guarded): Promise<void> {
  for (const { trips, message, option } of findings) {
    if (!trips) await print.notice(`warning: ${message} (${option})`);
  }
  const tripped = findings.filter(({ trips }) => trips);
  if (tripped.length === 0) return;
  throw new OtpctlError(
    'guard-tripped',
    `nothing was changed: ${tripped.map(({ message, option }) => `${message} (${option})`).join('; ')}`,
    'look at the rows with  --dry-run;  each option that is named changes its guard',
  );
}

/** Prints what a run would do, as the run itself would. Guards that trip are named, and are still exit 5. */
export async function dryRun(context: Context, proposal: Proposal, report: Report): Promise<ExitCode> {
  const { command, guarded, remaining } = proposal;
  report.expect(guarded.rows, remaining);
  const shown = createShownRows(context);
  await context.print.list(rowsViewOf(proposal), shown.of(guarded.rows.pages()));
  await shown.sayHowManyMore();
  const counts: Record<string, number> = {};
  for (const page of guarded.rows.pages()) {
    for (const { outcome } of page) counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  await context.print.notice(`dry run: ${countsText(counts)}; nothing was changed`);
  await sayRemaining(context, proposal);
  await checkGuards(context, proposal.guarded);
  await report.write({ command, dryRun: true }, guarded.rows.pages());
  return counts['failed'] === undefined ? EXIT.done : EXIT.partly;
}

/** Says how many devices were selected, and are not among the first. */
async function sayRemaining({ print }: Context, { remaining }: Proposal): Promise<void> {
  if (remaining !== undefined)
    await print.notice(remaining === 1 ? '1 device remains' : `${grouped(remaining)} devices remain`);
}

/** Asks, runs, and tells how it went. */
export async function carryOut(
  context: Context,
  bulk: BulkRuns,
  proposal: Proposal,
  options: Given<typeof RUN_OPTIONS>,
  report: Report,
): Promise<ExitCode> {
  const { command, undoes, guarded, remaining } = proposal;
  report.expect(guarded.rows, remaining);
  await sayRemaining(context, proposal);
  await checkGuards(context, guarded);
  const { rows } = guarded;
  if (rows.size === 0) {
    await context.print.list(rowsViewOf(proposal), []);
    await report.write({ command }, []);
    await context.print.notice('there is nothing to do; nothing was changed');
    return EXIT.done;
  }
  if (rows.changes > (proposal.maxUnasked ?? 0)) await confirmOrCancel(context, questionOf(proposal));
  const run: NewRun = {
    command,
    place: bulk.name,
    started: context.now(),
    origin: context.origin,
    options: runOptions(options),
    ...(undoes !== undefined && { undoes }),
  };
  const begun = await bulk.journal.begin(run, eachOf(rows));
  const before = settledBeforeRun(rows);
  // From now on the journal has them.
  report.expect({ pages: () => bulk.journal.rows(begun.id) }, remaining);
  return follow(context, bulk, begun, before, report);
}

/** Changes what waits of a run, prints rows as they are settled, then the summary. */
export async function follow(
  context: Context,
  bulk: BulkRuns,
  run: Run,
  settledBefore: readonly RunRow[],
  report: Report,
  progress: Progress = bulk.change(run, context.io.interruption),
): Promise<ExitCode> {
  const line = createProgressLine(context, run.counts.waiting + run.counts.sent);
  const causes = new Set(causesIn(settledBefore));
  let ended: Run | undefined;
  let failure: OtpctlError | undefined;
  const next = async (): Promise<readonly RunRow[] | undefined> => {
    try {
      const step = await progress.next();
      if (step.done) ended = step.value;
      if (step.done) return undefined;
      for (const cause of causesIn(step.value)) causes.add(cause);
      await line.add(step.value);
      return step.value;
    } catch (error) {
      if (!(error instanceof OtpctlError)) throw error;
      failure = error;
      return undefined;
    }
  };
  const pages = async function* () {
    if (settledBefore.length > 0) yield settledBefore;
    for (let rows = await next(); rows !== undefined; rows = await next()) yield rows;
  };
  const shown = createShownRows(context);
  await context.print.list(rowsViewOf(run), shown.of(pages()));
  // When nobody reads any more (`| head`), the run is seen to its end all the same.
  while (ended === undefined && failure === undefined) await next();
  await line.end();
  await shown.sayHowManyMore(run.id);
  ended ??= await endedEarly(bulk, run);
  if (failure !== undefined) {
    await sayError(context, failure);
    causes.add(causeOf(failure.code));
  }
  const exit = exitOf(ended, causes, context.io.interruption.aborted);
  const reported = await afterRun(context, exit, () =>
    report.write({ command: run.command, run: run.id }, bulk.journal.rows(run.id)),
  );
  await context.print.notice(summaryOf(ended));
  return reported;
}

/** A run that could not go on, as its journal has it. Where that is lost as well, whatever it came to may be changed. */
async function endedEarly({ journal }: BulkRuns, run: Run): Promise<Run> {
  for (const look of [async () => journal.end(await journal.find(run.id), 'interrupted'), () => journal.find(run.id)]) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof OtpctlError)) throw error;
    }
  }
  const { counts } = run;
  return { ...run, counts: { ...counts, waiting: 0, sent: counts.waiting + counts.sent } };
}

/** Writes a file about a run that is over. What fails is said, and is exit 6: what was changed stays so. */
export async function afterRun(context: Context, exit: ExitCode, write: () => Promise<void>): Promise<ExitCode> {
  try {
    await write();
    return exit;
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    await sayError(context, error);
    return exit === EXIT.done ? EXIT.partly : exit;
  }
}

function sayError({ io, print, options }: Context, error: OtpctlError): Promise<unknown> {
  return printError(io, print.format, useColour(io, options), error);
}

function summaryOf({ id, command, state, counts }: Run): string {
  const what = `run ${id} ${state}: ${countsText(counts, command)}`;
  if (command === 'create')
    return counts.failed + counts.sent + counts.waiting > 0 ? `${what}; run the file again, or its residue` : what;
  if (state !== 'finished' || counts.failed > 0)
    return `${what}; go on with it with  ${commandLine(['bulk', 'resume', id])}`;
  const undoable = counts.changed > 0 && command !== 'delete';
  return undoable ? `${what}; take it back with  ${commandLine(['bulk', 'undo', id])}` : what;
}

/** Why something failed: `outside` may be over when it is tried again. */
type Cause = 'outside' | 'other';

function causesIn(rows: readonly RunRow[]): readonly Cause[] {
  return rows.filter(({ outcome }) => outcome === 'failed').map(({ error }) => causeOf(error));
}

function causeOf(code: ErrorCode | undefined): Cause {
  return code !== undefined && EXIT_CODES[code] === EXIT.outside ? 'outside' : 'other';
}

/** Rows that were skipped are no failure. What changed nothing because the world outside failed may be run again. */
function exitOf({ state, counts }: Run, causes: ReadonlySet<Cause>, interrupted: boolean): ExitCode {
  const isOutside = causes.has('outside') && !causes.has('other');
  if (isOutside && counts.changed + counts.sent === 0) return EXIT.outside;
  if (interrupted && state === 'interrupted') return EXIT.interrupted;
  return state === 'finished' && counts.failed === 0 ? EXIT.done : EXIT.partly;
}

function* eachOf(rows: PlannedRows): Generator<PlannedRow> {
  for (const page of rows.pages()) yield* page;
}

/** The rows that a guard keeps, or that failed before the run. */
function settledBeforeRun({ size, changes, pages }: PlannedRows): readonly RunRow[] {
  if (size === changes) return [];
  return [...pages()].flatMap((page) => page.filter(({ outcome }) => outcome !== 'planned'));
}
