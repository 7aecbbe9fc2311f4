import { after } from '../../domain/duration.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/instant.ts';
import { toIso } from '../../domain/instant.ts';
import type { Limits, Plan, PlanSeal } from '../../domain/run/plan.ts';
import type { RunCommand } from '../../domain/run/run.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import { counted } from '../../domain/text/counted.ts';
import { type OutputFile, refuseUnwritable, writeOutput } from '../../files/output-file.ts';
import type { Bulk, PlannedRows } from '../../ports/bulk/bulk.ts';
import type { Context } from '../context.ts';
import type { SELECTION_OPTIONS } from '../device/device-selection.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { refuseIneffective } from '../parse/ineffective-options.ts';
import type { Given } from '../parse/option.ts';
import type { BULK_OPTIONS, GUARD_OPTIONS } from './bulk-options.ts';
import type { Report } from './bulk-report.ts';
import { carryOut, checkGuards, dryRun } from './bulk-run.ts';
import { firstRows } from './first-rows.ts';
import type { Proposal } from './proposal.ts';

/** Devices that change without a terminal unless somebody says that more may. */
export const MAX_UNATTENDED = 1000;
const MAX_PERCENT = 20;
const PLAN_EXPIRES = { seconds: 86_400 };

/** What a command asks to be done. */
export interface BulkRequest {
  readonly command: RunCommand;
  readonly rows: PlannedRows;
  readonly limits: Limits;
  /** What orders the rows where only the first ones are wanted, by their ids; else they come by their ids. */
  readonly order?: ReadonlyMap<string, number>;
}

/** Holds a selection against the guards, and then prints it, writes it down as a plan, or does it. */
export async function propose(
  context: Context,
  bulk: Bulk,
  { command, limits, rows: selected, order }: BulkRequest,
  options: Given<typeof BULK_OPTIONS>,
  report: Report,
): Promise<ExitCode> {
  const { rows, remaining } = firstRows(selected, options.first, order);
  report.expect(rows, remaining);
  const guarded = await bulk.guard(rows, limits);
  const proposal: Proposal = { command, guarded, ...(remaining !== undefined && { remaining }) };
  if (options.dryRun) return dryRun(context, proposal, report);
  if (options.planOut === undefined) return carryOut(context, bulk, proposal, options, report);
  const planOut = { path: options.planOut, overwrite: options.force ?? false };
  refuseUnwritable(planOut);
  report.expect(guarded.rows, remaining);
  await checkGuards(context, proposal.guarded);
  const created = context.now();
  const expires = after(created, options.planExpires ?? PLAN_EXPIRES);
  const plan: Plan = {
    command,
    place: bulk.name,
    created,
    expires,
    ...(context.origin.reason !== undefined && { reason: context.origin.reason }),
    ...(context.origin.ticket !== undefined && { ticket: context.origin.ticket }),
    limits,
    rows: [...proposal.guarded.rows.pages()].flat(),
  };
  await writePlanFile(context, planOut, plan, await bulk.planSeal());
  await report.write({ command, dryRun: true }, proposal.guarded.rows.pages());
  return EXIT.done;
}

async function writePlanFile(
  context: Context,
  file: OutputFile,
  plan: Plan,
  seal: PlanSeal | undefined,
): Promise<void> {
  const { planDigest, writePlan } = await import('../../formats/plan-file.ts');
  const content = writePlan(plan, seal);
  writeOutput(file, content);
  const digest = planDigest(content);
  await context.print.raw(context.print.format === 'table' ? `${digest}\n` : `${JSON.stringify({ sha256: digest })}\n`);
  const changes = plan.rows.filter(({ outcome }) => outcome === 'planned').length;
  await context.print.notice(
    `a plan for ${counted(changes, 'device')}, until ${toIso(plan.expires)}; nothing was changed`,
  );
  await context.print.notice(`do it with  ${commandLine(['bulk', 'apply', file.path], { digest })}`);
}

/** What the guards let pass, by options, situation and default. */
export function limitsOf(
  context: Context,
  given: Given<typeof GUARD_OPTIONS>,
  { signalSince }: { readonly signalSince?: Instant },
): Limits {
  const max = given.max ?? (context.prompts.possible ? undefined : MAX_UNATTENDED);
  return {
    ...(max !== undefined && { max }),
    maxPercent: given.maxPercent ?? MAX_PERCENT,
    lastDevice: given.lastDevice ?? 'warn',
    ...(signalSince !== undefined && !given.ignoreSignal && { signalSince }),
  };
}

/** What is of a run, and not of the plan of one. */
const APPLIED_WITH = [
  ['concurrency', '--concurrency'],
  ['rate', '--rate'],
  ['maxFailures', '--max-failures'],
] as const;

/** What excludes one another among the options of a run. Errors: `usage`. */
export function refuseContradictions(options: Given<typeof BULK_OPTIONS> & Given<typeof SELECTION_OPTIONS>): void {
  const { dryRun, planOut, planExpires } = options;
  const { unusedSince, unusedFor } = options;
  if (unusedFor === undefined) refuseIneffective(options, ['asOf'], 'without --unused-for');
  if (unusedFor === undefined && unusedSince === undefined)
    refuseIneffective(options, ['ignoreSignal'], 'without --unused-since or --unused-for');
  if (dryRun && planOut !== undefined) {
    throw new OtpctlError('usage', '--dry-run and --plan-out exclude one another', 'give one of them');
  }
  if (planExpires !== undefined && planOut === undefined) {
    throw new OtpctlError('usage', '--plan-expires goes with --plan-out');
  }
  const lost = planOut === undefined ? undefined : APPLIED_WITH.find(([key]) => options[key] !== undefined)?.[1];
  if (lost !== undefined) {
    throw new OtpctlError('usage', `a plan does not keep ${lost}`, `give it to  otpctl bulk apply  instead`);
  }
}
