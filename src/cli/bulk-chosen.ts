import { before } from '../domain/duration.ts';
import type { RunCommand, Target } from '../domain/run.ts';
import type { BULK_OPTIONS } from './bulk-options.ts';
import { limitsOf, propose, refuseContradictions } from './bulk-propose.ts';
import { type Report, reported } from './bulk-report.ts';
import { type CHOICE_OPTIONS, chooseRows } from './bulk-selection.ts';
import type { Context } from './context.ts';
import type { Given } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';

/** The runs that do one thing to whatever options choose. */
export async function proposeChosen(
  given: Context,
  options: Given<typeof BULK_OPTIONS> & Given<typeof CHOICE_OPTIONS>,
  { command, to }: { readonly command: RunCommand; readonly to: Target },
): Promise<ExitCode> {
  refuseContradictions(options);
  return reported(options, { command }, (report) => choose(given, options, { command, to }, report));
}

async function choose(
  given: Context,
  options: Given<typeof BULK_OPTIONS> & Given<typeof CHOICE_OPTIONS>,
  { command, to }: { readonly command: RunCommand; readonly to: Target },
  report: Report,
): Promise<ExitCode> {
  const { first, dryRun, planOut, planExpires, asOf, max, maxPercent, lastDevice, ignoreSignal, ...rest } = options;
  const { concurrency, rate, maxFailures, journal, report: _report, force: _force, ...choice } = rest;
  const now = asOf ?? given.now();
  const context = { ...given, now: () => now };
  const bulk = await given.bulk(journal === undefined ? {} : { journal });
  const rows = await chooseRows(context, bulk, choice, to);
  const since = choice.unusedFor === undefined ? choice.unusedSince : before(now, choice.unusedFor);
  const limits = limitsOf(given, options, {
    ...(since !== undefined && { signalSince: since }),
  });
  return propose(given, bulk, { command, rows, limits }, options, report);
}
