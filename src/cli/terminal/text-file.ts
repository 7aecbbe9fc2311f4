import { printable } from '../../domain/text/printable.ts';
import { readFileText } from '../../files/input-file.ts';
import { INPUTS, type InputKind } from '../../files/input-kinds.ts';
import { ownDescriptor } from '../../files/own-descriptor.ts';
import { type Io, readAll } from './io.ts';

/** The text of the file of one setting, without its last line end. Errors: `file-unreadable`, `invalid-value`. */
export function readTextFile(path: string): string {
  return readFileText(path, INPUTS.setting, { pipes: true }).replace(/\r?\n$/, '');
}

/** What is named like that, for an error. */
export function inputName(path: string): string {
  return path === '-' ? 'stdin' : printable(path);
}

/** All of a file, or of stdin for `-` and what else leads there. Errors: `file-unreadable`, `invalid-value`. */
export async function readInput(path: string, { stdin }: Io, kind: InputKind): Promise<string> {
  if (path === '-' || ownDescriptor(path) === 0) return readAll(stdin, kind);
  return readFileText(path, kind, { pipes: true });
}
