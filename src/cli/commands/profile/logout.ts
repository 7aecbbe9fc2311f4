import { findProfile } from '../../../domain/place/profile.ts';
import { CREDENTIAL_KINDS } from '../../../ports/servers/credentials.ts';
import { EXIT } from '../../exit-codes.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { profileRow, profileView } from '../../profile/profile-view.ts';

export const command = defineCommand({
  summary: 'forget the secrets of a profile',
  arguments: [{ name: '<name>', description: 'the profile', completes: 'profiles' }],
  options: {},
  examples: [
    { does: 'forget its password or token, and its key for RSA', line: 'profile logout work' },
    { does: 'the same, and sign in anew', line: 'profile logout work && otpctl profile login work' },
  ],
  view: profileView,
  globals: [],
  async run(context, { arguments: [name = ''] }) {
    const profiles = await context.remote.profiles();
    findProfile(await profiles.list(), name);
    const credentials = await context.remote.credentials();
    const { removed, noKeyring } = await credentials.remove(name, CREDENTIAL_KINDS);
    if (noKeyring !== undefined && !removed) {
      await context.print.notice(`the keyring could not be asked: ${noKeyring}`);
    }
    await context.print.one(profileView, await profileRow(profiles, name), () =>
      removed ? `forgot the secrets of ${name}` : `no secret of ${name} was kept`,
    );
    return EXIT.done;
  },
});
