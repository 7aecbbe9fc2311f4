import { OtpctlError } from '../../../domain/errors.ts';
import { refuseNewName } from '../../../domain/text/new-name.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { UserPatch } from '../../../domain/user.ts';
import { INPUTS } from '../../../files/input-kinds.ts';
import { type OutputFile, refuseUnwritable, writeOutput } from '../../../files/output-file.ts';
import { readUsers, type UserRow, writeUsers } from '../../../formats/rows/user-rows.ts';
import type { View } from '../../../output/view.ts';
import type { Backend } from '../../../ports/backend.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { asText, defaulting, flag, option } from '../../parse/option.ts';
import { inputName, readInput } from '../../terminal/text-file.ts';

/** Users in one transaction. */
const BATCH = 500;

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
  wraps: true,
  id: ({ name, line }) => name ?? `line ${line}`,
};

export const command = defineCommand({
  summary: 'make users known from a file, or change what is known of them',
  notes: `CSV with a first line of column names, or JSON, as user list writes them. The column "name" (or "user") names the
user, "active" is true or false, "groups" all groups with a semicolon between them (a semicolon alone: none), "attributes"
what user list has there; every other column is an attribute. An empty cell leaves things as they are. Of what user list
writes, id and times are passed over: they are a store's own. 
Rows that fail are written to a file of their own, to be corrected and imported again.`,
  arguments: [{ name: '<file>', description: 'CSV or JSON; - for stdin' }],
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
    { does: 'what another store has', line: 'user import users.json' },
  ],
  view: reportView,
  globals: CHANGES,
  async run(context, { arguments: [file = ''], options }) {
    const text = await readInput(file, context.io, INPUTS.rows);
    const input = await readUsers(text, inputName(file));
    const rows = input.rows.map((row) => ({ row, ...check(row) }));
    const path = options.residue ?? (file === '-' ? undefined : `${file}.failed`);
    const residue = path === undefined ? undefined : { path, overwrite: options.force ?? false };
    if (rows.some(({ problem, unlikely }) => (problem ?? unlikely) !== undefined)) refuseUnwritable(residue);
    const backend = await context.backend('create');
    const checked = await refuseUnknown(backend, rows);
    const failed = checked.filter(({ problem }) => problem !== undefined).map(({ row }) => row);
    await context.print.list(reportView, importAll(backend, checked, context));
    if (failed.length === 0) return EXIT.done;
    await keep(context, residue, writeUsers(input, failed));
    return failed.length < checked.length ? EXIT.partly : EXIT.usage;
  },
});

interface Checked {
  readonly row: UserRow;
  readonly patch?: UserPatch;
  readonly problem?: string;
  /** What is wrong with it unless the user is known. */
  readonly unlikely?: string;
}

function check({ patch, problem }: UserRow): Omit<Checked, 'row'> {
  if (patch === undefined) return { problem: problem ?? 'is no user' };
  try {
    refuseNewName(patch.name, 'user');
    return { patch };
  } catch (error) {
    if (error instanceof OtpctlError) return { patch, unlikely: error.message };
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
      (await offered(backend.users, 'to look up users').find(patch.name)) !== undefined;
    if (isKnown) checked.push({ row, ...(patch && { patch }), ...(problem !== undefined && { problem }) });
    else checked.push({ row, problem: unlikely });
  }
  return checked;
}

async function* importAll(
  { users }: Backend,
  checked: readonly Checked[],
  { origin }: Context,
): AsyncIterable<readonly RowReport[]> {
  for (let at = 0; at < checked.length; at += BATCH) {
    const batch = checked.slice(at, at + BATCH);
    await offered(users, 'to change users').set(
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
