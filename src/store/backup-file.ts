import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { OtpctlError } from '../domain/errors.ts';
import { LAST_INSTANT } from '../domain/instant.ts';
import { isObject, objectIn } from '../domain/text/json-object.ts';
import { printable } from '../domain/text/printable.ts';
import { kindOf, openForReading, readChunk, unreadable } from '../files/input-file.ts';
import { KEY_LOCATIONS, type KeyLocation } from '../ports/store/vault.ts';
import type { ScryptParameters } from './backup-keys.ts';

const MAGIC = 'otpctl backup 1';
/** Bytes of a header at most. */
const MAX_HEADER = 65_536;
const CHUNK = 2 ** 20;

/** The header of a backup, in clear. */
export interface BackupHeader {
  readonly store: string;
  readonly schema: number;
  /** Unix time in seconds. */
  readonly time: number;
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
  /** The database that follows: how long it is, and its SHA-256. */
  readonly bytes: number;
  readonly sha256: string;
  readonly dataKeyId: string;
  /** What opens the keys. */
  readonly key: { readonly scrypt: ScryptParameters } | { readonly masterKeyId: string; readonly place: KeyLocation };
}

/** A backup whose digests are right, open for reading. */
export interface OpenBackup {
  readonly header: BackupHeader;
  /** The SHA-256 of the header. The keys are sealed to it: beside another header they do not open. */
  readonly headerDigest: string;
  readonly keys: Uint8Array;
  readonly size: number;
  /** Writes the database to a file that is there and empty. */
  extract(path: string): void;
  close(): void;
}

/** The lines before the database; `seal` seals the keys to the digest of the header. */
export function headerLines(header: BackupHeader, seal: (headerDigest: string) => Uint8Array): Buffer {
  const start = `${MAGIC}\n${JSON.stringify(header)}\n`;
  const signed = `${start}${Buffer.from(seal(digestOf(start))).toString('base64')}\n`;
  return Buffer.from(`${signed}${digestOf(signed)}\n`);
}

/** Opens a backup and reads all of it once. Errors: `file-unreadable`, `backup-damaged`. */
export function openBackup(path: string): OpenBackup {
  const file = openFile(path);
  const close = () => closeSync(file);
  try {
    const { lines, length } = readLines(file, path);
    const [magic, json = '', sealed = '', digest] = lines;
    if (magic !== MAGIC) throw damaged(path, 'is not an otpctl backup');
    const start = `${magic}\n${json}\n`;
    if (digestOf(`${start}${sealed}\n`) !== digest)
      throw damaged(path, 'is damaged: its header is not what was written');
    const header = headerIn(json);
    if (header === undefined) throw damaged(path, 'has a header that otpctl never writes');
    const size = fstatSync(file).size;
    const database = size - length;
    if (database !== header.bytes) {
      throw damaged(path, `is not all there: it has ${database} bytes of a database of ${header.bytes}`);
    }
    const pass = (use: (chunk: Uint8Array) => void) => {
      const sha256 = createHash('sha256');
      for (const chunk of chunksOf(file, length, path)) {
        sha256.update(chunk);
        use(chunk);
      }
      if (sha256.digest('hex') !== header.sha256)
        throw damaged(path, 'is damaged: its database is not what was written');
    };
    pass(() => {});
    return {
      header,
      headerDigest: digestOf(start),
      keys: Buffer.from(sealed, 'base64'),
      size,
      extract(target) {
        const output = openSync(target, 'r+');
        try {
          pass((chunk) => writeAll(output, chunk));
          fsyncSync(output);
        } finally {
          closeSync(output);
        }
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Reads a header. Who can write the file can write digests that fit, so what is used as a path or a size is checked. */
function headerIn(json: string): BackupHeader | undefined {
  const header = objectIn(json);
  if (header === undefined) return undefined;
  const { store, schema, time, bytes, sha256, dataKeyId, rows, key } = header;
  const texts = [store, sha256, dataKeyId].every((each) => typeof each === 'string');
  const numbers = [schema, time, bytes].every((each) => Number.isSafeInteger(each) && Number(each) >= 0);
  const counts = isObject(rows) && Object.values(rows).every(Number.isSafeInteger);
  const sound = texts && numbers && counts && Number(time) <= LAST_INSTANT && isOpener(key);
  return sound && /^[0-9a-f]{16}$/.test(String(store)) ? (header as unknown as BackupHeader) : undefined;
}

/** Whether a header says what opens the keys: every parameter of scrypt, or which master key it is and where. */
function isOpener(key: unknown): boolean {
  if (!isObject(key)) return false;
  const { scrypt, masterKeyId, place } = key;
  if (scrypt === undefined) return typeof masterKeyId === 'string' && KEY_LOCATIONS.some((known) => known === place);
  if (!isObject(scrypt) || typeof scrypt['salt'] !== 'string') return false;
  return ['cost', 'blockSize', 'parallelization'].every((name) => typeof scrypt[name] === 'number');
}

/** The SHA-256 of a file, in constant memory. */
export function fileDigest(path: string): { readonly bytes: number; readonly sha256: string } {
  const file = openFile(path);
  try {
    const sha256 = createHash('sha256');
    for (const chunk of chunksOf(file, 0, path)) sha256.update(chunk);
    return { bytes: fstatSync(file).size, sha256: sha256.digest('hex') };
  } finally {
    closeSync(file);
  }
}

/** Writes header and database to a file that is there, on the disk when it returns. */
export function writeBackup(target: string, header: Uint8Array, database: string): void {
  const [input, output] = [openFile(database), openSync(target, 'r+')];
  try {
    writeAll(output, header);
    for (const chunk of chunksOf(input, 0, database)) writeAll(output, chunk);
    fsyncSync(output);
  } finally {
    closeSync(input);
    closeSync(output);
  }
}

function readLines(file: number, path: string): { lines: string[]; length: number } {
  const start = readChunk(file, Buffer.alloc(MAX_HEADER), path, BACKUP, 0);
  const lines: string[] = [];
  let length = 0;
  while (lines.length < 4) {
    const end = start.indexOf(0x0a, length);
    if (end < 0) {
      const ours = start.toString('latin1', 0, MAGIC.length) === MAGIC;
      throw damaged(path, ours ? 'is not all there: its header is cut' : 'is not an otpctl backup');
    }
    lines.push(start.toString('latin1', length, end));
    length = end + 1;
  }
  return { lines, length };
}

function* chunksOf(file: number, from: number, path: string): Generator<Uint8Array> {
  const buffer = Buffer.alloc(CHUNK);
  for (let at = from; ; ) {
    const chunk = readChunk(file, buffer, path, BACKUP, at);
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function openFile(path: string): number {
  const file = openForReading(path, BACKUP);
  const stat = fstatSync(file);
  if (stat.isFile()) return file;
  closeSync(file);
  throw unreadable(path, BACKUP, kindOf(stat), {});
}

/** It may be of any size, since it is read in chunks. */
const BACKUP = { what: 'the backup', most: Number.MAX_SAFE_INTEGER };

function damaged(path: string, what: string): OtpctlError {
  return new OtpctlError('backup-damaged', `${printable(path)} ${what}`, 'take another backup');
}

function digestOf(text: string): string {
  return hash('sha256', Buffer.from(text, 'latin1'), 'hex');
}
