import type { Device } from '../../../domain/device/device.ts';
import type { Selection } from '../../../domain/device/selection.ts';
import {
  ofUnknownAge,
  type StaleRule,
  staleReason,
  unusedFor,
  unusedSince,
  wasNeverUsed,
} from '../../../domain/device/staleness.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { type Instant, toIso } from '../../../domain/instant.ts';
import { grouped } from '../../../domain/text/counted.ts';
import { BULK_OPTIONS, bulkUse } from '../../bulk/bulk-options.ts';
import { limitsOf, propose, refuseContradictions } from '../../bulk/bulk-propose.ts';
import { type Report, reported } from '../../bulk/bulk-report.ts';
import { narrowed, rowOf, selectByAge, withoutLastUse } from '../../bulk/bulk-selection.ts';
import { rowView } from '../../bulk/run-view.ts';
import type { Context } from '../../context.ts';
import { SELECTION_OPTIONS } from '../../device/device-selection.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import type { Given } from '../../parse/option.ts';

const OPTIONS = { ...SELECTION_OPTIONS, ...BULK_OPTIONS };

export const command = defineCommand({
  summary: 'disable devices that nobody uses',
  notes: `A device is stale when its last use is at or before the cut-off. Created and enabled devices are looked at; one that
was never used only with --never-used include or only, and then by when it was created.`,
  arguments: [],
  options: OPTIONS,
  examples: [
    { does: 'what would go', line: 'bulk disable-stale --unused-for 6mo --dry-run' },
    {
      does: 'all that was not used since a date, from a script',
      line: 'bulk disable-stale --unused-since 2022-01-01 --yes',
    },
    { does: 'a plan for somebody to look at', line: 'bulk disable-stale --unused-for 180d --plan-out stale.plan' },
  ],
  view: rowView,
  globals: ASKS,
  async run(context, { options }) {
    refuseContradictions(options);
    return reported(options, { command: 'disable-stale' }, (report) => run(context, options, report));
  },
});

async function run(context: Context, options: Given<typeof OPTIONS>, report: Report): Promise<ExitCode> {
  const rule = ruleOf(options, options.asOf ?? context.now());
  const base = restricted(withoutLastUse(context, options));
  await context.print.notice(`cut-off: ${toIso(rule.cutOff)} (${localTime(rule.cutOff)})`);
  const bulk = await context.bulk(bulkUse(options));
  const neverUsed = options.neverUsed ?? 'exclude';
  if (neverUsed === 'exclude') {
    const left = await bulk.backend.count(narrowed(base, wasNeverUsed), { unreadable: passOver });
    const word = left === 1 ? 'device was' : 'devices were';
    if (left > 0) {
      await context.print.notice(
        `${grouped(left)} ${word} never used, and left out: --never-used include judges by their creation`,
      );
    }
  }
  const stale = narrowed(base, unusedSince(rule.cutOff, neverUsed));
  const order = new Map<string, number>();
  const decide = (device: Device) => {
    // Longest unused first; one that was never used is as old as it is.
    if (options.first !== undefined) order.set(device.id, device.lastUsed ?? device.created);
    return rowOf(device, 'D', staleReason(device, rule));
  };
  const { rows } = await selectByAge(bulk, stale, decide, narrowed(base, ofUnknownAge(neverUsed)));
  const limits = limitsOf(context, options, { signalSince: rule.cutOff });
  return propose(context, bulk, { command: 'disable-stale', rows, limits, order }, options, report);
}

/** Takes a device that cannot be read: it is a row of the run, and not counted here. */
const passOver = () => {};

function ruleOf(options: Given<typeof SELECTION_OPTIONS>, asOf: Instant): StaleRule {
  const { unusedSince: since, unusedFor: duration } = options;
  if (since !== undefined && duration !== undefined) {
    throw new OtpctlError('usage', '--unused-since and --unused-for exclude one another', 'give one of them');
  }
  if (duration !== undefined) return unusedFor(asOf, duration);
  if (since !== undefined) return { asOf, cutOff: since };
  throw new OtpctlError(
    'usage',
    'nothing says when a device is stale',
    'give  --unused-since DATE  or  --unused-for DURATION',
  );
}

/** Only created and enabled devices can be stale. */
function restricted(selection: Selection): Selection {
  const statuses = (['C', 'V'] as const).filter((status) => selection.statuses?.includes(status) ?? true);
  if (statuses.length > 0) return { ...selection, statuses };
  throw new OtpctlError('usage', 'only created and enabled devices are stale', 'leave out  --status');
}

/** A moment by the clock on the wall: `2022-01-01 01:00:00 CET`. */
function localTime(moment: Instant): string {
  return new Date(moment * 1000).toLocaleString('sv', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
}
