import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { userView } from '../../user/user-view.ts';

export const command = defineCommand({
  summary: 'list the users who are known: who has, or had, a device, and who was made known',
  arguments: [],
  options: {},
  examples: [
    { does: 'all of them', line: 'user list' },
    { does: 'for a script', line: 'user list -o jsonl' },
  ],
  view: userView,
  globals: READS,
  async run(context) {
    const { users } = await context.backend();
    await context.print.list(userView, offered(users, 'to list users').list());
    return EXIT.done;
  },
});
