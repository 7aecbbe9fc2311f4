import { EXIT } from '../../exit-codes.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { profileRows, profileView } from '../../profile/profile-view.ts';

export const command = defineCommand({
  summary: 'list profiles',
  arguments: [],
  options: {},
  examples: [
    { does: 'all of them', line: 'profile list' },
    { does: 'their names alone', line: 'profile list -q' },
  ],
  view: profileView,
  globals: [],
  async run(context) {
    await context.print.list(profileView, [await profileRows(await context.remote.profiles())]);
    return EXIT.done;
  },
});
