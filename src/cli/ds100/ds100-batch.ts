import { type Ds100Status, ds100Name, hasStatus } from '../../domain/ds100.ts';
import { type ErrorCode, invalid, OtpctlError } from '../../domain/errors.ts';
import { deviceStatusOf, STATUS_UNKNOWN } from '../../domain/run/ds100-run.ts';
import { guardMax } from '../../domain/run/guards.ts';
import type { PlannedChange, Target } from '../../domain/run/run-row.ts';
import { grouped } from '../../domain/text/counted.ts';
import { INPUTS } from '../../files/input-kinds.ts';
import { readSerialRows, type SerialRow } from '../../formats/rows/serial-rows.ts';
import type { Ds100Admin } from '../../ports/ds100-admin.ts';
import { GUARD_OPTIONS, PLAN_OPTIONS, RUN_OPTIONS, runOptions } from '../bulk/bulk-options.ts';
import { MAX_UNATTENDED } from '../bulk/bulk-propose.ts';
import type { Report } from '../bulk/bulk-report.ts';
import { carryOut, dryRun } from '../bulk/bulk-run.ts';
import type { Proposal } from '../bulk/proposal.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { asText, type Given, type Options, option } from '../parse/option.ts';
import { inputName, readInput } from '../terminal/text-file.ts';
import { openDs100Runs } from './ds100-runs.ts';
import { checkedRecord } from './ds100-target.ts';

export const BATCH_OPTIONS = {
  from: option('--from <file>', 'each device that a file names; - for stdin', asText),
  dryRun: PLAN_OPTIONS.dryRun,
  max: GUARD_OPTIONS.max,
  ...RUN_OPTIONS,
  concurrency: { ...RUN_OPTIONS.concurrency, description: 'requests at once' },
  rate: { ...RUN_OPTIONS.rate, description: 'devices a second at most: 5 or 5/s' },
  journal: { ...RUN_OPTIONS.journal, description: 'where the journal is, of RSA' },
} satisfies Options;

/** So many devices are changed without a question. */
const MAX_UNASKED = 10;

/** What is about one device and no other: its row failed, and the run may go on. */
const OF_ONE_DEVICE: readonly ErrorCode[] = ['device-not-found', 'user-not-found', 'holder-differs', 'usage'];
/** What may be about one device or about all of them. */
const OF_SOME: readonly ErrorCode[] = ['not-allowed', 'server-failed', 'protocol'];

/** The devices that a file names, or stdin. */
export async function devicesFrom(file: string, { io }: Context): Promise<NamedDevices> {
  return {
    rows: await readSerialRows(await readInput(file, io, INPUTS.rows), inputName(file)),
    rule: `named in ${inputName(file)}`,
  };
}

/** Which devices, and how the rows of a run say why. */
interface NamedDevices {
  readonly rows: readonly SerialRow[];
  readonly rule: string;
}

/** Takes each of some devices to a status, as a bulk run. */
export async function runBatch(
  context: Context,
  verb: 'disable' | 'enable',
  status: Ds100Status,
  { rows: named, rule }: NamedDevices,
  options: Given<typeof BATCH_OPTIONS>,
  report: Report,
): Promise<ExitCode> {
  const { print, io } = context;
  if (named.length === 0) {
    await print.notice('notice: the file names no device; nothing was changed');
    return EXIT.done;
  }
  refuseContradictions(named);
  const byToken = named.some(({ serial }) => serial.kind === 'token');
  const { journal } = options;
  const runs = await openDs100Runs(
    context,
    ['read', 'manage', ...(byToken ? (['user'] as const) : [])],
    journal === undefined ? {} : { journal },
  );
  const to = status === 'Enabled' ? 'V' : 'D';
  const admin = await runs.admin();
  const failures: OtpctlError[] = [];
  if (named.length > MAX_UNASKED) await print.notice(`looking up ${grouped(named.length)} devices`);
  const rows = await runs.plan(named, runOptions(options), io.interruption, (row) =>
    plannedRow(context, admin, row, { to, status, rule, failures }),
  );
  if (io.interruption.aborted) throw new OtpctlError('cancelled', 'interrupted; nothing was changed');
  const [first] = failures;
  if (first !== undefined && failures.length === named.length) throw first;
  const limit = guardMax(rows.changes, options.max ?? (context.prompts.possible ? undefined : MAX_UNATTENDED));
  const proposal: Proposal = {
    command: `ds100-${verb}`,
    guarded: { rows, findings: limit === undefined ? [] : [limit] },
    maxUnasked: MAX_UNASKED,
  };
  if (options.dryRun) return dryRun(context, proposal, report);
  return carryOut(context, runs, proposal, options, report);
}

/** Refuses (`invalid-value`) a device that is named twice, with two holders. */
function refuseContradictions(named: readonly SerialRow[]): void {
  const holders = new Map<string, string | undefined>();
  for (const { line, serial, userId } of named) {
    const { digits } = serial;
    if (holders.has(digits) && holders.get(digits) !== userId) {
      throw invalid(`line ${line}: ${digits} is named twice, with different holders`, 'nothing was changed');
    }
    holders.set(digits, userId);
  }
}

interface Change {
  readonly to: Target;
  readonly status: Ds100Status;
  readonly rule: string;
  /** Gets what may fail for all devices alike. */
  readonly failures: OtpctlError[];
}

/** A device as a row of a run, its holder checked. What keeps every device from being looked up is thrown. */
async function plannedRow(
  context: Context,
  admin: Ds100Admin,
  named: SerialRow,
  { to, status, rule, failures }: Change,
): Promise<PlannedChange> {
  const { serial, userId } = named;
  try {
    const record = await checkedRecord(context, admin, named);
    const { deviceSerialNumber, tokenSerialNumber } = record;
    const device = { id: deviceSerialNumber, name: tokenSerialNumber, user: record.userId };
    const row = { kind: 'change', ...device, from: deviceStatusOf(record), to, rule } as const;
    if (!hasStatus(record, status)) return { ...row, outcome: 'planned' };
    return { ...row, outcome: 'skipped', reason: `${status.toLowerCase()} already` };
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    const id = serial.digits;
    const known = { name: '', user: userId ?? '' };
    if (error.code === 'not-allowed' && userId !== undefined && serial.kind === 'device') {
      await context.print.notice(
        `notice: ${ds100Name({ deviceSerialNumber: serial.digits })}: the lookup is not allowed, so the holder is not checked`,
      );
      return { kind: 'change', outcome: 'planned', id, ...known, from: STATUS_UNKNOWN, to, rule };
    }
    if (OF_SOME.includes(error.code)) failures.push(error);
    else if (!OF_ONE_DEVICE.includes(error.code)) throw error;
    const device = { ...known, status: STATUS_UNKNOWN };
    return { kind: 'unchangeable', id, device, rule, outcome: 'failed', reason: error.message };
  }
}
