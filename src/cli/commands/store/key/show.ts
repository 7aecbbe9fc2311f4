import { EXIT } from '../../../exit-codes.ts';
import { PLACE } from '../../../parse/command-globals.ts';
import { defineCommand } from '../../../parse/define-command.ts';
import { keyView } from '../../../store/key-view.ts';

export const command = defineCommand({
  summary: 'say where the master key is, which one it is, and since when',
  notes: 'Never prints the key. The key id says which key it is, and nothing about it.',
  arguments: [],
  options: {},
  examples: [
    { does: 'the default store', line: 'store key show' },
    {
      does: 'the id of the key that another store needs',
      line: 'store key show --store ./team.db --columns keyId -o json',
    },
  ],
  view: keyView,
  globals: PLACE,
  async run(context) {
    const { key } = await context.storeAdmin();
    await context.print.one(keyView, await key.show());
    return EXIT.done;
  },
});
