import { emailAddress } from '../../../domain/contact.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { phoneNumber } from '../../../domain/phone-number.ts';
import { deviceView } from '../../../output/device-view.ts';
import { defineCommand, option } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';
import { BY_USER, DEVICE_ARGUMENT, namedDevice } from '../../named-devices.ts';
import { CHANGES } from '../../uses.ts';

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
  uses: CHANGES,
  async run(context, { arguments: [name], options }) {
    const { email, phone } = options;
    if (email === undefined && phone === undefined) {
      throw new OtpctlError('usage', 'there is nothing to update', 'give  --email ADDRESS  or  --phone NUMBER');
    }
    const backend = await context.backend();
    const { id } = await namedDevice(context, backend, name, options);
    const contact = { ...(email !== undefined && { email }), ...(phone !== undefined && { phone }) };
    await context.print.one(deviceView, await backend.update(id, contact, context.origin));
    return EXIT.done;
  },
});
