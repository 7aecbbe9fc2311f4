import { REPAIR } from '../../../domain/audit/audit.ts';
import { sealIn } from '../../../domain/audit/audit-seal.ts';
import { chainedMembers } from '../../../domain/audit/entry-json.ts';
import type { ChainedEntry } from '../../../domain/audit/entry-proof.ts';
import { type SealedPart, sealedPart } from '../../../domain/audit/sealed-part.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { isRemote } from '../../../domain/place/place.ts';
import { hex } from '../../../domain/text/hex.ts';
import { type ExportProof, nextHash, proofHash } from '../../../formats/audit-export.ts';
import { toJson } from '../../../output/json.ts';
import type { AuditAnchor, AuditLog } from '../../../ports/audit-log.ts';
import { AUDIT_OPTIONS, refuseEmptyTime } from '../../audit/audit-options.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import { offered } from '../../offered.ts';
import { CHANGES } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { writeWhole } from '../../terminal/write-whole.ts';

const { since, until } = AUDIT_OPTIONS;
const WHAT = 'the export of the audit log';

export const command = defineCommand({
  summary: 'write the audit log with its chain, as JSON lines',
  notes: `Each entry carries its HMAC, and a hash that chains it to the one before it; the last line is the anchor of the
log and the proof of the export, for  otpctl audit verify FILE.  That an export was made is an entry of the log itself,
by which  audit prune  knows what it may remove. With --since or --until there is every entry from the first that
matches to the last.`,
  arguments: [],
  options: { since, until },
  examples: [
    { does: 'keep a copy elsewhere', line: 'audit export > audit.jsonl' },
    {
      does: 'what happened in a year',
      line: 'audit export --since 2025-01-01 --until 2025-12-31T23:59:59Z > 2025.jsonl',
    },
  ],
  view: undefined,
  globals: CHANGES,
  async run(context, { options: given }) {
    const { print, options } = context;
    if (options.output !== undefined && options.output !== 'jsonl') {
      throw new OtpctlError('usage', `an export is JSON lines, not ${options.output}`, 'leave out  --output');
    }
    refuseEmptyTime(given);
    const audit = offered((await context.backend()).audit, 'to read its audit log');
    const anchor = await audit.anchor();
    const { first, last } = await rangeOf(audit, anchor, given);
    let previous = hex(anchor.floor?.head ?? new Uint8Array(32));
    let hash: string | undefined;
    for await (const entries of audit.chain(last)) {
      let lines = '';
      for (const entry of entries) {
        if (entry.seq <= (anchor.floor?.seq ?? 0)) continue;
        if (entry.seq < first) previous = hex(entry.mac);
        else {
          hash = nextHash(hash ?? previous, entry);
          lines += lineOf(entry, hash);
        }
      }
      if (lines !== '') await writeWhole(print, lines, WHAT);
    }
    if (((await audit.anchor()).floor?.seq ?? 0) !== (anchor.floor?.seq ?? 0)) {
      throw new OtpctlError('changed-meanwhile', 'the audit log was pruned while it was exported', 'export it again');
    }
    const { count, head, mac } = anchor;
    const proof = hash === undefined ? undefined : await proofOf(audit, { first, last, previous, hash });
    const end = { anchor: { count, head: hex(head), mac: hex(mac) }, ...(proof && { proof }) };
    await writeWhole(print, `${toJson(end)}\n`, WHAT);
    if (proof !== undefined) await record(context, proof);
    return EXIT.done;
  },
});

/** What the end of an export says of it: also what the log says is sealed of these entries. */
async function proofOf(audit: AuditLog, { hash: link, ...range }: ExportProof): Promise<ExportProof> {
  const { first, last } = range;
  const sealed: SealedPart[] = [];
  for await (const entries of audit.list({ action: REPAIR })) {
    for (const seal of entries.flatMap((entry) => sealIn(entry) ?? [])) {
      const [from, to] = [seal.first ?? seal.by, seal.last ?? seal.by];
      if (from <= last && to >= first) sealed.push(sealedPart(seal));
    }
  }
  const hash = proofHash(link, sealed);
  return sealed.length === 0 ? { ...range, hash } : { ...range, hash, sealed };
}

/** From the first entry that matches to the last one: the chain has no gaps. */
async function rangeOf(
  audit: AuditLog,
  { count, floor }: AuditAnchor,
  given: { readonly since?: number; readonly until?: number },
): Promise<{ readonly first: number; readonly last: number }> {
  const [start, end] = [(floor?.seq ?? 0) + 1, count];
  if (given.since === undefined && given.until === undefined) return { first: start, last: end };
  let [first, last] = [end + 1, start - 1];
  for await (const page of audit.list(given)) {
    for (const { seq } of page) {
      first = Math.min(first, seq);
      last = Math.min(end, Math.max(last, seq));
    }
  }
  return { first, last };
}

/** Writes down that it was exported, where that can be done: a copy of a store without its key is exported, too. */
async function record(context: Context, range: { first: number; last: number; hash: string }): Promise<void> {
  const why = isRemote(await context.place())
    ? 'a server does not take that from here'
    : await recorded(context, range);
  if (why !== undefined) {
    await context.print.notice(
      `that this was exported could not be written down, so audit prune will not rely on it: ${why}`,
    );
  }
}

async function recorded(context: Context, range: { first: number; last: number; hash: string }) {
  try {
    const { audit } = await context.storeAdmin();
    await audit.recordExport(range);
    return undefined;
  } catch (error) {
    if (error instanceof OtpctlError) return error.message;
    throw error;
  }
}

function lineOf(entry: ChainedEntry, hash: string): string {
  return `${toJson({ ...chainedMembers(entry), hash })}\n`;
}
