import { OtpctlError } from '../../../domain/errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { userView } from '../../user/user-view.ts';

export const command = defineCommand({
  summary: 'show what is known of a user',
  arguments: [{ name: '<user>', description: 'the name of the user' }],
  options: {},
  examples: [
    { does: 'one user', line: 'user show ada' },
    { does: 'for a script', line: 'user show ada -o json' },
  ],
  view: userView,
  globals: READS,
  async run(context, { arguments: [name = ''] }) {
    const { users } = await context.backend();
    const user = await offered(users, 'to look up users').find(name);
    if (user === undefined) {
      throw new OtpctlError('user-not-found', `nothing is known of user "${name}"`, 'see all with  otpctl user list');
    }
    await context.print.one(userView, user);
    return EXIT.done;
  },
});
