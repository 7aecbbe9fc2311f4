import type { Device } from '../../../domain/device/device.ts';
import { emailAddress } from '../../../domain/enrollment/contact.ts';
import { phoneNumber } from '../../../domain/enrollment/phone-number.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { deviceView } from '../../../output/device-view.ts';
import { BY_USER, DEVICE_ARGUMENT, namedDevice } from '../../device/named-devices.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { option } from '../../parse/option.ts';

export const command = defineCommand({
  summary: 'change the address or the number of a device',
  notes: 'The automatic name follows. A code that is under way is no longer accepted.',
  arguments: [DEVICE_ARGUMENT],
  options: {
    ...BY_USER,
    email: option('--email <address>', 'the new e-mail address of an EMAIL device', emailAddress),
    phone: option('--phone <number>', 'the new phone number of an SMS device', phoneNumber),
  },
  examples: [
    { does: 'a new address', line: 'device update 3 --email ada@example.org' },
    {
      does: 'a new number for the SMS device of a user',
      line: 'device update --user ada --type sms --phone +34666555444',
    },
  ],
  view: deviceView,
  globals: CHANGES,
  async run(context, { arguments: [name], options }) {
    const { email, phone } = options;
    if (email === undefined && phone === undefined) {
      throw new OtpctlError('usage', 'there is nothing to update', 'give  --email ADDRESS  or  --phone NUMBER');
    }
    const backend = await context.backend();
    const before = await namedDevice(context, backend, name, options);
    const { id } = before;
    const contact = { ...(email !== undefined && { email }), ...(phone !== undefined && { phone }) };
    const update = offered(backend.update, 'to change the address or number of a device');
    const now = await update(id, contact, context.origin);
    const old = formerContact(before, now);
    if (old !== undefined) {
      await context.print.notice(`take it back with  ${commandLine(['device', 'update', id], old)}`);
    }
    await context.print.one(deviceView, now);
    return EXIT.done;
  },
});

/** The address or number that a device had, as the options that give it back; undefined where it is what it was. */
function formerContact(before: Device, now: Device): Record<string, string> | undefined {
  if (before.email !== undefined && before.email !== now.email) return { email: before.email };
  if (before.phone !== undefined && before.phone !== now.phone) return { phone: before.phone };
  return undefined;
}
