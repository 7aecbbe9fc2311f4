import type { Readable, Writable } from 'node:stream';
import { grouped } from '../domain/counted.ts';
import { invalid } from '../domain/errors.ts';

/** Bytes of a code, a PIN or a secret that is piped in. */
const MAX_VALUE = 4096;

/** Where text goes out. */
interface Output {
  write(text: string, done?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What a run of the program is connected to. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output & Writable;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the process is told to end; from its first use on, the first signal does no more than that. */
  readonly interruption: AbortSignal;
}

/** The size of the window that an output is; undefined where it is none, or a terminal that does not know its own. */
export function windowOf({ isTTY, columns, rows }: Output): { columns: number; rows: number } | undefined {
  return isTTY && columns && rows ? { columns, rows } : undefined;
}

/** Writes, and waits until it is out. False when it cannot be: nobody reads any more (`| head`), or the disk is full. */
export function writeTo(output: Output, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    output.write(text, (error) => resolve(!error));
  });
}

/** All of stdin as text. Errors: `invalid-value` when there is more than `limit` bytes of it. */
export async function readAll(stdin: Readable, limit = 64 * 2 ** 20): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    length += chunks.at(-1)?.length ?? 0;
    if (length > limit) throw invalid(`there are more than ${grouped(limit)} bytes on stdin`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What was piped in as one value: all of stdin without its last line end. */
export async function readValue(stdin: Readable): Promise<string> {
  return (await readAll(stdin, MAX_VALUE)).replace(/\r?\n$/, '');
}
