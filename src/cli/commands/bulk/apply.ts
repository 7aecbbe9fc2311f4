import { OtpctlError } from '../../../domain/errors.ts';
import { type Limits, refusePlan } from '../../../domain/plan.ts';
import { readFileBytes } from '../../../files/input-file.ts';
import { INPUTS } from '../../../files/input-kinds.ts';
import { GUARD_OPTIONS, PLAN_OPTIONS, RUN_OPTIONS } from '../../bulk-options.ts';
import { reportOf } from '../../bulk-report.ts';
import { carryOut, dryRun, type Proposal } from '../../bulk-run.ts';
import { asText, defaulting, defineCommand, type Given, option } from '../../define-command.ts';
import { rowView } from '../../run-view.ts';
import { ASKS } from '../../uses.ts';

export const command = defineCommand({
  summary: 'do what a plan says',
  notes: `Exactly the devices of the plan are changed, each unless it was used or changed since the plan was made, or has
another name or user than its row. A plan that has expired, is damaged, is for another place, or has another digest
than given is refused: exit 5. A local store seals its plans, and refuses one that it did not make. A server cannot:
there --digest, of the plan that was reviewed, is what keeps anybody from changing it after. The guards are asked again,
with the limits of the plan. The --reason and the --ticket of the plan are kept, unless others are given.`,
  arguments: [{ name: '<plan>', description: 'a file that --plan-out wrote' }],
  options: {
    digest: option('--digest <hex>', 'the SHA-256 of the plan that was looked at', asText),
    dryRun: PLAN_OPTIONS.dryRun,
    ...GUARD_OPTIONS,
    max: defaulting('that of the plan', GUARD_OPTIONS.max),
    maxPercent: defaulting('that of the plan', GUARD_OPTIONS.maxPercent),
    lastDevice: defaulting('that of the plan', GUARD_OPTIONS.lastDevice),
    ...RUN_OPTIONS,
  },
  examples: [
    { does: 'after a look at it', line: 'bulk apply stale.plan' },
    { does: 'from a pipeline', line: 'bulk apply stale.plan --digest "$DIGEST" --yes --report run.xml' },
  ],
  view: rowView,
  uses: ASKS,
  async run(context, { arguments: [path = ''], options }) {
    const { planDigest, readPlan, refuseUnsealed } = await import('../../../formats/plan-file.ts');
    const content = readFileBytes(path, INPUTS.plan, { pipes: true });
    const digest = planDigest(content);
    if (options.digest !== undefined && options.digest.toLowerCase() !== digest) {
      throw new OtpctlError('plan-refused', `the plan has the digest ${digest}, and not the one that was given`);
    }
    const plan = readPlan(content);
    const bulk = await context.bulk(options.journal === undefined ? {} : { journal: options.journal });
    refusePlan(plan, bulk.name, context.now());
    const seal = await bulk.planSeal();
    if (seal !== undefined) refuseUnsealed(content, seal);
    const guarded = await bulk.guard(bulk.rows(plan.rows), overridden(plan.limits, options));
    const proposal: Proposal = { command: plan.command, guarded };
    if (options.dryRun) return dryRun(context, proposal, reportOf(options));
    const { reason, ticket } = plan;
    const said = { ...(reason !== undefined && { reason }), ...(ticket !== undefined && { ticket }) };
    return carryOut({ ...context, origin: { ...said, ...context.origin } }, bulk, proposal, options);
  },
});

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
