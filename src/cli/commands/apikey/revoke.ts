import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

const revokedView = {
  columns: [
    { key: 'name', title: 'name', value: (name: string) => name },
    { key: 'revoked', title: 'revoked', value: () => true },
  ],
  table: ['name', 'revoked'],
  id: (name: string) => name,
};

export const command = defineCommand({
  summary: 'make a key open nothing, from now on',
  notes: 'Every key of that name goes, also one that was rotated and is still good.',
  arguments: [{ name: '<name>', description: 'the name of the key', completes: 'apikeys' }],
  options: {},
  examples: [
    { does: 'a key that is not needed any more', line: 'apikey revoke nightly' },
    { does: 'with a note in the audit log', line: 'apikey revoke portal --reason "laptop lost"' },
  ],
  view: revokedView,
  globals: CHANGES,
  async run(context, { arguments: [name = ''] }) {
    const { apiKeys } = await context.backend();
    await offered(apiKeys, 'to revoke API keys').revoke(name, context.origin);
    await context.print.one(revokedView, name, () => `revoked the key "${name}"`);
    return EXIT.done;
  },
});
