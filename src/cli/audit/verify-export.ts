import { utf8 } from '../../domain/text/utf8.ts';
import { fileLines } from '../../files/input-lines.ts';
import { createExportCheck, type ExportProof, parseExportLine } from '../../formats/audit-export.ts';
import type { AuditVerdict } from '../../ports/audit-log.ts';

/** Holds an export against its own proof, without a store and without a key. Errors: `file-unreadable`. */
export function verifyExport(path: string): AuditVerdict & { readonly proof?: ExportProof } {
  // The proof is the last line, and says where the first must begin.
  const { line, seq } = lastLine(path);
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
  for (const each of linesOf(path)) {
    const found = check.next(each);
    if (found !== undefined) return { intact: false, ...found };
    entries += 1;
  }
  const { sealed } = proof;
  return { intact: true, entries, proof, ...(sealed && { sealed }) };
}

function lastLine(path: string): { readonly line?: string; readonly seq: number } {
  let line: string | undefined;
  let seq = 0;
  for (const each of linesOf(path)) {
    line = each;
    seq = Number(/^\{"seq":([0-9]{1,15}),/.exec(each)?.[1] ?? seq);
  }
  return { seq, ...(line !== undefined && { line }) };
}

function* linesOf(path: string): Generator<string> {
  // What is no UTF-8 was never written by us: it is read all the same, and found.
  for (const line of fileLines(path, { what: 'the file', most: MAX_LINE })) yield utf8(line) ?? line.toString('latin1');
}

/** Bytes of an entry with all its texts. */
const MAX_LINE = 2 ** 20;
