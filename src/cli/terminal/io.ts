import type { Readable, Writable } from 'node:stream';
import { OtpctlError } from '../../domain/errors.ts';
import { decodeUtf8 } from '../../domain/text/utf8.ts';
import { whyUnreadable } from '../../files/errno.ts';
import { tooLarge } from '../../files/input-file.ts';
import { INPUTS, type InputKind } from '../../files/input-kinds.ts';

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

/** All of stdin as text, in strict UTF-8. Errors: `invalid-value`, also for more than its kind has; `file-unreadable`. */
export async function readAll(stdin: Readable, kind: InputKind): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stdin) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > kind.most) throw tooLarge('stdin', kind);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof OtpctlError) throw error;
    // Open for writing alone, say, or a terminal that has gone.
    throw new OtpctlError('file-unreadable', `stdin ${whyUnreadable(error)}`, undefined, { cause: error });
  }
  return decodeUtf8(Buffer.concat(chunks), 'stdin');
}

/** What was piped in as one value: all of stdin without its last line end. */
export async function readValue(stdin: Readable): Promise<string> {
  return (await readAll(stdin, INPUTS.value)).replace(/\r?\n$/, '');
}
