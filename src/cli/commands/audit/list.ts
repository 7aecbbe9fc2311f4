import { auditView } from '../../../output/audit-view.ts';
import { AUDIT_OPTIONS, auditSelection, refuseEmptyTime } from '../../audit/audit-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { defaulting, option } from '../../parse/option.ts';
import { count } from '../../parse/values.ts';

/** Entries of a table unless `--limit` says otherwise. */
const TABLE_ROWS = 100;

export const command = defineCommand({
  summary: 'list what happened, oldest first',
  notes: `A table shows the newest 100 entries unless --limit says otherwise. Here, --ticket finds the entries with this
ticket, and --reason those whose reason contains the text. In json each entry has a cursor: who keeps that of the last
one, and gives it to --after, gets what came since, each entry once. A cursor says nothing else, and may be kept for good:
where entries behind it were pruned, the list begins with the first that is left.`,
  arguments: [],
  options: {
    ...AUDIT_OPTIONS,
    limit: defaulting(
      '100 in a table, else all',
      option('--limit <n>', 'the newest so many; with --after the next so many', count('the limit')),
    ),
  },
  examples: [
    { does: 'what happened to the devices of a user', line: 'audit list --user ada' },
    { does: 'what was done for a ticket', line: 'audit list --ticket HD-7' },
    { does: 'what came since, from a script', line: 'audit list --after aMS40Mg -o jsonl' },
    {
      does: 'every verification since a day, for a script',
      line: 'audit list --action device.verify --since 2026-01-31 -o jsonl',
    },
  ],
  view: auditView,
  globals: CHANGES,
  async run(context, { options }) {
    const { print } = context;
    refuseEmptyTime(options);
    const backend = await context.backend();
    const limit = options.limit ?? (print.format === 'table' && !context.options.quiet ? TABLE_ROWS : undefined);
    const { ticket, reason } = context.options;
    const selection = {
      ...(await auditSelection(backend, options)),
      ...(ticket !== undefined && { ticket }),
      ...(reason !== undefined && { reason }),
      ...(limit !== undefined && { limit }),
    };
    await print.list(auditView, offered(backend.audit, 'to read its audit log').list(selection));
    return EXIT.done;
  },
});
