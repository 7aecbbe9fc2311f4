import type { Ds100Record } from '../../../domain/ds100.ts';
import { ds100Name } from '../../../domain/ds100.ts';
import { printableLines } from '../../../domain/text/printable.ts';
import type { View } from '../../../output/view.ts';
import type { Ds100Admin } from '../../../ports/ds100-admin.ts';
import { confirmOrCancel } from '../../device/change-devices.ts';
import { printOne } from '../../ds100/ds100-print.ts';
import { ds100Query, ds100Target, needed, needsOf, SERIAL_ARGUMENT, USER_ID_OPTION } from '../../ds100/ds100-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { ASKS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

interface Deleted {
  readonly deviceSerialNumber: string;
  readonly tokenSerialNumber: string;
  readonly userId: string;
  readonly deleted: true;
}

const deletedView: View<Deleted> = {
  columns: [
    { key: 'deviceSerialNumber', title: 'device', value: ({ deviceSerialNumber }) => deviceSerialNumber },
    { key: 'tokenSerialNumber', title: 'token', value: ({ tokenSerialNumber }) => tokenSerialNumber },
    { key: 'userId', title: 'user id', value: ({ userId }) => userId },
    { key: 'deleted', title: 'deleted', value: ({ deleted }) => deleted },
  ],
  table: ['deviceSerialNumber', 'tokenSerialNumber', 'userId', 'deleted'],
  id: ({ deviceSerialNumber }) => deviceSerialNumber,
};

export const command = defineCommand({
  summary: 'delete the credential on a DS100 for good',
  notes: 'The user must register the device again to use it. To bar it for a while, disable it.',
  arguments: [SERIAL_ARGUMENT],
  options: { userId: USER_ID_OPTION },
  examples: [
    { does: 'after a question that names what is lost', line: 'ds100 delete 140100080' },
    {
      does: 'from a script, if it is held by this user',
      line: 'ds100 delete 140100080 --user-id 87927fb7-e185-4c33-c7e3-8e077675973c --yes',
    },
  ],
  view: deletedView,
  globals: ASKS,
  async run(context, { arguments: [serial], options }) {
    const query = ds100Query(serial, options);
    const admin = await context.ds100(needsOf(query, 'delete'));
    const found = await ds100Target(context, admin, query);
    const target = {
      deviceSerialNumber: needed(found, 'deviceSerialNumber'),
      tokenSerialNumber: needed(found, 'tokenSerialNumber'),
      userId: found.userId,
    };
    await confirmOrCancel(context, questionOf(found.record ?? { ...target, tokenStatus: '' }, admin));
    await admin.delete(target, context.origin);
    await printOne(context, admin, deletedView, { ...target, deleted: true });
    return EXIT.done;
  },
});

function questionOf(record: Ds100Record, { registry }: Ds100Admin): string {
  const { tokenSerialNumber, userId, name } = record;
  const called = typeof name === 'string' ? ` (${name})` : '';
  const lost =
    registry === undefined
      ? `  user ${userId} loses the registration, the token ${tokenSerialNumber} and its PIN, and must register it again`
      : `  the registry loses the token ${tokenSerialNumber} of user ${userId}; nothing changes at RSA`;
  return printableLines(`delete the credential on ${ds100Name(record)}${called} for good?\n${lost}`);
}
