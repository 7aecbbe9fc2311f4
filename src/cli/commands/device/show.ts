import { OtpctlError } from '../../../domain/errors.ts';
import { deviceDetailsView } from '../../../output/device-view.ts';
import { BY_USER, DEVICE_ARGUMENT, namedDevice } from '../../device/named-devices.ts';
import { EXIT } from '../../exit-codes.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'show one device',
  notes: 'For a TOTP device also how long a code is accepted. A secret is never shown.',
  arguments: [DEVICE_ARGUMENT],
  options: BY_USER,
  examples: [
    { does: 'a device by its name', line: 'device show TOTP00000001' },
    { does: 'the TOTP device of a user, for a script', line: 'device show --user ada --type totp -o json' },
  ],
  view: deviceDetailsView,
  globals: READS,
  async run(context, { arguments: [name], options }) {
    const backend = await context.backend();
    const named = await namedDevice(context, backend, name, options);
    const { id } = named;
    // By its id it was found with everything; a list says less.
    const device = id === name ? named : await backend.find(id);
    if (device === undefined) throw new OtpctlError('device-not-found', `there is no device ${id}`);
    await context.print.one(deviceDetailsView, device);
    return EXIT.done;
  },
});
