import { OtpctlError } from '../../../domain/errors.ts';
import { toIso } from '../../../domain/instant.ts';
import { counted } from '../../../domain/text/counted.ts';
import type { View } from '../../../output/view.ts';
import type { Pruned } from '../../../ports/store/store-admin.ts';
import { confirmOrCancel } from '../../device/change-devices.ts';
import { EXIT } from '../../exit-codes.ts';
import { NOTES, PLACE } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { option } from '../../parse/option.ts';
import { instant } from '../../parse/values.ts';

const prunedView: View<Pruned> = {
  columns: [
    { key: 'first', title: 'first', value: ({ first }) => first },
    { key: 'last', title: 'last', value: ({ last }) => last },
    { key: 'entries', title: 'entries', value: ({ entries }) => entries },
  ],
  table: ['first', 'last', 'entries'],
  id: ({ last }) => String(last ?? ''),
};

export const command = defineCommand({
  summary: 'remove the oldest entries of the audit log, if they were exported',
  notes: `What is left stays verifiable: the cut is an entry of the log itself, with the hash of what was removed. Entries that no
audit export  of this store has written down are not removed (exit 5).`,
  arguments: [],
  options: { before: option('--before <time>', 'entries before this time', instant) },
  examples: [
    { does: 'what is older than a year, after a question', line: 'audit prune --before 2025-11-01' },
    { does: 'the same from a script', line: 'audit prune --before 2025-11-01 --yes -o json' },
  ],
  view: prunedView,
  globals: [...PLACE, ...NOTES, 'yes'],
  async run(context, { options: { before } }) {
    if (before === undefined) throw new OtpctlError('usage', 'it is not said what is old', 'add  --before TIME');
    const { audit } = await context.storeAdmin();
    const found = await audit.countBefore(before);
    if (found.entries > 0) {
      const what = `${counted(found.entries, 'entry', 'entries')} of the audit log, ${found.first} to ${found.last}`;
      await confirmOrCancel(context, `remove ${what}, for good? only exports have them then`);
    }
    const pruned = found.entries > 0 ? await audit.prune(before) : found;
    await context.print.one(prunedView, pruned, () =>
      pruned.entries > 0
        ? `removed ${counted(pruned.entries, 'entry', 'entries')}, ${pruned.first} to ${pruned.last}`
        : `no entry is before ${toIso(before)}`,
    );
    return EXIT.done;
  },
});
