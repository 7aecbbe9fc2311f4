import { type Ds100Status, ds100Name, ds100Serial, hasStatus } from '../../domain/ds100.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { ds100View } from '../../output/ds100-view.ts';
import { chosenColumns, type View } from '../../output/view.ts';
import { reported } from '../bulk/bulk-report.ts';
import { rowView } from '../bulk/run-view.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKS } from '../parse/command-globals.ts';
import type { Command } from '../parse/define-command.ts';
import { defineCommand } from '../parse/define-command.ts';
import type { Options } from '../parse/option.ts';
import { BATCH_OPTIONS, devicesFrom, runBatch } from './ds100-batch.ts';
import { printRecords } from './ds100-print.ts';
import { ds100Query, ds100Target, needed, needsOf, USER_ID_OPTION, USER_OPTION } from './ds100-target.ts';

const OPTIONS = { user: USER_OPTION, userId: USER_ID_OPTION, ...BATCH_OPTIONS } satisfies Options;

/** Columns of the rows of a run that the record of a device has not. */
const BATCH_COLUMNS = rowView.columns.filter(({ key }) => ds100View.columns.every((column) => column.key !== key));

/** `ds100 disable` and `ds100 enable`: of one device, or of each that a file names. */
export function ds100StatusCommand(verb: 'disable' | 'enable', status: Ds100Status): Command<typeof OPTIONS> {
  return defineCommand({
    summary: `${verb} DS100 devices`,
    notes: `The holder is looked up first. What is ${verb}d already is a success, and nothing is sent.
A file names devices by CSV with a heading (deviceSerialNumber, userId), JSON, JSONL, or one serial number a line.`,
    arguments: [{ name: '[serial]', description: 'the 9 digits on the back of the device, or the 12 of its token' }],
    options: OPTIONS,
    examples: [
      {
        does: `${verb} a device, if it is held by this user`,
        line: `ds100 ${verb} 140100080 --user-id ece30fe9-414c-7536-5403-0656220b3046`,
      },
      { does: 'that of a caller who cannot read its back', line: `ds100 ${verb} --user ada@example.com` },
      {
        does: 'all that a file names, from a job',
        line: `ds100 ${verb} --from lost.csv --yes --max 50 --report report.json`,
      },
    ],
    view: { ...ds100View, columns: [...ds100View.columns, ...BATCH_COLUMNS] } as View<never>,
    globals: ASKS,
    async run(context, { arguments: [serial], options }) {
      const { from, user, userId } = options;
      // Of one device its record is printed, of a list the rows of a run: the wrong columns are refused before any change.
      const { columns = [] } = context.options;
      const asRun = options.dryRun === true || options.report !== undefined;
      chosenColumns(from === undefined && !asRun ? ds100View : (rowView as View<never>), columns);
      if (from !== undefined) {
        if (serial !== undefined || user !== undefined || userId !== undefined) {
          throw new OtpctlError('usage', '--from excludes SERIAL, --user and --user-id', 'name the users in the file');
        }
        return reported(options, { command: `ds100-${verb}` }, async (report) =>
          runBatch(context, verb, status, await devicesFrom(from, context), options, report),
        );
      }
      refuseBatchOptions(options);
      const query = ds100Query(serial, {
        ...(user !== undefined && { user }),
        ...(userId !== undefined && { userId }),
      });
      const find = async () => {
        const admin = await context.ds100(needsOf(query, 'manage'));
        return { admin, target: await ds100Target(context, admin, query) };
      };
      // What is to be foretold or reported is a run, also of one device.
      if (asRun) {
        return reported(options, { command: `ds100-${verb}` }, async (report) => {
          const { target } = await find();
          const row = { line: 1, serial: ds100Serial(needed(target, 'deviceSerialNumber')), userId: target.userId };
          return runBatch(context, verb, status, { rows: [row], rule: 'named' }, options, report);
        });
      }
      const { admin, target } = await find();
      const { record, userId: holder } = target;
      if (record !== undefined && hasStatus(record, status)) {
        await context.print.notice(`${ds100Name(record)} is ${verb}d already`);
        await printRecords(context, admin, [record]);
        return EXIT.done;
      }
      const deviceSerialNumber = needed(target, 'deviceSerialNumber');
      const changed = await admin.setStatus({ deviceSerialNumber, userId: holder }, status, context.origin);
      await printRecords(context, admin, [changed]);
      return EXIT.done;
    },
  });
}

/** The options of a list that make sense for one device. */
const OF_ONE: readonly string[] = ['from', 'dryRun', 'report', 'force'];

function refuseBatchOptions(options: Readonly<Record<string, unknown>>): void {
  for (const [name, { flags }] of Object.entries(BATCH_OPTIONS)) {
    if (!OF_ONE.includes(name) && options[name] !== undefined) {
      throw new OtpctlError('usage', `${flags.split(' ')[0]} goes with --from`);
    }
  }
}
