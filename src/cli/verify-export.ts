import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';
import { createExportCheck, type ExportProof, parseExportLine } from '../formats/audit-export.ts';
import type { AuditVerdict } from '../ports/audit-log.ts';

/** Holds an export against its own proof, without a store and without a key. Errors: `file-unreadable`. */
export async function verifyExport(path: string): Promise<AuditVerdict & { readonly proof?: ExportProof }> {
  // The proof is the last line, and says where the first must begin.
  const { line, seq } = await lastLine(path);
  const parsed = line === undefined ? undefined : parseExportLine(line);
  if (parsed === undefined || !('proof' in parsed)) {
    return {
      intact: false,
      seq: seq + 1,
      finding: `the export was cut: it ends without its proof, after entry ${seq}`,
    };
  }
  const { proof } = parsed;
  const check = createExportCheck(proof);
  let entries = -1;
  for await (const each of linesOf(path)) {
    const found = check.next(each);
    if (found !== undefined) return { intact: false, ...found };
    entries += 1;
  }
  const { sealed } = proof;
  return { intact: true, entries, proof, ...(sealed && { sealed }) };
}

async function lastLine(path: string): Promise<{ readonly line?: string; readonly seq: number }> {
  let line: string | undefined;
  let seq = 0;
  for await (const each of linesOf(path)) {
    line = each;
    seq = Number(/^\{"seq":([0-9]{1,15}),/.exec(each)?.[1] ?? seq);
  }
  return { seq, ...(line !== undefined && { line }) };
}

async function* linesOf(path: string): AsyncIterable<string> {
  const input = createReadStream(path, 'utf8');
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    const why =
      { ENOENT: 'is not there', EISDIR: 'is a directory', EACCES: 'cannot be read' }[code] ?? `cannot be read: ${code}`;
    throw new OtpctlError('file-unreadable', `the file ${printable(path)} ${why}`, undefined, { cause: error });
  } finally {
    input.destroy();
  }
}
