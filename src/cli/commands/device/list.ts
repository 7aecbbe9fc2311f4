import { DEVICE_ATTRIBUTES } from '../../../domain/device/device.ts';
import type { Page } from '../../../domain/device/selection.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { parseFilter } from '../../../domain/query/parse-filter.ts';
import { printFilter } from '../../../domain/query/print-filter.ts';
import { counted } from '../../../domain/text/counted.ts';
import { printable } from '../../../domain/text/printable.ts';
import { deviceView } from '../../../output/device-view.ts';
import { toJson } from '../../../output/json.ts';
import type { Explanation } from '../../../ports/explanation.ts';
import type { Context } from '../../context.ts';
import { SELECTION_OPTIONS, selectionOf } from '../../device/device-selection.ts';
import { EXIT } from '../../exit-codes.ts';
import { READS } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { refuseIneffective } from '../../parse/ineffective-options.ts';
import { defaulting, flag, type Given, option } from '../../parse/option.ts';
import { count, oneOf } from '../../parse/values.ts';

/** Rows of a table unless `--all` or `--limit` says otherwise. */
const TABLE_ROWS = 100;
const SORT_ORDERS = ['ascending', 'descending'] as const;

const PAGE_OPTIONS = {
  sortBy: defaulting(
    'id',
    option('--sort-by <attribute>', 'sort by this attribute', oneOf('attribute', DEVICE_ATTRIBUTES), DEVICE_ATTRIBUTES),
  ),
  sortOrder: defaulting(
    'ascending',
    option('--sort-order <order>', 'ascending or descending', oneOf('sort order', SORT_ORDERS), SORT_ORDERS),
  ),
  limit: defaulting('100 in a table, else all', option('--limit <n>', 'at most so many devices', count('the limit'))),
  startIndex: defaulting(
    '1',
    option('--start-index <n>', 'from the n-th device on, counted from 1', count('the start index', 1)),
  ),
};

export const command = defineCommand({
  summary: 'list devices',
  notes: `All selection options must hold at once. A filter is one of SCIM (RFC 7644): attributes and operators without case,
texts in double quotes, dates as "YYYY-MM-DD" or RFC 3339 times.`,
  arguments: [],
  options: {
    ...SELECTION_OPTIONS,
    ...PAGE_OPTIONS,
    all: flag('--all', 'every row of a table, not the first 100'),
    count: flag('--count', 'only how many there are'),
    explain: flag('--explain', 'say how the list would be read: the filter, the query and its plan'),
  },
  examples: [
    { does: 'the devices of a user', line: 'device list --user ada' },
    {
      does: 'enabled devices that nobody has used for half a year',
      line: 'device list --status enabled --unused-for 6mo',
    },
    {
      does: 'any question, for a script',
      line: `device list --filter 'type eq "TOTP" and not (lastUsed pr)' --sort-by created -o jsonl`,
    },
  ],
  view: deviceView,
  globals: READS,
  async run(context, { options }) {
    if (options.all && options.limit !== undefined) {
      throw new OtpctlError('usage', '--all and --limit exclude one another', 'give one of them');
    }
    refuseIneffectivePaging(context, options);
    const { print } = context;
    const selection = selectionOf(context, options);
    const page = pageOf(options);
    if (options.explain) {
      await printExplanation(context, options.filter, await context.explain(selection, page));
      return EXIT.done;
    }
    const backend = await context.backend();
    if (options.count) {
      await print.raw(`${await backend.count(selection)}\n`);
    } else if (print.format === 'table' && !context.options.quiet && !options.all && page.limit === undefined) {
      await print.list(deviceView, backend.list(selection, { ...page, limit: TABLE_ROWS }));
      await sayHowManyMore(context, await backend.count(selection), page);
    } else {
      await print.list(deviceView, backend.list(selection, page));
    }
    return EXIT.done;
  },
});

/** What says which rows are shown, and how, has no effect where none are. */
function refuseIneffectivePaging(
  { options: globals, print }: Context,
  options: Readonly<Record<string, unknown>>,
): void {
  const given = { ...globals, ...options };
  if (options['count'])
    refuseIneffective(given, [...Object.keys(PAGE_OPTIONS), 'all', 'columns', 'quiet'], 'beside --count');
  if (!options['explain']) return;
  refuseIneffective(given, ['count', 'all', 'columns', 'quiet'], 'beside --explain');
  if (print.format === 'csv') throw new OtpctlError('usage', 'an explanation is no table', 'write  -o json');
}

function pageOf({ sortBy, sortOrder, limit, startIndex }: Given<typeof PAGE_OPTIONS>): Page {
  return {
    ...(sortBy !== undefined && { sortBy }),
    descending: sortOrder === 'descending',
    ...(limit !== undefined && { limit }),
    ...(startIndex !== undefined && { offset: startIndex - 1 }),
  };
}

async function sayHowManyMore({ print }: Context, total: number, { offset = 0 }: Page): Promise<void> {
  const more = total - offset - TABLE_ROWS;
  if (more > 0) await print.notice(`${counted(more, 'more device')}: see them with  --all  or  --limit N`);
}

async function printExplanation(
  { print }: Context,
  filter: string | undefined,
  explanation: Explanation,
): Promise<void> {
  const parsed = filter === undefined ? undefined : printFilter(parseFilter(filter));
  if (print.format !== 'table') {
    await print.raw(`${toJson({ ...(parsed !== undefined && { filter: parsed }), ...explanation })}\n`);
    return;
  }
  const { query, parameters, plan } = explanation;
  const lines = [
    ...(parsed === undefined ? [] : [`filter      ${printable(parsed)}`]),
    `query       ${query.replace(/\s+/g, ' ')}`,
    ...parameters.map((parameter, at) => `parameter ${at + 1} ${toJson(parameter)}`),
    ...plan.map((step) => `plan        ${step}`),
  ];
  await print.raw(`${lines.join('\n')}\n`);
}
