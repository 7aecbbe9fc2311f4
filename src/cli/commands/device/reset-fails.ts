import { deviceView } from '../../../output/device-view.ts';
import { changeDevices } from '../../device/change-devices.ts';
import { BY_USER_ALL, DEVICES_ARGUMENT, namedDevices } from '../../device/named-devices.ts';
import { offered } from '../../offered.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'set the failed attempts of devices to 0',
  notes: 'The status stays: a locked device is unlocked with  otpctl device unlock.',
  arguments: [DEVICES_ARGUMENT],
  options: BY_USER_ALL,
  examples: [
    { does: 'one device', line: 'device reset-fails TOTP00000001' },
    { does: 'all devices of a user', line: 'device reset-fails --user ada --all' },
  ],
  view: deviceView,
  globals: ASKS,
  async run(context, { arguments: names, options }) {
    const backend = await context.backend();
    return changeDevices(context, await namedDevices(context, backend, names, options), {
      verb: 'reset the fails of',
      view: deviceView,
      apply: async ({ id }) => offered(backend.resetFails, 'to reset the fails of a device')(id, context.origin),
    });
  },
});
