import { ds100Name } from '../../../domain/ds100.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { View } from '../../../output/view.ts';
import type { Ds100PinState } from '../../../ports/ds100-admin.ts';
import { confirmOrCancel } from '../../device/change-devices.ts';
import { printOne } from '../../ds100/ds100-print.ts';
import { ds100Query, ds100Target, needed, needsOf, SERIAL_ARGUMENT, USER_ID_OPTION } from '../../ds100/ds100-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

const pinView: View<Ds100PinState> = {
  columns: [
    { key: 'tokenSerialNumber', title: 'token', value: ({ tokenSerialNumber }) => tokenSerialNumber },
    { key: 'pinSet', title: 'PIN set', value: ({ pinSet }) => pinSet },
  ],
  table: ['tokenSerialNumber', 'pinSet'],
  id: ({ tokenSerialNumber }) => tokenSerialNumber,
};

export const command = defineCommand({
  summary: 'clear the PIN of a DS100',
  notes: 'The PIN that the user knows is gone, and nothing brings it back.',
  arguments: [SERIAL_ARGUMENT],
  options: { userId: USER_ID_OPTION },
  examples: [
    { does: 'after a question', line: 'ds100 clear-pin 140100080' },
    {
      does: 'from a script, if it is held by this user',
      line: 'ds100 clear-pin 140100080 --user-id 87927fb7-e185-4c33-c7e3-8e077675973c --yes',
    },
  ],
  view: pinView,
  globals: ASKS,
  async run(context, { arguments: [serial], options }) {
    const query = ds100Query(serial, options);
    const admin = await context.ds100(needsOf(query, 'manage'));
    const target = await ds100Target(context, admin, query);
    const tokenSerialNumber = needed(target, 'tokenSerialNumber');
    const { userId } = target;
    await confirmOrCancel(context, printable(`clear the PIN of ${ds100Name(target)}, held by ${userId}?`));
    await printOne(context, admin, pinView, await admin.clearPin({ tokenSerialNumber, userId }, context.origin));
    return EXIT.done;
  },
});
