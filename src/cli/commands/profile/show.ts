import { findProfile } from '../../../domain/place/profile.ts';
import { EXIT } from '../../exit-codes.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { profileRows, profileView } from '../../profile/profile-view.ts';

export const command = defineCommand({
  summary: 'show one profile, without its secrets',
  arguments: [{ name: '[name]', description: 'the profile; without it, the default one', completes: 'profiles' }],
  options: {},
  examples: [
    { does: 'the default profile', line: 'profile show' },
    { does: 'another one', line: 'profile show work -o json' },
  ],
  view: profileView,
  globals: [],
  async run(context, { arguments: [name] }) {
    const profiles = await context.remote.profiles();
    const rows = await profileRows(profiles);
    const { name: found } = findProfile(rows, name ?? context.options.profile ?? (await profiles.standard()));
    for (const row of rows.filter((each) => each.name === found)) await context.print.one(profileView, row);
    return EXIT.done;
  },
});
