import type { DeviceStatus } from '../../domain/device/device.ts';
import { before } from '../../domain/duration.ts';
import type { RunCommand } from '../../domain/run/run.ts';
import type { Target } from '../../domain/run/run-row.ts';
import type { Bulk } from '../../ports/bulk/bulk.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Given } from '../parse/option.ts';
import { type BULK_OPTIONS, bulkUse } from './bulk-options.ts';
import { limitsOf, propose, refuseContradictions } from './bulk-propose.ts';
import { type Report, reported } from './bulk-report.ts';
import { afterRun } from './bulk-run.ts';
import { CHOICE_OPTIONS, chooseRows } from './bulk-selection.ts';

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
  const choice = choiceOf(options);
  const now = options.asOf ?? given.now();
  const context = { ...given, now: () => now };
  const bulk = await given.bulk(bulkUse(options));
  const { rows, there } = await chooseRows(context, bulk, choice, to);
  const since = choice.unusedFor === undefined ? choice.unusedSince : before(now, choice.unusedFor);
  const limits = limitsOf(given, options, {
    ...(since !== undefined && { signalSince: since }),
  });
  const exit = await propose(given, bulk, { command, rows, limits }, options, report);
  const { reason, ticket } = given.origin;
  const isOrder = choice.from !== undefined || reason !== undefined || ticket !== undefined;
  if (to === 'deleted' || !isOrder || options.dryRun || options.planOut !== undefined) return exit;
  return afterRun(given, exit, () => repeatOrders(given, bulk, there, to));
}

/** Those of the options that choose devices. */
function choiceOf(options: Given<typeof BULK_OPTIONS> & Given<typeof CHOICE_OPTIONS>): Given<typeof CHOICE_OPTIONS> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name in CHOICE_OPTIONS));
}

const VERBS = { V: 'enable', L: 'lock', D: 'disable' } as const;

/**
 * Says of devices that are there already that it is meant. Who names devices, or why, gives an order about each of them: the
 * undo of a run that made them so is not to take it back.
 */
async function repeatOrders(
  { origin, io }: Context,
  { backend }: Bulk,
  ids: ReadonlySet<string>,
  to: DeviceStatus,
): Promise<void> {
  for (const id of ids) {
    if (io.interruption.aborted) return;
    // What is something else by now was no part of the run, and is left alone.
    if ((await backend.find(id))?.status !== to) continue;
    if (to === 'C') await backend.setStatus(id, to, origin);
    else await backend.transition(id, VERBS[to], origin);
  }
}
