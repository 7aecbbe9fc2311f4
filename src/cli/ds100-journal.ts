import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type ErrorCode, OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';
import type { BatchRow } from './ds100-batch-row.ts';
import { reserveFile } from './private-file.ts';

/** What a batch did so far, in a file that outlives it: a line before each change, and one after. */
export interface BatchJournal {
  /** Whether an earlier run over the same file noted this serial number as done. */
  isDone(id: string): boolean;
  noteSent(row: Pick<BatchRow, 'line' | 'id' | 'user' | 'from' | 'to'>): void;
  /** Notes an outcome; of a failure its code alone, as what a server says may name people. */
  note(row: BatchRow, code: ErrorCode | undefined): void;
  close(): void;
}

const NONE: BatchJournal = { isDone: () => false, noteSent: () => {}, note: () => {}, close: () => {} };
const DONE: readonly unknown[] = ['changed', 'skipped'];

/** Opens a journal, or takes up the one that is there. Errors: `usage` for that of another command. */
export function openJournal(path: string | undefined, verb: string): BatchJournal {
  if (path === undefined) return NONE;
  const command = `ds100 ${verb}`;
  const file = open(path);
  const lines = readFileSync(path, 'utf8').split('\n');
  const entries = lines.flatMap((line) => entryOf(line));
  const [head] = entries;
  const write = (entry: object) => {
    writeSync(file, `${JSON.stringify(entry)}\n`);
    fsyncSync(file);
  };
  if (lines.join('') === '') write({ command });
  else if (head?.['command'] !== command) {
    closeSync(file);
    throw new OtpctlError('usage', `${printable(path)} is not the journal of  ${command}`, 'name another file');
  }
  // A line that a crash cut off ends here, so that the next one is whole.
  else if (lines.at(-1) !== '') writeSync(file, '\n');
  const done = new Set(entries.filter(({ outcome }) => DONE.includes(outcome)).map(({ id }) => id));
  return {
    isDone: (id) => done.has(id),
    noteSent: (row) => write({ ...row, outcome: 'sent' }),
    note: ({ reason, ...row }, code) => write({ ...row, ...(reason !== undefined && { reason: code ?? reason }) }),
    close: () => closeSync(file),
  };
}

/** The whole of a batch for the page of a pipeline: its file is reserved before the first change. */
export interface BatchReport {
  write(report: object): void;
  /** Without a report written, leaves nothing behind. */
  close(): void;
}

export function openReport(path: string | undefined): BatchReport {
  if (path === undefined) return { write: () => {}, close: () => {} };
  const file = reserveFile(path, true);
  return {
    write(report) {
      file.write(Buffer.from(`${JSON.stringify(report, undefined, 2)}\n`));
      file.keep();
    },
    close: () => file.discard(),
  };
}

function open(path: string): number {
  try {
    return openSync(path, 'a+', 0o600);
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new OtpctlError(
      'output-unreachable',
      `the journal ${printable(path)} cannot be written: ${code}`,
      undefined,
      {
        cause: error,
      },
    );
  }
}

/** One line; nothing for one that was cut off. */
function entryOf(line: string): readonly Record<string, unknown>[] {
  try {
    return [JSON.parse(line) as Record<string, unknown>];
  } catch {
    return [];
  }
}
