import { type BrokenPart, partWords, type SealedPart } from '../../../domain/audit/sealed-part.ts';
import { counted } from '../../../domain/text/counted.ts';
import type { View } from '../../../output/view.ts';
import { confirmOrCancel } from '../../device/change-devices.ts';
import { EXIT } from '../../exit-codes.ts';
import { NOTES, PLACE } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

const sealedView: View<SealedPart> = {
  columns: [
    { key: 'part', title: 'part', value: ({ part }) => part },
    { key: 'first', title: 'first', value: ({ first }) => first },
    { key: 'last', title: 'last', value: ({ last }) => last },
    { key: 'entries', title: 'there', value: ({ entries }) => entries },
    { key: 'finding', title: 'finding', long: true, value: ({ finding }) => finding },
    { key: 'by', title: 'sealed by', value: ({ by }) => by },
  ],
  table: ['part', 'first', 'last', 'entries', 'finding', 'by'],
  id: ({ by }) => String(by),
};

/** Parts that the question names. */
const NAMED = 10;

export const command = defineCommand({
  summary: 'seal what is broken of the audit log as such, so that it goes on',
  notes: `For a log that  audit verify  finds broken, once it is known why. Nothing is removed or mended: broken entries stay as
they are, and an entry audit.repair for each part of them says from where to where, and what their bytes hash to; a later
change of them is found. An anchor that is not what was written is set anew, and its old value is in the entry. From then
on  audit verify  says what is sealed and exits 0, and backups can be made. Needs the key of the store.`,
  arguments: [],
  options: {},
  examples: [
    { does: 'after a question, with a note', line: 'audit repair --reason "text from outside" --ticket SEC-12' },
    { does: 'the same from a script', line: 'audit repair --yes -o json' },
  ],
  view: sealedView,
  globals: [...PLACE, ...NOTES, 'yes'],
  async run(context) {
    const { audit } = await context.storeAdmin();
    const broken = await audit.broken();
    if (broken.length > 0) await confirmOrCancel(context, questionOf(broken));
    const sealed = broken.length > 0 ? await audit.repair(broken) : [];
    if (sealed.length === 0) await context.print.notice('the audit log is as it should be: there is nothing to repair');
    if (sealed.length > 0 || context.print.format !== 'table') {
      await context.print.list(sealedView, sealed.length > 0 ? [sealed] : []);
    }
    return EXIT.done;
  },
});

function questionOf(broken: readonly BrokenPart[]): string {
  const lines = broken.slice(0, NAMED).map((part) => `  ${partWords(part)}: ${part.finding}`);
  const more = broken.length > NAMED ? [`  and ${counted(broken.length - NAMED, 'more part')}`] : [];
  const what = counted(broken.length, 'part');
  return [`seal ${what} of the audit log as not what was written, for good?`, ...lines, ...more].join('\n');
}
