import type { Readable, Writable } from 'node:stream';

interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What a run of the program is connected to. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Writes and waits while the reader is slow; quietly gives up on one that has gone (`| head`). */
export async function writeTo(stream: Writable, text: string): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return;
  if (!stream.write(text)) {
    await new Promise<void>((resolve) => {
      const settle = () => {
        stream.off('drain', settle).off('close', settle).off('error', settle);
        resolve();
      };
      stream.on('drain', settle).on('close', settle).on('error', settle);
    });
  }
}

/** All of stdin as text. */
export async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** What was piped in as one value: all of stdin without its last line end. */
export async function readValue(stdin: Readable): Promise<string> {
  return (await readAll(stdin)).replace(/\r?\n$/, '');
}
