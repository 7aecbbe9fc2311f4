import { OtpctlError } from '../../../domain/errors.ts';
import { BY_USER, DEVICE_ARGUMENT, namedDevice } from '../../device/named-devices.ts';
import { printVerdict, verdictView } from '../../device/verdict.ts';
import { sayIfClockIsBehind } from '../../doctor/clock-check.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'find a TOTP or HOTP device that ran ahead, by two consecutive codes',
  notes: 'A resync that finds nothing is a failed attempt. With --user, both arguments are codes.',
  arguments: [DEVICE_ARGUMENT, { name: '[codes...]', description: 'two consecutive codes' }],
  options: BY_USER,
  examples: [
    { does: 'by two codes that the user reads out', line: 'device resync HOTP00000002 338314 254676' },
    { does: 'the HOTP device of a user', line: 'device resync --user ada --type hotp 338314 254676' },
  ],
  view: verdictView,
  globals: CHANGES,
  async run(context, { arguments: given, options }) {
    const [name, codes] = options.user === undefined ? [given[0], given.slice(1)] : [undefined, given];
    const [first, second, ...more] = codes;
    if (first === undefined || second === undefined || more.length > 0) {
      throw new OtpctlError(
        'usage',
        'a resync wants two codes',
        'for example  otpctl device resync HOTP00000002 338314 254676',
      );
    }
    const backend = await context.backend();
    const device = await namedDevice(context, backend, name, options);
    await sayIfClockIsBehind(context, backend);
    const resync = offered(backend.resync, 'to resynchronise a device');
    return printVerdict(context, device, await resync(device.id, [first, second], context.origin));
  },
});
