import { printable } from '../../../domain/text/printable.ts';
import type { View } from '../../../output/view.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

const removedView: View<{ readonly name: string }> = {
  columns: [
    { key: 'name', title: 'name', value: ({ name }) => name },
    { key: 'deleted', title: 'deleted', value: () => true },
  ],
  table: ['name', 'deleted'],
  id: ({ name }) => name,
};

export const command = defineCommand({
  summary: 'forget what is known of a user; the devices stay',
  arguments: [{ name: '<user>', description: 'the name of the user' }],
  options: {},
  examples: [
    { does: 'one user', line: 'user remove ada' },
    { does: 'and say why', line: 'user remove ada --reason left --ticket HD-17' },
  ],
  view: removedView,
  globals: CHANGES,
  async run(context, { arguments: [name = ''] }) {
    const { users } = await context.backend();
    await offered(users, 'to remove users').remove(name, context.origin);
    await context.print.one(removedView, { name }, () => `nothing is known of user "${printable(name)}" any more`);
    return EXIT.done;
  },
});
