import { DEVICE_ATTRIBUTES } from '../../../domain/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { Selection } from '../../../domain/selection.ts';
import { userName } from '../../../domain/user.ts';
import { deviceView } from '../../../output/device-view.ts';
import { defineCommand, flag, option, repeatable } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';
import { count, deviceStatus, deviceType, oneOf, STATUS_CHOICES, TYPE_CHOICES } from '../../values.ts';

/** Rows of a table unless `--all` or `--limit` says otherwise. */
const TABLE_ROWS = 100;
const SORT_ORDERS = ['ascending', 'descending'] as const;

export const command = defineCommand({
  summary: 'list devices',
  arguments: [],
  options: {
    user: option('--user <user>', 'devices of this user', userName),
    type: repeatable('--type <type>', 'devices of this type (repeatable)', deviceType, TYPE_CHOICES),
    status: repeatable('--status <status>', 'devices in this status (repeatable)', deviceStatus, STATUS_CHOICES),
    sortBy: option(
      '--sort-by <attribute>',
      'sort by this attribute',
      oneOf('attribute', DEVICE_ATTRIBUTES),
      DEVICE_ATTRIBUTES,
    ),
    sortOrder: option('--sort-order <order>', 'ascending or descending', oneOf('sort order', SORT_ORDERS), SORT_ORDERS),
    limit: option('--limit <n>', 'at most so many devices', count('the limit')),
    all: flag('--all', 'every row of a table, not the first 100'),
    count: flag('--count', 'only how many there are'),
  },
  examples: [
    { does: 'the devices of a user', line: 'device list --user ada' },
    {
      does: 'locked and disabled TOTP devices, for a script',
      line: 'device list --type totp --status locked --status disabled -o jsonl',
    },
    { does: 'how many devices are enabled', line: 'device list --status enabled --count' },
  ],
  view: deviceView,
  async run(context, { options }) {
    const { print } = context;
    if (options.all && options.limit !== undefined) {
      throw new OtpctlError('usage', '--all and --limit exclude one another', 'give one of them');
    }
    const selection: Selection = {
      ...(options.user !== undefined && { user: options.user }),
      ...(options.type !== undefined && { types: options.type }),
      ...(options.status !== undefined && { statuses: options.status }),
    };
    const backend = await context.backend();
    if (options.count) {
      await print.raw(`${await backend.count(selection)}\n`);
      return EXIT.done;
    }
    const cut = print.format === 'table' && !context.options.quiet && !options.all && options.limit === undefined;
    const limit = options.limit ?? (cut ? TABLE_ROWS : undefined);
    const page = {
      ...(options.sortBy !== undefined && { sortBy: options.sortBy }),
      descending: options.sortOrder === 'descending',
      ...(limit !== undefined && { limit }),
    };
    await print.list(deviceView, backend.list(selection, page));
    if (cut) {
      const more = (await backend.count(selection)) - TABLE_ROWS;
      if (more > 0)
        await print.notice(`${more.toLocaleString('en')} more devices: see them with  --all  or  --limit N`);
    }
    return EXIT.done;
  },
});
