import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type ErrorCode, OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';
import type { BatchRow } from './ds100-batch-row.ts';
import { reserveFile } from './private-file.ts';

/** What a batch did so far, in a file that outlives it: a line before each change, and one after. */
export interface BatchJournal {
  /** Whether this run noted the serial number as done before it broke off. */
  isDone(id: string): boolean;
  noteSent(row: Pick<BatchRow, 'line' | 'id' | 'user' | 'from' | 'to'>): void;
  /** Notes an outcome; of a failure its code alone, as what a server says may name people. */
  note(row: BatchRow, code: ErrorCode | undefined): void;
  /** Notes that nothing is left to do. */
  finish(): void;
  close(): void;
}

const nothing = () => {};
const NONE: BatchJournal = { isDone: () => false, noteSent: nothing, note: nothing, finish: nothing, close: nothing };
const DONE: readonly unknown[] = ['changed', 'skipped'];

/**
 * Opens a journal, or takes up the one that is there: that of the same command over the same list, broken off. A finished
 * one is not taken up, as its devices may have been changed for good reasons since. Errors: `usage`, `output-unreachable`;
 * `disk` when a line cannot be written.
 */
export function openJournal(path: string | undefined, command: string, list: string): BatchJournal {
  if (path === undefined) return NONE;
  const file = open(path);
  const write = (text: string) => {
    try {
      writeSync(file, text);
      fsyncSync(file);
    } catch (error) {
      const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
      throw new OtpctlError('disk', `the journal ${printable(path)} cannot be written: ${code}`, undefined, {
        cause: error,
      });
    }
  };
  const note = (entry: object) => write(`${JSON.stringify(entry)}\n`);
  let entries: readonly Record<string, unknown>[];
  try {
    if (!fstatSync(file).isFile()) throw new OtpctlError('output-unreachable', `${printable(path)} is not a file`);
    const text = readFileSync(path, 'utf8');
    entries = text.split('\n').flatMap(entryOf);
    if (text === '') note({ command, list });
    else refuseOther(path, command, list, entries);
    // A line that a crash cut off ends here, so that the next one is whole.
    if (text !== '' && !text.endsWith('\n')) write('\n');
  } catch (error) {
    closeSync(file);
    throw error;
  }
  const done = new Set(entries.filter(({ outcome }) => DONE.includes(outcome)).map(({ id }) => id));
  return {
    isDone: (id) => done.has(id),
    noteSent: (row) => note({ ...row, outcome: 'sent' }),
    note: ({ reason, ...row }, code) => note({ ...row, ...(reason !== undefined && { reason: code ?? reason }) }),
    finish: () => note({ finished: true }),
    close: () => closeSync(file),
  };
}

function refuseOther(path: string, command: string, list: string, entries: readonly Record<string, unknown>[]): void {
  const [head] = entries;
  const why =
    head?.['command'] !== command
      ? `is not the journal of  ${command}`
      : head['list'] !== list
        ? 'is the journal of another list of devices'
        : entries.some(({ finished }) => finished === true)
          ? 'is the journal of a run that is finished'
          : undefined;
  if (why !== undefined) throw new OtpctlError('usage', `${printable(path)} ${why}`, 'name another file');
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
