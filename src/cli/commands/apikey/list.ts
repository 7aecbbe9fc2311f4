import { apiKeyView } from '../../apikey/api-key-view.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';

export const command = defineCommand({
  summary: 'list the keys to the server, without their text',
  notes:
    'A key that was rotated is listed until it is revoked with the others of its name: it is good until it expires.',
  arguments: [],
  options: {},
  examples: [
    { does: 'every key', line: 'apikey list' },
    { does: 'for a script', line: 'apikey list -o json --columns name,expires' },
  ],
  view: apiKeyView,
  globals: READS,
  async run(context) {
    const { apiKeys } = await context.backend();
    await context.print.list(apiKeyView, [await offered(apiKeys, 'to list API keys').list()]);
    return EXIT.done;
  },
});
