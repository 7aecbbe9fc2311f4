import { commandLine } from '../../../domain/text/command-line.ts';
import { grouped } from '../../../domain/text/counted.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { View } from '../../../output/view.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

interface Removed {
  readonly name: string;
  /** Devices that are nobody's now. */
  readonly devices: number;
}

const removedView: View<Removed> = {
  columns: [
    { key: 'name', title: 'name', value: ({ name }) => name },
    { key: 'deleted', title: 'deleted', value: () => true },
    { key: 'devices', title: 'devices left', value: ({ devices }) => devices },
  ],
  table: ['name', 'deleted', 'devices'],
  id: ({ name }) => name,
};

export const command = defineCommand({
  summary: 'make a user unknown for good',
  notes: `The devices stay until somebody deletes them, belong to nobody, and accept nothing: also when somebody gets the
same name later. Who is only away is  user set USER --active false.`,
  arguments: [{ name: '<user>', description: 'the name of the user' }],
  options: {},
  examples: [
    { does: 'one user', line: 'user remove ada' },
    { does: 'and say why', line: 'user remove ada --reason left --ticket HD-17' },
  ],
  view: removedView,
  globals: CHANGES,
  async run(context, { arguments: [name = ''] }) {
    const { print, origin } = context;
    const backend = await context.backend();
    await offered(backend.users, 'to remove users').remove(name, origin);
    // Nobody has the name now: what is found by it was theirs.
    const devices = await backend.count({ user: name });
    await print.one(removedView, { name, devices }, () => `nothing is known of user "${printable(name)}" any more`);
    if (devices > 0) {
      const left = devices === 1 ? '1 device stays and accepts' : `${grouped(devices)} devices stay and accept`;
      await print.notice(`${left} nothing: delete with  ${commandLine(['bulk', 'delete'], { user: name })}`);
    }
    return EXIT.done;
  },
});
