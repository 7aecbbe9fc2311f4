import { fstatSync, writeSync } from 'node:fs';

/** What Linux says of /dev/null: device 1:3. */
const NULL_DEVICE = 0x103;

type Done = (error?: Error | null) => void;

/** What a stream and a plain file descriptor have in common. */
export interface Output {
  write(bytes: string | Uint8Array, done?: Done): unknown;
}

interface PlainOutputDeps {
  /** Takes over where another process has set a pipe not to wait. */
  stream(): Output;
  failed(error: Error): void;
}

/**
 * Writes to a pipe or a file at once and to the end, as the stream of Node does, which takes milliseconds to make.
 * Undefined for a terminal and other devices.
 */
export function plainOutput(descriptor: number, { stream, failed }: PlainOutputDeps): Output | undefined {
  if (!isPlain(descriptor)) return undefined;
  let taken: Output | undefined;
  return {
    write(given, done) {
      if (taken !== undefined) return taken.write(given, done);
      const bytes = Buffer.from(given);
      let written = 0;
      try {
        while (written < bytes.length) written += writeSync(descriptor, bytes, written);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') {
          taken = stream();
          return taken.write(bytes.subarray(written), done);
        }
        failed(error as Error);
        return done?.(error as Error);
      }
      return done?.();
    },
  };
}

function isPlain(descriptor: number): boolean {
  try {
    const found = fstatSync(descriptor);
    return !found.isCharacterDevice() || found.rdev === NULL_DEVICE;
  } catch {
    return false;
  }
}
