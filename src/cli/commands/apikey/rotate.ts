import { after, parseDuration } from '../../../domain/duration.ts';
import { createdApiKeyView, printCreated, refuseUnshown } from '../../apikey/api-key-view.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { defaulting, option } from '../../parse/option.ts';

export const command = defineCommand({
  summary: 'replace a key by a new one of the same name, roles and scope; it is shown once',
  notes:
    'The old key opens nothing at once, or after the overlap. A key that expires gets as long a life as it had.\nAt a server, a key that renews itself ends when it would have, and renews no other one that would outlive it.',
  arguments: [{ name: '<name>', description: 'the name of the key', completes: 'apikeys' }],
  options: {
    overlap: defaulting(
      'none',
      option('--overlap <duration>', 'how long the old key stays good: 30min, 24h', parseDuration),
    ),
  },
  examples: [
    { does: 'a key that may have been seen', line: 'apikey rotate portal' },
    { does: 'with a day for its clients to change', line: 'apikey rotate portal --overlap 24h' },
  ],
  view: createdApiKeyView,
  globals: CHANGES,
  async run(context, { arguments: [name = ''], options }) {
    refuseUnshown(context);
    const now = context.now();
    const until = options.overlap === undefined ? now : after(now, options.overlap);
    const { apiKeys } = await context.backend();
    await printCreated(context, await offered(apiKeys, 'to rotate API keys').rotate(name, until, context.origin));
    return EXIT.done;
  },
});
