import type { Transition } from '../domain/lifecycle.ts';
import { deviceView } from '../output/device-view.ts';
import { changeDevices } from './change-devices.ts';
import { type Command, defineCommand } from './define-command.ts';
import { BY_USER_ALL, DEVICES_ARGUMENT, namedDevices } from './named-devices.ts';
import { ASKS } from './uses.ts';

/** The commands that take devices to another status. Already there is a success that changes nothing. */
export function transitionCommand(verb: Transition, summary: string, notes: string): Command<typeof BY_USER_ALL> {
  return defineCommand({
    summary,
    notes,
    arguments: [DEVICES_ARGUMENT],
    options: BY_USER_ALL,
    examples: [
      { does: `${verb} a device by its name`, line: `device ${verb} TOTP00000001` },
      {
        does: `${verb} all devices of a user, and say why`,
        line: `device ${verb} --user ada --all --reason "phone lost"`,
      },
    ],
    view: deviceView,
    uses: ASKS,
    async run(context, { arguments: names, options }) {
      const backend = await context.backend();
      const devices = await namedDevices(context, backend, names, options);
      return changeDevices(context, devices, {
        verb,
        view: deviceView,
        apply: (device) => backend.transition(device.id, verb, context.origin),
      });
    },
  });
}
