import type { Device } from '../../domain/device/device.ts';
import { statusWord } from '../../domain/device/device.ts';
import { type Transition, transition } from '../../domain/device/lifecycle.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Run } from '../../domain/run/run.ts';
import type { PlannedChange, RunRow } from '../../domain/run/run-row.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import { deviceView } from '../../output/device-view.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Bulk } from '../../ports/bulk/bulk.ts';
import { runOptions } from '../bulk/bulk-options.ts';
import { reported } from '../bulk/bulk-report.ts';
import { dryRun } from '../bulk/bulk-run.ts';
import { rowOf } from '../bulk/bulk-selection.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { changeDevices, confirmMany, printOutcome } from './change-devices.ts';

/**
 * Changes the status of devices. Several are changed in one run, which can be undone; for a single one a notice says which
 * command undoes it. An error of a device is reported, and the others are changed.
 */
export async function changeStatuses(
  context: Context,
  backend: Backend,
  devices: readonly Device[],
  verb: Transition,
): Promise<ExitCode> {
  const [device, ...more] = devices;
  if (device !== undefined && more.length === 0) return changeOne(context, backend, device, verb);
  const bulk = await context.bulk();
  const before = await lockedFrom(bulk, devices, verb);
  if (before === undefined) return changeOneByOne(context, backend, devices, verb);
  await confirmMany(context, devices.length, verb);
  const planned = devices.map((each) => ({ id: each.id, row: plannedRow(each, verb, before) }));
  const rows = planned.flatMap(({ row }) => (row?.outcome === 'planned' ? [row] : []));
  const failures = planned.flatMap(({ row }) => (row?.outcome === 'failed' ? [refusal(row.reason)] : []));
  if (rows.length > 0) {
    const run = await bulk.journal.begin(
      { command: 'update', place: bulk.name, started: context.now(), origin: context.origin, options: runOptions({}) },
      rows,
    );
    failures.push(...(await changeRows(context, bulk, run)));
  }
  const changed: Device[] = [];
  for (const { id, row } of planned) {
    if (row?.outcome === 'failed') continue;
    // A device that has the status already is not in the run. It is ordered all the same, so that the log has an entry.
    const now = row === undefined ? await backend.transition(id, verb, context.origin) : await backend.find(id);
    if (now !== undefined) changed.push(now);
  }
  return printOutcome(context, deviceView, changed, failures);
}

/** Prints what would become of devices, and changes nothing. */
export async function previewStatuses(
  context: Context,
  devices: readonly Device[],
  verb: Transition,
): Promise<ExitCode> {
  const bulk = await context.bulk();
  const before = (await lockedFrom(bulk, devices, verb)) ?? new Map();
  const rows = devices.map((each) => plannedRow(each, verb, before)).filter((row) => row !== undefined);
  const proposal = { command: 'update', guarded: { rows: bulk.plannedRows(rows), findings: [] } } as const;
  return reported({}, { command: 'update' }, (report) => dryRun(context, proposal, report));
}

async function changeOne(context: Context, backend: Backend, device: Device, verb: Transition): Promise<ExitCode> {
  return changeDevices(context, [device], {
    verb,
    view: deviceView,
    async apply({ id, status }) {
      const now = await backend.transition(id, verb, context.origin);
      if (now.status !== status) await context.print.notice(`take it back with  ${undoCommand(device, now)}`);
      return now;
    },
  });
}

/** The command that gives a device the status that it had. */
function undoCommand({ id, status }: Device, now: Device): string {
  if (status === 'D') return commandLine(['device', 'disable', id]);
  if (status === 'L') return commandLine(['device', 'lock', id]);
  if (now.status === 'L') return commandLine(['device', 'unlock', id]);
  if (status === 'V') return commandLine(['device', 'enable', id]);
  const filter = `id eq ${JSON.stringify(id)}`;
  return commandLine(['bulk', 'update'], { 'set-status': statusWord(status), filter });
}

/** Unlocks each by itself, if only the server knows what a device was before it was locked. */
async function changeOneByOne(
  context: Context,
  backend: Backend,
  devices: readonly Device[],
  verb: Transition,
): Promise<ExitCode> {
  const unlocked: string[] = [];
  const exit = await changeDevices(context, devices, {
    verb,
    view: deviceView,
    async apply({ id, status }) {
      const now = await backend.transition(id, verb, context.origin);
      if (now.status !== status) unlocked.push(id);
      return now;
    },
  });
  if (unlocked.length > 0) {
    await context.print.notice(`take it back with  ${commandLine(['device', 'lock', ...unlocked])}`);
  }
  return exit;
}

/** The statuses to which locked devices return, by their ids; undefined if only the server knows them. */
async function lockedFrom(
  bulk: Bulk,
  devices: readonly Device[],
  verb: Transition,
): Promise<ReadonlyMap<string, 'C' | 'V'> | undefined> {
  const locked = verb === 'unlock' ? devices.filter(({ status }) => status === 'L') : [];
  return locked.length === 0 ? new Map() : bulk.lockedFrom(locked.map(({ id }) => id));
}

/** A device as a row of a run; undefined when it is already what it would become. */
function plannedRow(
  device: Device,
  verb: Transition,
  before: ReadonlyMap<string, 'C' | 'V'>,
): PlannedChange | undefined {
  const { id, name, user, status } = device;
  const statusBeforeLock = before.get(id);
  try {
    const next = transition({ ...device, ...(statusBeforeLock && { statusBeforeLock }) }, verb);
    return next === undefined ? undefined : rowOf(device, next.status, verb);
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    const known = { name, user, status };
    return { kind: 'unchangeable', id, device: known, rule: verb, outcome: 'failed', reason: error.message };
  }
}

/** Changes the rows of a run; returns an error for each that was not changed. */
async function changeRows({ io, print }: Context, bulk: Bulk, run: Run): Promise<readonly OtpctlError[]> {
  const failures: OtpctlError[] = [];
  const progress = bulk.change(run, io.interruption);
  let step = await progress.next();
  for (; !step.done; step = await progress.next()) failures.push(...step.value.flatMap(failureOf));
  const { id, state, counts } = step.value;
  if (state !== 'finished')
    failures.push(new OtpctlError('cancelled', `run ${id} did not come to its end`, resume(id)));
  else if (counts.changed > 0) await print.notice(`run ${id}: take it back with  ${commandLine(['bulk', 'undo', id])}`);
  return failures;
}

function failureOf(row: RunRow): readonly OtpctlError[] {
  const { outcome, reason = outcome, error = 'changed-meanwhile' } = row;
  return outcome === 'changed' ? [] : [new OtpctlError(error, `device ${row.id}: ${reason}`)];
}

function refusal(reason: string): OtpctlError {
  return new OtpctlError('status-forbids', reason);
}

function resume(id: string): string {
  return `go on with it with  ${commandLine(['bulk', 'resume', id])}`;
}
