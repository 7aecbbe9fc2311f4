import { OtpctlError } from '../../../domain/errors.ts';
import { ds100View } from '../../../output/ds100-view.ts';
import { printRecords } from '../../ds100/ds100-print.ts';
import { USER_ID_OPTION, USER_OPTION } from '../../ds100/ds100-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'list the DS100 devices of a user',
  notes: 'RSA has no list of all devices. The local registry has: without a user it lists all of them.',
  arguments: [],
  options: {
    user: { ...USER_OPTION, description: 'the user with this e-mail address' },
    userId: { ...USER_ID_OPTION, description: 'the user with this id' },
  },
  examples: [
    { does: 'the devices of a caller', line: 'ds100 list --user ada@example.com' },
    { does: 'the same, by the id of the user', line: 'ds100 list --user-id ece30fe9-414c-7536-5403-0656220b3046' },
  ],
  view: ds100View,
  globals: READS,
  async run(context, { options: { user, userId } }) {
    if (user !== undefined && userId !== undefined) {
      throw new OtpctlError('usage', '--user and --user-id exclude one another', 'give one of them');
    }
    const admin = await context.ds100(['user', 'read']);
    const id = userId ?? (user === undefined ? undefined : await admin.userId(user));
    if (id !== undefined) {
      await printRecords(context, admin, await admin.devicesOf(id));
    } else if (admin.registry !== undefined) {
      await printRecords(context, admin, await admin.registry.list());
    } else {
      throw new OtpctlError('usage', 'RSA has no list of all DS100 devices', 'give  --user EMAIL');
    }
    return EXIT.done;
  },
});
