import { OtpctlError } from '../../../domain/errors.ts';
import { type Limits, type Plan, refusePlan } from '../../../domain/run/plan.ts';
import type { PlannedChange } from '../../../domain/run/run-row.ts';
import { readFileBytes } from '../../../files/input-file.ts';
import { INPUTS } from '../../../files/input-kinds.ts';
import { bulkUse, FIRST_OPTION, GUARD_OPTIONS, PLAN_OPTIONS, RUN_OPTIONS } from '../../bulk/bulk-options.ts';
import { type Report, reported } from '../../bulk/bulk-report.ts';
import { carryOut, dryRun } from '../../bulk/bulk-run.ts';
import { firstRows } from '../../bulk/first-rows.ts';
import type { Proposal } from '../../bulk/proposal.ts';
import { rowView } from '../../bulk/run-view.ts';
import type { Context } from '../../context.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { refuseIneffective } from '../../parse/ineffective-options.ts';
import { asText, defaulting, type Given, option } from '../../parse/option.ts';

const OPTIONS = {
  digest: option('--digest <hex>', 'the SHA-256 of the plan that was looked at', asText),
  ...FIRST_OPTION,
  dryRun: PLAN_OPTIONS.dryRun,
  ...GUARD_OPTIONS,
  max: defaulting('that of the plan', GUARD_OPTIONS.max),
  maxPercent: defaulting('that of the plan', GUARD_OPTIONS.maxPercent),
  lastDevice: defaulting('that of the plan', GUARD_OPTIONS.lastDevice),
  ...RUN_OPTIONS,
};

export const command = defineCommand({
  summary: 'do what a plan says',
  notes: `Exactly the devices of the plan are changed, each unless it was used or changed since the plan was made, or has
another name or user than its row. On a local store that is also what was changed and changed back (so that a plan
that was undone is not done again), and what somebody ordered to be as it is. A plan that has expired, is damaged, is for another place, or has another digest
than given is refused: exit 5. A local store seals its plans, and refuses one that it did not make. A server cannot:
there --digest, of the plan that was reviewed, is what keeps anybody from changing it after. The guards are asked again,
with the limits of the plan. The --reason and the --ticket of the plan are kept, unless others are given.`,
  arguments: [{ name: '<plan>', description: 'a file that --plan-out wrote' }],
  options: OPTIONS,
  examples: [
    { does: 'after a look at it', line: 'bulk apply stale.plan' },
    { does: 'from a pipeline', line: 'bulk apply stale.plan --digest "$DIGEST" --yes --report run.xml' },
  ],
  view: rowView,
  globals: ASKS,
  async run(context, { arguments: [path = ''], options }) {
    // What the plan is of is told by the plan itself.
    return reported(options, { command: 'apply' }, (report) => run(context, path, options, report));
  },
});

async function run(context: Context, path: string, options: Given<typeof OPTIONS>, report: Report): Promise<ExitCode> {
  const { planDigest, readPlan, refuseUnsealed } = await import('../../../formats/plan-file.ts');
  const content = readFileBytes(path, INPUTS.plan, { pipes: true });
  const digest = planDigest(content);
  if (options.digest !== undefined && options.digest.toLowerCase() !== digest) {
    throw new OtpctlError('plan-refused', `the plan has the digest ${digest}, and not the one that was given`);
  }
  const plan = readPlan(content);
  const bulk = await context.bulk(bulkUse(options));
  refusePlan(plan, bulk.name, context.now());
  const seal = await bulk.planSeal();
  if (seal !== undefined) refuseUnsealed(content, seal);
  if (plan.limits.signalSince === undefined)
    refuseIneffective(options, ['ignoreSignal'], 'on a plan without a cut-off');
  const since = bulk.orderedAfter(plan.created);
  const { rows, remaining } = firstRows(bulk.plannedRows(withoutOrdered(plan.rows, since)), options.first, ageOf(plan));
  report.expect(rows, remaining);
  const guarded = await bulk.guard(rows, overridden(plan.limits, options));
  const proposal: Proposal = { command: plan.command, guarded, ...(remaining !== undefined && { remaining }) };
  if (options.dryRun) return dryRun(context, proposal, report);
  const { reason, ticket } = plan;
  const said = { ...(reason !== undefined && { reason }), ...(ticket !== undefined && { ticket }) };
  return carryOut({ ...context, origin: { ...said, ...context.origin } }, bulk, proposal, options, report);
}

/** Skips what somebody ordered after the plan was made, which it did not know: also to stay what it is. */
function withoutOrdered(rows: readonly PlannedChange[], since: ReadonlyMap<string, string>): readonly PlannedChange[] {
  return rows.map((row) => {
    const reason = since.get(row.id);
    return reason === undefined || row.outcome !== 'planned' ? row : { ...row, outcome: 'skipped', reason };
  });
}

/** What was unused for longest comes first where a plan is by age. */
function ageOf({ command, rows }: Plan): ReadonlyMap<string, number> | undefined {
  if (command !== 'disable-stale') return undefined;
  return new Map(rows.map((row) => [row.id, (row.kind === 'change' && row.lastUsed) || 0]));
}

/** The limits of the plan, and what was said anew. */
function overridden(limits: Limits, given: Given<typeof GUARD_OPTIONS>): Limits {
  const { signalSince, ...rest } = limits;
  const { max, maxPercent, lastDevice, ignoreSignal } = given;
  return {
    ...rest,
    ...(max !== undefined && { max }),
    ...(maxPercent !== undefined && { maxPercent }),
    ...(lastDevice !== undefined && { lastDevice }),
    ...(signalSince !== undefined && !ignoreSignal && { signalSince }),
  };
}
