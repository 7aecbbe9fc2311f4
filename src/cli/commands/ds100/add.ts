import { ds100Serial } from '../../../domain/ds100.ts';
import { invalid, OtpctlError } from '../../../domain/errors.ts';
import { ds100View } from '../../../output/ds100-view.ts';
import { printOne } from '../../ds100/ds100-print.ts';
import { openRegistry } from '../../ds100/ds100-registry.ts';
import { lineOf, USER_ID_OPTION, USER_OPTION } from '../../ds100/ds100-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { option } from '../../parse/option.ts';

export const command = defineCommand({
  summary: 'register a DS100 in the local registry',
  notes: 'For places without RSA. At RSA the user registers the device, and there is no call for it.',
  arguments: [{ name: '<serial>', description: 'the 9 digits on the back of the device' }],
  options: {
    tokenSerial: option('--token-serial <n>', 'the 12 digits of its token', serialOf('token')),
    userId: { ...USER_ID_OPTION, description: 'who holds it: the id of a user' },
    user: { ...USER_OPTION, description: 'the e-mail address of the holder, to find it by' },
    name: option('--name <text>', 'what the user calls it', lineOf('name')),
  },
  examples: [
    {
      does: 'a device and its holder',
      line: 'ds100 add 140100080 --token-serial 014010008031 --user-id ece30fe9-414c-7536-5403-0656220b3046',
    },
    {
      does: 'with an address to find it by',
      line: 'ds100 add 140100081 --token-serial 014010008131 --user-id 42 --user ada@example.com',
    },
  ],
  view: ds100View,
  globals: CHANGES,
  async run(context, { arguments: [serial = ''], options }) {
    const { tokenSerial, userId, user, name } = options;
    const deviceSerialNumber = serialOf('device')(serial);
    if (tokenSerial === undefined) throw missing('--token-serial');
    if (userId === undefined) throw missing('--user-id');
    const { admin, registry } = await openRegistry(context);
    const registration = {
      deviceSerialNumber,
      tokenSerialNumber: tokenSerial,
      userId,
      ...(user !== undefined && { email: user }),
      ...(name !== undefined && { name }),
    };
    const [added] = await registry.add([registration], context.origin);
    if (added !== undefined) await printOne(context, admin, ds100View, added);
    return EXIT.done;
  },
});

function serialOf(kind: 'device' | 'token'): (text: string) => string {
  return (text) => {
    const serial = ds100Serial(text);
    if (serial.kind === kind) return serial.digits;
    throw invalid(`${text} is the serial number of a ${serial.kind}, and that of a ${kind} belongs here`);
  };
}

function missing(name: string): OtpctlError {
  return new OtpctlError('usage', `${name} is missing`, 'see  otpctl ds100 add --help');
}
