import { closeSync, fstatSync } from 'node:fs';
import { invalid } from '../domain/errors.ts';
import { grouped } from '../domain/text/counted.ts';
import { printable } from '../domain/text/printable.ts';
import { kindOf, openForReading, type ReadOptions, readChunk, unreadable } from './input-file.ts';
import type { InputKind } from './input-kinds.ts';

const CHUNK = 65_536;
const LINE_END = 0x0a;

/**
 * The lines of a regular file of any length, one after another, as bytes; `most` of the kind is that of a line. Errors:
 * `file-unreadable`, `invalid-value` for a line that is too long.
 */
export function* fileLines(path: string, kind: InputKind, options: ReadOptions = {}): Generator<Buffer> {
  const file = openForReading(path, kind, options);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw unreadable(path, kind, kindOf(stat), options);
    let rest: Buffer[] = [];
    let length = 0;
    let number = 1;
    for (;;) {
      const bytes = readChunk(file, Buffer.allocUnsafe(CHUNK), path, kind);
      if (bytes.length === 0) break;
      let from = 0;
      for (let end = bytes.indexOf(LINE_END); end !== -1; end = bytes.indexOf(LINE_END, from)) {
        yield Buffer.concat([...rest, bytes.subarray(from, end)]);
        from = end + 1;
        rest = [];
        length = 0;
        number += 1;
      }
      rest.push(bytes.subarray(from));
      length += bytes.length - from;
      if (length > kind.most) {
        throw invalid(
          `line ${grouped(number)} of ${kind.what} ${printable(path)} has more than ${grouped(kind.most)} bytes`,
        );
      }
    }
    if (length > 0) yield Buffer.concat(rest);
  } finally {
    closeSync(file);
  }
}
