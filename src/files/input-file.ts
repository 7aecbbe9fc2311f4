import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { OtpctlError } from '../domain/errors.ts';
import { grouped } from '../domain/text/counted.ts';
import { printable } from '../domain/text/printable.ts';
import { decodeUtf8 } from '../domain/text/utf8.ts';
import { whyUnreadable } from './errno.ts';
import type { InputKind } from './input-kinds.ts';
import { isPipe, ownDescriptor, readFrom } from './own-descriptor.ts';
import { refuseWideMode } from './owner-only.ts';

/** How a file is read, besides what it is. */
export interface ReadOptions {
  /** What to do about a file that is not there. */
  readonly hint?: string;
  /** Whether a pipe of the shell is read as well: `<(sops -d ids.enc)`. */
  readonly pipes?: boolean;
  /** Whether a link is refused. */
  readonly noLink?: boolean;
  /** Whether a file that others can reach is refused (`permissions`). */
  readonly ownerOnly?: boolean;
}

const CHUNK = 65_536;

/**
 * The bytes of a regular file, and not more than its kind has: a device, a named pipe, a socket and a folder are
 * refused, and nothing is waited for. Errors: `file-unreadable`, `permissions`, `invalid-value` for one that is too large.
 */
export function readFileBytes(path: string, kind: InputKind, options: ReadOptions = {}): Buffer {
  const own = options.pipes ? pipeOf(path) : undefined;
  if (own !== undefined) return readAllOf(own, path, kind, options);
  const file = openForReading(path, kind, options);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw unreadable(path, kind, kindOf(stat), options);
    if (options.ownerOnly) refuseWideMode(kind.what, path, stat.mode);
    if (stat.size > kind.most) throw tooLarge(`${kind.what} ${printable(path)}`, kind);
    return readAllOf(file, path, kind, options);
  } finally {
    closeSync(file);
  }
}

/** The text of such a file, in strict UTF-8 and without a byte order mark. Errors: as above, `invalid-value`. */
export function readFileText(path: string, kind: InputKind, options: ReadOptions = {}): string {
  return decodeUtf8(readFileBytes(path, kind, options), `${kind.what} ${printable(path)}`);
}

export function tooLarge(what: string, { most }: InputKind): OtpctlError {
  return new OtpctlError('invalid-value', `${what} has more than ${grouped(most)} bytes`);
}

/** Opens for reading a regular file, without waiting for the other end of a pipe. */
export function openForReading(path: string, kind: InputKind, options: ReadOptions = {}): number {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  const flags = O_RDONLY | O_NONBLOCK | (options.noLink ? O_NOFOLLOW : 0);
  return orUnreadable(() => openSync(path, flags), path, kind, options);
}

/** Reads bytes of an open file, from where it stands or from a place of it. Errors: as above. */
export function readChunk(
  file: number,
  chunk: Buffer,
  path: string,
  kind: InputKind,
  at: number | null = null,
): Buffer {
  return chunk.subarray(
    0,
    orUnreadable(() => readSync(file, chunk, 0, chunk.length, at), path, kind),
  );
}

function orUnreadable<T>(read: () => T, path: string, kind: InputKind, options: ReadOptions = {}): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, kind, whyUnreadable(error), options, error);
  }
}

/** Reads to the end, which is not where a file of `/proc` says that it is. */
function readAllOf(file: number, path: string, kind: InputKind, options: ReadOptions): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const read = orUnreadable(() => readFrom(file, chunk), path, kind, options);
    if (read === 0) return Buffer.concat(chunks);
    length += read;
    if (length > kind.most) throw tooLarge(`${kind.what} ${printable(path)}`, kind);
    chunks.push(chunk.subarray(0, read));
  }
}

/** The pipe that a path of the shell stands for. */
function pipeOf(path: string): number | undefined {
  const descriptor = ownDescriptor(path);
  try {
    return descriptor !== undefined && isPipe(descriptor) ? descriptor : undefined;
  } catch {
    return undefined;
  }
}

/** What something is that is no regular file. */
export function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'is a directory';
  if (stat.isFIFO()) return 'is a pipe, and not a file';
  if (stat.isSocket()) return 'is a socket, and not a file';
  return stat.isFile() ? 'is a file' : 'is a device, and not a file';
}

export function unreadable(path: string, { what }: InputKind, why: string, options: ReadOptions = {}, cause?: unknown) {
  return new OtpctlError(
    'file-unreadable',
    `${what} ${printable(path)} ${why}`,
    options.hint,
    cause === undefined ? {} : { cause },
  );
}

/** The first bytes of a plain file as text; undefined for what is none, or cannot be read. Follows and waits for nothing. */
export function beginningOfFile(path: string, bytes: number): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(file).isFile()) return undefined;
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, readSync(file, buffer)).toString('latin1');
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
