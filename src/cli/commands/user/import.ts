import { OtpctlError } from '../../../domain/errors.ts';
import { refuseNewName } from '../../../domain/new-name.ts';
import { printable } from '../../../domain/printable.ts';
import { type UserPatch, userAttribute, userName } from '../../../domain/user.ts';
import { INPUTS } from '../../../files/input-kinds.ts';
import { type OutputFile, refuseUnwritable, writeOutput } from '../../../files/output-file.ts';
import { type FileRow, readRows, writeRows } from '../../../formats/rows.ts';
import type { View } from '../../../output/view.ts';
import type { Backend } from '../../../ports/backend.ts';
import type { UserDirectory } from '../../../ports/user-directory.ts';
import type { Context } from '../../context.ts';
import { asText, defaulting, defineCommand, flag, option } from '../../define-command.ts';
import { EXIT } from '../../exit-codes.ts';
import { readInput } from '../../text-file.ts';
import { CHANGES } from '../../uses.ts';

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
    residue: defaulting(
      'FILE.failed; of stdin: nowhere',
      option('--residue <file>', 'where rows go that fail', asText),
    ),
    force: flag('--force', 'let them take the place of a file that is there'),
  },
  examples: [
    { does: 'from CSV', line: 'user import users.csv' },
    { does: 'from another program', line: 'user import - --residue failed.jsonl < users.jsonl' },
  ],
  view: reportView,
  uses: CHANGES,
  async run(context, { arguments: [file = ''], options }) {
    const input = readRows(await readInput(file, context.io, INPUTS.rows));
    const rows = input.rows.map((row) => ({ row, ...check(row) }));
    const path = options.residue ?? (file === '-' ? undefined : `${file}.failed`);
    const residue = path === undefined ? undefined : { path, overwrite: options.force ?? false };
    if (rows.some(({ problem, unlikely }) => (problem ?? unlikely) !== undefined)) refuseUnwritable(residue);
    const backend = await context.backend('create');
    const checked = await refuseUnknown(backend, rows);
    const failed = checked.filter(({ problem }) => problem !== undefined).map(({ row }) => row);
    await context.print.list(reportView, importAll(backend.users, checked, context));
    if (failed.length === 0) return EXIT.done;
    await keep(context, residue, writeRows(input, failed));
    return failed.length < checked.length ? EXIT.partly : EXIT.usage;
  },
});

interface Checked {
  readonly row: FileRow;
  readonly patch?: UserPatch;
  readonly problem?: string;
  /** What is wrong with it unless the user is known. */
  readonly unlikely?: string;
}

function check(row: FileRow): Omit<Checked, 'row'> {
  if (row.problem !== undefined) return { problem: row.problem };
  const patch = orProblem(() => patchOf(row));
  if (typeof patch === 'string') return { problem: patch };
  const unlikely = orProblem(() => refuseNewName(patch.name, 'user'));
  return { patch, ...(typeof unlikely === 'string' && { unlikely }) };
}

function orProblem<T>(look: () => T): T | string {
  try {
    return look();
  } catch (error) {
    if (error instanceof OtpctlError) return error.message;
    throw error;
  }
}

/** A name that no new user may have is good for one who is there. */
async function refuseUnknown(backend: Backend, rows: readonly Checked[]): Promise<readonly Checked[]> {
  const checked: Checked[] = [];
  for (const { row, patch, problem, unlikely } of rows) {
    const isKnown =
      patch === undefined ||
      unlikely === undefined ||
      (await backend.users.find(patch.name)) !== undefined ||
      (await backend.count({ user: patch.name })) > 0;
    if (isKnown) checked.push({ row, ...(patch && { patch }), ...(problem !== undefined && { problem }) });
    else checked.push({ row, problem: unlikely });
  }
  return checked;
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

async function keep({ print }: Context, file: OutputFile | undefined, text: string): Promise<void> {
  if (file === undefined) {
    await print.notice('some rows failed: keep them with  --residue FILE');
    return;
  }
  writeOutput(file, text);
  await print.notice(`the rows that failed are in ${printable(file.path)}: correct them there and import it`);
}
