import { EXIT } from '../../exit-codes.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { profileRow, profileView } from '../../profile/profile-view.ts';

export const command = defineCommand({
  summary: 'make a profile the default',
  arguments: [{ name: '<name>', description: 'the profile', completes: 'profiles' }],
  options: {},
  examples: [
    { does: 'work on a server from now on', line: 'profile use work' },
    { does: 'back to this machine', line: 'profile use local' },
  ],
  view: profileView,
  globals: [],
  async run(context, { arguments: [name = ''] }) {
    const profiles = await context.remote.profiles();
    const { commentsKept } = await profiles.use(name);
    if (!commentsKept) await context.print.notice(`the comments in ${profiles.path} are lost`);
    await context.print.one(profileView, await profileRow(profiles, name), () => `${name} is the default profile now`);
    return EXIT.done;
  },
});
