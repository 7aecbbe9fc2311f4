import { EXIT } from '../../exit-codes.ts';
import { PLACE } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { storeView } from '../../store/store-view.ts';

export const command = defineCommand({
  summary: 'say what the store is and where its key is',
  arguments: [],
  options: {},
  examples: [
    { does: 'the default store', line: 'store info' },
    { does: 'where the key of another store is', line: 'store info --store ./team.db --columns key -o json' },
  ],
  view: storeView,
  globals: PLACE,
  async run(context) {
    const admin = await context.storeAdmin();
    await context.print.one(storeView, await admin.info());
    return EXIT.done;
  },
});
