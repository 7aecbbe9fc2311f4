import { resolve } from 'node:path';
import { deviceTypes, refuseSwitchedOff } from '../../../domain/device-types/index.ts';
import { enroll } from '../../../domain/enrollment/enroll.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { PlannedRow } from '../../../domain/run/run-row.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../domain/settings/settings.ts';
import { counted } from '../../../domain/text/counted.ts';
import { printable } from '../../../domain/text/printable.ts';
import { isUserName } from '../../../domain/user.ts';
import { INPUTS } from '../../../files/input-kinds.ts';
import { type OutputFile, refuseUnwritable, writeOutput } from '../../../files/output-file.ts';
import type { EnrolmentRow } from '../../../formats/rows/enrolment-rows.ts';
import type { Bulk, EarlierEnrolment } from '../../../ports/bulk/bulk.ts';
import { bulkUse, PLAN_OPTIONS, RUN_OPTIONS, runOptions } from '../../bulk/bulk-options.ts';
import { type Report, reported } from '../../bulk/bulk-report.ts';
import { afterRun, follow } from '../../bulk/bulk-run.ts';
import { countsText, enrolledView } from '../../bulk/run-view.ts';
import { openSecretFiles } from '../../bulk/secret-files.ts';
import { createShownRows } from '../../bulk/shown-rows.ts';
import type { Context } from '../../context.ts';
import { confirmOrCancel } from '../../device/change-devices.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { asText, defaulting, type Given, option } from '../../parse/option.ts';
import { inputName, readInput } from '../../terminal/text-file.ts';

const OPTIONS = {
  qrDir: option('--qr-dir <dir>', 'write a QR code for each TOTP and HOTP device into this folder', asText),
  urisOut: option('--uris-out <file>', 'write their otpauth:// URIs into this CSV file', asText),
  residue: defaulting(
    'nowhere',
    option('--residue <file>', 'write the rows that failed into this file, to be run again', asText),
  ),
  dryRun: PLAN_OPTIONS.dryRun,
  ...RUN_OPTIONS,
};

export const command = defineCommand({
  summary: 'enrol the devices that a file lists',
  notes: `CSV or JSON with type, user, email and phone; what else device list writes is passed over. The secrets of TOTP and HOTP devices come out once, here: as a
QR code each in --qr-dir, named for its user and its id, or as a CSV of URIs in --uris-out, or both. A row that was
created by a run before, and whose device is still there, is not created again.`,
  arguments: [{ name: '<file>', description: 'the file, or - for stdin' }],
  options: OPTIONS,
  examples: [
    { does: 'a QR code for everybody', line: 'bulk create new.csv --qr-dir codes --yes' },
    { does: 'and what failed, once more', line: 'bulk create new.csv --qr-dir codes --residue rest.csv --yes' },
  ],
  view: enrolledView,
  globals: ASKS,
  async run(context, { arguments: [path = ''], options }) {
    refuseOneFile([options.report, options.residue, options.urisOut]);
    return reported(options, { command: 'create' }, (report) => run(context, path, options, report));
  },
});

async function run(context: Context, path: string, options: Given<typeof OPTIONS>, report: Report): Promise<ExitCode> {
  const { readEnrolments } = await import('../../../formats/rows/enrolment-rows.ts');
  const text = await readInput(path, context.io, INPUTS.rows);
  const { rows: file, passedOver } = await readEnrolments(text, inputName(path));
  if (passedOver.length > 0) {
    await context.print.notice(`notice: not read in ${inputName(path)}: ${printable(passedOver.join(', '))}`);
  }
  if (options.qrDir === undefined && options.urisOut === undefined) refuseSecrets(file);
  const residue =
    options.residue === undefined
      ? undefined
      : { path: options.residue, overwrite: (options.force || options.dryRun) ?? false };
  refuseUnwritable(residue);
  if (file.length === 0) {
    await context.print.list(enrolledView, []);
    await context.print.notice('the file names no device; nothing was created');
    return EXIT.done;
  }
  const bulk = await context.bulk({ create: true, ...bulkUse(options) });
  const earlier = await bulk.earlierEnrolments();
  const settings = await settingsFor(bulk, file);
  const rows = file.map((row) => plannedRow(row, settings, earlier));
  const wanted = rows.filter(({ outcome }) => outcome === 'planned');
  if (options.dryRun) return dryRun(context, rows, { report, residue });
  if (wanted.length > 0) await confirmOrCancel(context, `create ${counted(wanted.length, 'device')}?`);
  const files = openSecretFiles(options);
  try {
    const run = await bulk.journal.begin(
      {
        command: 'create',
        place: bulk.name,
        started: context.now(),
        origin: context.origin,
        options: runOptions(options),
      },
      rows,
    );
    const requests = file.map(({ request }) => request);
    const progress = bulk.enroll(run, { requests, earlier, deliver: files.write }, context.io.interruption);
    const kept = rows.filter(({ outcome }) => outcome !== 'planned');
    const exit = await follow(context, bulk, run, kept, report, progress);
    const where = files.where();
    if (where !== undefined) await context.print.notice(where);
    if (residue === undefined) return exit;
    return await afterRun(context, exit, async () => {
      const done = new Set<string>();
      for await (const page of bulk.journal.rows(run.id, ['changed', 'skipped'])) {
        for (const { rule } of page) done.add(rule);
      }
      const rest = file.filter(({ key }) => !done.has(key));
      await writeResidue(residue, rest, /^\s*[[{]/.test(text));
    });
  } finally {
    files.close();
  }
}

function refuseSecrets(rows: readonly EnrolmentRow[]): void {
  if (!rows.some(({ request }) => request !== undefined && deviceTypes[request.type].hasQr)) return;
  throw new OtpctlError(
    'output-unreachable',
    'without their secrets the devices could never be set up, so none is created',
    'add  --qr-dir DIR  or  --uris-out FILE',
  );
}

/** Refuses (`usage`) outputs of which one would take the place of another. */
function refuseOneFile(outputs: readonly (string | undefined)[]): void {
  const paths = outputs.flatMap((path) => (path === undefined ? [] : [resolve(path)]));
  if (new Set(paths).size === paths.length) return;
  throw new OtpctlError('usage', 'two of --report, --residue and --uris-out are one file', 'give each its own');
}

/** What holds for new devices of the place: the same for all users, so it is asked for one that may be a user's name. */
async function settingsFor({ backend }: Bulk, rows: readonly EnrolmentRow[]): Promise<Settings> {
  const user = rows.find(({ request }) => request !== undefined && isUserName(request.user))?.request?.user;
  return user === undefined ? DEFAULT_SETTINGS : (await backend.enrollmentTerms(user)).settings;
}

/** A row of the file as a row of the run; what is wrong with it is found before anything is created. */
function plannedRow(
  { key, request, values, line }: EnrolmentRow,
  settings: Settings,
  earlier: ReadonlyMap<string, EarlierEnrolment>,
): PlannedRow {
  const row = { kind: 'enrolment', user: values.user ?? '', rule: key } as const;
  const failed = (reason: string): PlannedRow => ({ ...row, outcome: 'failed', reason: `line ${line}: ${reason}` });
  if (request === undefined) return failed(`unknown device type "${values.type ?? ''}"`);
  if (deviceTypes[request.type].options.includes('pin')) {
    return failed('a PIN cannot come from a file: make the device with  otpctl device create pin --pin-stdin');
  }
  try {
    refuseSwitchedOff(request.type, settings, `no ${request.type} device can be created`);
    enroll(request, settings, (length) => new Uint8Array(length));
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    return failed(error.message);
  }
  const before = earlier.get(key);
  if (before?.made !== 'device') return { ...row, outcome: 'planned' };
  return { ...row, id: before.id, outcome: 'skipped', reason: `created by run ${before.run}` };
}

async function dryRun(
  context: Context,
  rows: readonly PlannedRow[],
  { report, residue }: { readonly report: Report; readonly residue: OutputFile | undefined },
) {
  const shown = createShownRows(context);
  await context.print.list(enrolledView, shown.of([rows]));
  await shown.sayHowManyMore();
  await report.write({ command: 'create', dryRun: true }, [rows]);
  const counts = Object.groupBy(rows, ({ outcome }) => outcome);
  const numbers = Object.fromEntries(Object.entries(counts).map(([outcome, of]) => [outcome, of.length]));
  await context.print.notice(`dry run: ${countsText(numbers)}; nothing was created`);
  if (residue !== undefined)
    await context.print.notice(`a dry run writes no residue: ${printable(residue.path)} is left as it is`);
  return counts.failed === undefined ? EXIT.done : EXIT.partly;
}

async function writeResidue(file: OutputFile, rows: readonly EnrolmentRow[], asJson: boolean): Promise<void> {
  const { writeEnrolments } = await import('../../../formats/rows/enrolment-rows.ts');
  writeOutput(file, writeEnrolments(rows, asJson));
}
