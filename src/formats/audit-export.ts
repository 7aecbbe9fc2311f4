import { createHash } from 'node:crypto';
import type { AuditEntry } from '../domain/audit/audit.ts';
import { FIRST_TEXTS, LATER_TEXTS } from '../domain/audit/entry-json.ts';
import { type ChainedEntry, canonicalEntry, erasedIn, isErased, proofsIn } from '../domain/audit/entry-proof.ts';
import { createErasureCheck } from '../domain/audit/erasure.ts';
import { type SealedPart, sealedPart } from '../domain/audit/sealed-part.ts';
import { parseMoment } from '../domain/instant.ts';
import { isObject, objectIn } from '../domain/text/json-object.ts';

/** What the last line of an export says of the lines before it. */
export interface ExportProof {
  readonly first: number;
  readonly last: number;
  /** The HMAC of the entry before the first, in hex: what the chain of the export begins with. */
  readonly previous: string;
  /** The hash of the last entry; where something is sealed, one over that and what is. */
  readonly hash: string;
  /** What the log says is broken and sealed, of these entries. */
  readonly sealed?: readonly SealedPart[];
}

/**
 * The next link of the hash chain of an export: SHA-256 over the link before it, the entry and its HMAC. It needs no
 * key, so it shows what was changed to who has the last link from elsewhere, and nothing to who has not.
 */
export function nextHash(previous: string, entry: ChainedEntry): string {
  return createHash('sha256')
    .update(`otpctl:audit-export:v1\0${previous}\0`)
    .update(canonicalEntry(entry))
    .update('\0')
    .update(entry.mac)
    .digest('hex');
}

/** What a proof says at its end: the last link, and what is sealed. */
export function proofHash(link: string, sealed: readonly SealedPart[]): string {
  if (sealed.length === 0) return link;
  const parts = JSON.stringify(sealed.map(sealedPart));
  return createHash('sha256').update(`otpctl:audit-export:sealed:v1\0${link}\0${parts}`).digest('hex');
}

/** A line of an export; undefined for what is none. */
export function parseExportLine(
  line: string,
): { readonly entry: ChainedEntry; readonly hash: string } | { readonly proof: ExportProof } | undefined {
  const value = objectIn(line);
  const proof = value?.['proof'];
  if (isObject(proof)) {
    const { first, last, previous, hash, sealed } = proof;
    if (!isSeq(first) || !isSeq(last) || !isHex(previous) || !isHash(hash)) return undefined;
    if (sealed === undefined) return { proof: { first, last, previous, hash } };
    if (!Array.isArray(sealed) || !sealed.every(isSealed)) return undefined;
    return { proof: { first, last, previous, hash, sealed: sealed.map(sealedPart) } };
  }
  const { hash, ...members } = value ?? {};
  const entry = entryIn(members);
  return entry !== undefined && isHash(hash) ? { entry, hash } : undefined;
}

const TEXTS: readonly string[] = FIRST_TEXTS;
const ALL_TEXTS: readonly string[] = [...FIRST_TEXTS, ...LATER_TEXTS];

/** An entry of either format; undefined for members that its format has not. */
function entryIn(members: Readonly<Record<string, unknown>>): ChainedEntry | undefined {
  const { seq, time, mac, chain, salts, erasures, ...texts } = members;
  const instant = typeof time === 'string' ? parseMoment(time) : undefined;
  if (!isSeq(seq) || instant === undefined || !isHex(mac)) return undefined;
  if (!Object.values(texts).every((text) => typeof text === 'string')) return undefined;
  const known = chain === undefined ? TEXTS : ALL_TEXTS;
  if (!Object.keys(texts).every((name) => known.includes(name))) return undefined;
  const entry = { ...(texts as unknown as AuditEntry), seq, time: instant, mac: Buffer.from(mac, 'hex') };
  if (chain === undefined) return salts === undefined && erasures === undefined ? entry : undefined;
  const proofs = proofsIn(salts, erasures);
  return proofs !== undefined && typeof chain === 'number' ? { ...entry, chain, proofs } : undefined;
}

/** Holds the lines of an export against their chain, one after another. */
export function createExportCheck({ first, last, previous, hash: head, sealed = [] }: ExportProof) {
  let [expected, link] = [first, previous];
  let ended = false;
  const ranges = rangesOf(sealed);
  const isSealed = (seq: number) => ranges.some((each) => each.first <= seq && seq <= each.last);
  const erasures = createErasureCheck();
  const named = new Set<number>();
  let range = 0;
  /** The next entry that must be there: what is sealed may be missing. It is asked for later and later ones. */
  const nextOf = (seq: number): number => {
    while ((ranges[range]?.last ?? seq) < seq) range += 1;
    const { first: from, last: to } = ranges[range] ?? NONE;
    return from <= seq && seq <= to ? to + 1 : seq;
  };
  return {
    /** What is wrong with the next line, and which entry that is; undefined when all is well. */
    next(line: string): ExportFinding | undefined {
      if (ended) return { seq: last, finding: 'something follows the proof of the export' };
      const parsed = parseExportLine(line);
      if (parsed === undefined) return { seq: expected, finding: `entry ${expected} cannot be read` };
      if ('proof' in parsed) {
        ended = true;
        if (nextOf(expected) <= last)
          return { seq: expected, finding: `the export was cut: entry ${expected} of ${last} is missing` };
        if (proofHash(link, sealed) !== head)
          return { seq: last, finding: `the export does not end where its proof says, at entry ${last}` };
        const unsaid = [...named].find((seq) => !erasures.says(seq));
        if (unsaid !== undefined)
          return { seq: unsaid, finding: `entry ${unsaid} is named as erasing others, and does not say so` };
        return erasures.findings(first).find((found) => !isSealed(found.seq));
      }
      const { entry, hash } = parsed;
      const { seq } = entry;
      if (seq < expected || seq > nextOf(expected)) return { seq: expected, finding: misplaced(seq, expected) };
      link = nextHash(link, entry);
      if (hash !== link) return { seq, finding: `entry ${seq} is not what was written, or not where it was` };
      expected = seq + 1;
      const erasers = erasersIn(entry);
      erasures.note(entry, erasers);
      // What is sealed says nothing; and who erased an entry may come after the last one.
      if (erasers.length > 0 && !isSealed(seq)) for (const by of erasers) if (by <= last) named.add(by);
      return undefined;
    },
  };
}

/** The entries that say who erased groups of an entry. */
function erasersIn({ proofs }: ChainedEntry): readonly number[] {
  return erasedIn(proofs).flatMap((group) => {
    const mark = proofs?.[group];
    return isErased(mark) ? [mark.by] : [];
  });
}

interface Range {
  readonly first: number;
  readonly last: number;
}

const NONE: Range = { first: 0, last: -1 };

/** The entries that are sealed, in order; what touches is one. */
function rangesOf(sealed: readonly SealedPart[]): readonly Range[] {
  const ranges: Range[] = [];
  const parts = sealed.map(({ first = 0, last = -1 }) => ({ first, last })).filter(({ first, last }) => first <= last);
  for (const part of parts.sort((a, b) => a.first - b.first)) {
    const before = ranges.at(-1);
    if (before === undefined || part.first > before.last + 1) ranges.push(part);
    else ranges[ranges.length - 1] = { first: before.first, last: Math.max(before.last, part.last) };
  }
  return ranges;
}

export interface ExportFinding {
  readonly seq: number;
  readonly finding: string;
}

function misplaced(seq: number, expected: number): string {
  return seq > expected
    ? `entry ${expected} is missing: entry ${seq} stands in its place`
    : `entry ${seq} stands where entry ${expected} should be`;
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** An HMAC as it is stored: of a broken entry it may have any length. */
function isHex(value: unknown): value is string {
  return typeof value === 'string' && /^(?:[0-9a-f]{2})*$/.test(value);
}

function isSealed(value: unknown): value is SealedPart {
  if (typeof value !== 'object' || value === null) return false;
  const { part, first, last, entries, finding, by } = value as Record<string, unknown>;
  const isRange = [first, last, entries].every(Number.isSafeInteger);
  const isNone = part !== 'entries' && [first, last, entries].every((each) => each === undefined);
  return (
    ['entries', 'anchor', 'floor'].includes(String(part)) &&
    (isRange || isNone) &&
    typeof finding === 'string' &&
    isSeq(by)
  );
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
