import { OtpctlError } from '../../../domain/errors.ts';
import { type UserPatch, userAttribute, userName } from '../../../domain/user.ts';
import { type FileRow, readRows, writeRows } from '../../../formats/rows.ts';
import type { View } from '../../../output/view.ts';
import type { UserDirectory } from '../../../ports/user-directory.ts';
import type { Context } from '../../context.ts';
import { asText, defineCommand, option } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';
import { refuseUnwritable, reserveFile } from '../../private-file.ts';
import { readInput } from '../../text-file.ts';

/** Users in one transaction. */
const BATCH = 500;
const NAME_COLUMNS = ['name', 'user', 'userName'];

interface RowReport {
  readonly line: number;
  readonly name?: string;
  readonly outcome: 'imported' | 'failed';
  readonly reason?: string;
}

const reportView: View<RowReport> = {
  columns: [
    { key: 'line', title: 'line', value: ({ line }) => line },
    { key: 'name', title: 'name', value: ({ name }) => name },
    { key: 'outcome', title: 'outcome', value: ({ outcome }) => outcome },
    { key: 'reason', title: 'reason', value: ({ reason }) => reason },
  ],
  table: ['line', 'name', 'outcome', 'reason'],
  id: ({ name, line }) => name ?? `line ${line}`,
};

export const command = defineCommand({
  summary: 'make users known from a file, or change what is known of them',
  notes: `CSV with a first line of column names, or JSON objects, one a line. The column "name" (or "user") names the user, every
other column is an attribute; an empty cell leaves an attribute as it is. Rows that fail are written to a file of their
own, to be corrected and imported again.`,
  arguments: [{ name: '<file>', description: 'CSV or JSON lines; - for stdin' }],
  options: {
    residue: option('--residue <file>', 'where rows go that fail (default: FILE.failed; of stdin: nowhere)', asText),
  },
  examples: [
    { does: 'from CSV', line: 'user import users.csv' },
    { does: 'from another program', line: 'user import - --residue failed.jsonl < users.jsonl' },
  ],
  view: reportView,
  async run(context, { arguments: [file = ''], options }) {
    const input = readRows(await readInput(file, context.io));
    const checked = input.rows.map((row) => ({ row, ...check(row) }));
    const failed = checked.filter(({ problem }) => problem !== undefined).map(({ row }) => row);
    const residue = options.residue ?? (file === '-' ? undefined : `${file}.failed`);
    if (failed.length > 0) refuseUnwritable(residue);
    const { users } = await context.backend('create');
    await context.print.list(reportView, importAll(users, checked, context));
    if (failed.length === 0) return EXIT.done;
    await keep(context, residue, writeRows(input, failed));
    return failed.length < checked.length ? EXIT.partly : EXIT.usage;
  },
});

interface Checked {
  readonly row: FileRow;
  readonly patch?: UserPatch;
  readonly problem?: string;
}

function check(row: FileRow): Omit<Checked, 'row'> {
  if (row.problem !== undefined) return { problem: row.problem };
  try {
    return { patch: patchOf(row) };
  } catch (error) {
    if (error instanceof OtpctlError) return { problem: error.message };
    throw error;
  }
}

function patchOf({ cells }: FileRow): UserPatch {
  const column = NAME_COLUMNS.find((name) => cells[name] !== undefined);
  if (column === undefined) throw new OtpctlError('invalid-value', 'it names no user: there is no column "name"');
  const attributes = Object.entries(cells).filter(([key, value]) => key !== column && value !== '');
  return {
    name: userName(cells[column] ?? ''),
    attributes: Object.fromEntries(attributes.map(([key, value]) => userAttribute(key, value))),
  };
}

async function* importAll(
  users: UserDirectory,
  checked: readonly Checked[],
  { origin }: Context,
): AsyncIterable<readonly RowReport[]> {
  for (let at = 0; at < checked.length; at += BATCH) {
    const batch = checked.slice(at, at + BATCH);
    await users.set(
      batch.flatMap(({ patch }) => (patch === undefined ? [] : [patch])),
      origin,
    );
    yield batch.map(({ row, patch, problem }) => ({
      line: row.line,
      ...(patch !== undefined && { name: patch.name }),
      outcome: problem === undefined ? 'imported' : 'failed',
      ...(problem !== undefined && { reason: problem }),
    }));
  }
}

async function keep({ print }: Context, path: string | undefined, text: string): Promise<void> {
  if (path === undefined) {
    await print.notice('some rows failed: keep them with  --residue FILE');
    return;
  }
  const file = reserveFile(path, true);
  file.write(new TextEncoder().encode(text));
  file.keep();
  await print.notice(`the rows that failed are in ${path}: correct them there and import it`);
}
