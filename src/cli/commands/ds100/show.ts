import { ds100View } from '../../../output/ds100-view.ts';
import { printOne } from '../../ds100/ds100-print.ts';
import { checkedRecord, ds100Query, needsOf, SERIAL_ARGUMENT, USER_ID_OPTION } from '../../ds100/ds100-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'show the credential on a DS100',
  notes: 'RSA looks up by the serial number of the device. That of a token alone needs  --user-id.',
  arguments: [SERIAL_ARGUMENT],
  options: { userId: USER_ID_OPTION },
  examples: [
    { does: 'who holds it, and whether it is enabled', line: 'ds100 show 140100080' },
    { does: 'everything that RSA says of it', line: 'ds100 show 140100080 -o json' },
  ],
  view: ds100View,
  globals: READS,
  async run(context, { arguments: [serial], options }) {
    const query = ds100Query(serial, options);
    const admin = await context.ds100(needsOf(query));
    await printOne(context, admin, ds100View, await checkedRecord(context, admin, query));
    return EXIT.done;
  },
});
