import { keyName } from '../../../domain/api-key/api-key.ts';
import { GRANTS, grantsOf } from '../../../domain/api-key/role.ts';
import { after, parseDuration } from '../../../domain/duration.ts';
import { parseScope } from '../../../domain/query/parse-scope.ts';
import { createdApiKeyView, printCreated, refuseUnshown } from '../../apikey/api-key-view.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { defaulting, option, repeatable } from '../../parse/option.ts';
import { oneOf } from '../../parse/values.ts';

export const command = defineCommand({
  summary: 'make a key to the server; it is shown once',
  notes: `Roles: query reads, verify challenges and verifies, unlock unlocks devices, clears their fails and resynchronises
them, cancel locks and disables them, enroll creates them; each of these includes query. helpdesk is all of them. manage is
that, enables what is disabled, and does the rest on devices, settings, users and keys. audit reads the audit log, door
verifies by user and does nothing else, export is for the machine of the store. super is all. The actor in the audit log is
key: and its name.
With a scope the key reaches those users and their devices, and everything else is not there for it: see  otpctl help filters.
At a server a key gives no role that it lacks, and no life that is longer than its own; one with a scope makes no keys.`,
  arguments: [{ name: '<name>', description: 'who will use it' }],
  options: {
    role: repeatable('--role <role>', `${GRANTS.join(', ')} (repeatable)`, oneOf('role', GRANTS), GRANTS),
    scope: defaulting(
      'all users',
      option('--scope <filter>', 'the users that it may see and touch, as a filter', parseScope),
    ),
    expires: defaulting(
      'it does not expire',
      option('--expires <duration>', 'how long it is good: 90d, 6mo, 1y', parseDuration),
    ),
  },
  examples: [
    { does: 'a key for the helpdesk portal', line: 'apikey create portal --role helpdesk --expires 1y' },
    { does: 'one for a branch', line: `apikey create berlin --role helpdesk --scope 'groups eq "Berlin"'` },
    { does: 'one for a job, in a file', line: 'apikey create nightly --role query --role cancel > nightly.key' },
  ],
  view: createdApiKeyView,
  globals: CHANGES,
  async run(context, { arguments: [name = ''], options }) {
    refuseUnshown(context);
    const { role = [], scope, expires } = options;
    const request = {
      name: keyName(name),
      roles: grantsOf(role),
      ...(scope && { scope: scope.text }),
      ...(expires !== undefined && { expires: after(context.now(), expires) }),
    };
    const { apiKeys } = await context.backend('create');
    await printCreated(context, await offered(apiKeys, 'to make API keys').create(request, context.origin));
    return EXIT.done;
  },
});
