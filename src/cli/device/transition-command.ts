import type { Transition } from '../../domain/device/lifecycle.ts';
import { deviceView } from '../../output/device-view.ts';
import { chosenColumns, type View } from '../../output/view.ts';
import { PLAN_OPTIONS } from '../bulk/bulk-options.ts';
import { rowView } from '../bulk/run-view.ts';
import { ASKS } from '../parse/command-globals.ts';
import { type Command, defineCommand } from '../parse/define-command.ts';
import { changeStatuses, previewStatuses } from './change-statuses.ts';
import { BY_USER_ALL, DEVICES_ARGUMENT, namedDevices } from './named-devices.ts';

const OPTIONS = { ...BY_USER_ALL, dryRun: PLAN_OPTIONS.dryRun };

/** The columns of a dry run that devices do not have. */
const RUN_COLUMNS = rowView.columns.filter(({ key }) => deviceView.columns.every((column) => column.key !== key));

/** A command that changes the status of devices. A device that has it already is a success. */
export function transitionCommand(verb: Transition, summary: string, notes: string): Command<typeof OPTIONS> {
  return defineCommand({
    summary,
    notes,
    arguments: [DEVICES_ARGUMENT],
    options: OPTIONS,
    examples: [
      { does: `${verb} a device by its name`, line: `device ${verb} TOTP00000001` },
      {
        does: `${verb} all devices of a user, and say why`,
        line: `device ${verb} --user ada --all --reason "phone lost"`,
      },
    ],
    view: { ...deviceView, columns: [...deviceView.columns, ...RUN_COLUMNS] } as View<never>,
    globals: ASKS,
    async run(context, { arguments: names, options }) {
      chosenColumns(options.dryRun ? (rowView as View<never>) : deviceView, context.options.columns ?? []);
      const backend = await context.backend();
      const devices = await namedDevices(context, backend, names, options);
      if (options.dryRun) return previewStatuses(context, devices, verb);
      return changeStatuses(context, backend, devices, verb);
    },
  });
}
