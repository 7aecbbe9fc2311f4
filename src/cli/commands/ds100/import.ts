import { INPUTS } from '../../../files/input-kinds.ts';
import { readRegistrationRows } from '../../../formats/rows/serial-rows.ts';
import { ds100View } from '../../../output/ds100-view.ts';
import { printRecords } from '../../ds100/ds100-print.ts';
import { openRegistry } from '../../ds100/ds100-registry.ts';
import { EXIT } from '../../exit-codes.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { inputName, readInput } from '../../terminal/text-file.ts';

export const command = defineCommand({
  summary: 'register the DS100 devices of a file in the local registry',
  notes: `CSV with a heading, JSON or JSONL, with deviceSerialNumber, tokenSerialNumber and userId, and where there are any
name, email and tokenStatus. All of them are registered, or none.`,
  arguments: [{ name: '<file>', description: 'the file; - for stdin' }],
  options: {},
  examples: [
    { does: 'a list from a spreadsheet', line: 'ds100 import devices.csv' },
    { does: 'what another store has', line: 'ds100 import - < devices.json' },
  ],
  view: ds100View,
  globals: CHANGES,
  async run(context, { arguments: [file = ''] }) {
    const rows = await readRegistrationRows(await readInput(file, context.io, INPUTS.rows), inputName(file));
    const { admin, registry } = await openRegistry(context);
    await printRecords(context, admin, await registry.add(rows, context.origin));
    return EXIT.done;
  },
});
