import { EXIT } from '../../exit-codes.ts';
import { NOTES, PLACE } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { storeView } from '../../store/store-view.ts';

export const command = defineCommand({
  summary: 'make a store, with a new data key and a master key',
  notes: `The master key comes from OTPCTL_MASTER_KEY_FILE or OTPCTL_MASTER_KEY (32 bytes, Base64), else a key file is made.
Keep a copy of it apart from the store: without it the store opens nothing.`,
  arguments: [],
  options: {},
  examples: [
    { does: 'the default store', line: 'store init' },
    { does: 'a store of its own', line: 'store init --store ./team.db' },
  ],
  view: storeView,
  globals: [...PLACE, ...NOTES],
  async run(context) {
    const admin = await context.storeAdmin();
    await context.print.one(storeView, await admin.init());
    return EXIT.done;
  },
});
