import type { View } from '../../../output/view.ts';
import { CREDENTIAL_KINDS } from '../../../ports/servers/credentials.ts';
import { EXIT } from '../../exit-codes.ts';
import { defineCommand } from '../../parse/define-command.ts';

const removedView: View<{ readonly name: string }> = {
  columns: [
    { key: 'name', title: 'name', value: ({ name }) => name },
    { key: 'removed', title: 'removed', value: () => true },
  ],
  table: ['name', 'removed'],
  id: ({ name }) => name,
};

export const command = defineCommand({
  summary: 'remove a profile and forget its secrets',
  notes: 'Devices stay where they are. If it was the default, local is the default then.',
  arguments: [{ name: '<name>', description: 'the profile', completes: 'profiles' }],
  options: {},
  examples: [
    { does: 'a profile that is no longer wanted', line: 'profile remove work' },
    { does: 'the same, on a terminal or not: nothing is asked', line: 'profile remove work --no-input' },
  ],
  view: removedView,
  globals: [],
  async run(context, { arguments: [name = ''] }) {
    const profiles = await context.remote.profiles();
    const { commentsKept } = await profiles.remove(name);
    if (!commentsKept) await context.print.notice(`the comments in ${profiles.path} are lost`);
    const credentials = await context.remote.credentials();
    const { noKeyring, removed } = await credentials.remove(name, CREDENTIAL_KINDS);
    if (noKeyring !== undefined && !removed) {
      await context.print.notice(`the keyring could not be asked: ${noKeyring}`);
    }
    await context.print.one(
      removedView,
      { name },
      () => `removed the profile ${name}${removed ? ' and its secrets' : ''}`,
    );
    return EXIT.done;
  },
});
