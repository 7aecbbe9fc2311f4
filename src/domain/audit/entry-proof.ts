import { hash } from 'node:crypto';
import { isObject } from '../text/json-object.ts';
import type { AuditEntry } from './audit.ts';
import { actorParts } from './origin.ts';

/**
 * What names a person in an entry, in groups: what it is about, who did it, what they said, and from where. The HMAC of an
 * entry of format 2 is not over these texts but over a salted commitment of each group, so that one can be erased.
 */
export const GROUPS = ['subject', 'actor', 'texts', 'network'] as const;
export type Group = (typeof GROUPS)[number];

/** What is left of a group that was erased. */
export interface ErasedGroup {
  /** What the HMAC of the entry is over, in hex. */
  readonly commitment: string;
  /** The entry `user.erase` that says who erased it. */
  readonly by: number;
  /** The HMAC of this mark, in hex: nobody without the key can make one. */
  readonly mac: string;
}

/** Of each group of an entry of format 2 that has texts: its salt, in hex, or what is left of it where it was erased. */
export type EntryProofs = { readonly [G in Group]?: string | ErasedGroup };

/** An entry with what its commitments are made with; without them it is one of format 1. */
export interface ProvenEntry extends AuditEntry {
  readonly proofs?: EntryProofs;
}

/** An entry with the HMAC that chains it to the one before it. */
export interface ChainedEntry extends ProvenEntry {
  readonly mac: Uint8Array;
}

/** An entry as readers get it: without what proves it, and with the groups that were erased. */
export interface ListedEntry extends AuditEntry {
  readonly erased?: readonly Group[];
}

export function listedEntry({ mac: _, proofs, ...entry }: ChainedEntry): ListedEntry {
  const erased = erasedIn(proofs);
  return erased.length === 0 ? entry : { ...entry, erased };
}

/** Hexadecimal digits of a salt of 16 bytes. */
export const SALT_DIGITS = 32;

type Text = string | undefined;

/** The texts of a group. */
function textsOf({ object, user, actor, reason, ticket, result, peer, client }: AuditEntry, group: Group): Text[] {
  switch (group) {
    case 'subject':
      return [object, user];
    case 'actor':
      return [actorParts(actor).name];
    case 'texts':
      return [reason, ticket, resultParts(result).detail];
    case 'network':
      return [peer, client];
  }
}

/** Whether a group has texts that its salt must stand for. What is always there may be empty. */
export function isThere({ result, reason, ticket, peer, client }: AuditEntry, group: Group): boolean {
  if (group === 'texts') return reason !== undefined || ticket !== undefined || result.includes(': ');
  return group !== 'network' || peer !== undefined || client !== undefined;
}

/** Whether nothing is left of the texts of a group. */
function isBlank(entry: AuditEntry, group: Group): boolean {
  const [first, ...others] = textsOf(entry, group);
  return first === (isAlways(group) ? '' : undefined) && others.every((text) => text === undefined);
}

function isAlways(group: Group): boolean {
  return group === 'subject' || group === 'actor';
}

/** The word of a result, which says whether it was done, and what follows it: `rejected`, and `wrong code`. */
export function resultParts(result: string): { readonly verdict: string; readonly detail?: string } {
  const at = result.indexOf(': ');
  return at < 0 ? { verdict: result } : { verdict: result.slice(0, at), detail: result.slice(at + 2) };
}

/** The groups of an entry that were erased. */
export function erasedIn(proofs: EntryProofs | undefined): readonly Group[] {
  return proofs === undefined ? [] : GROUPS.filter((group) => isErased(proofs[group]));
}

export function isErased(proof: string | ErasedGroup | undefined): proof is ErasedGroup {
  return typeof proof === 'object';
}

/** An entry without the texts of some groups. */
export function withoutTexts<E extends AuditEntry>(entry: E, groups: readonly Group[]): E {
  let { actor, object, user, reason, ticket, result, peer, client, ...facts } = entry as AuditEntry;
  if (groups.includes('subject')) [object, user] = ['', undefined];
  if (groups.includes('actor')) actor = actorParts(actor).kind;
  if (groups.includes('texts')) [reason, ticket, result] = [undefined, undefined, resultParts(result).verdict];
  if (groups.includes('network')) [peer, client] = [undefined, undefined];
  const texts = { user, reason, ticket, peer, client };
  const there = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
  return { ...facts, actor, object, result, ...there } as E;
}

/** What no commitment is: where a group that was erased has texts, or one with texts has no salt. */
const NONE = '';

/**
 * What stands for a group under the HMAC: SHA-256 over the name of the group, the salt and the texts, in hex. Of an erased
 * group what was left. Undefined for a group without texts.
 */
export function commitmentOf(entry: ProvenEntry, group: Group): string | undefined {
  const proof = entry.proofs?.[group];
  if (proof === undefined) return isThere(entry, group) ? NONE : undefined;
  if (isErased(proof)) return isBlank(entry, group) ? proof.commitment : NONE;
  if (proof.length !== SALT_DIGITS) return NONE;
  // Of a list, JSON has null for what is not there.
  const texts = JSON.stringify(textsOf(entry, group));
  return hash('sha256', `otpctl:audit:${group}:v2\0${proof}\0${texts}`);
}

/** The bytes under an entry's HMAC: its fields in a fixed order, so that no two entries have the same text. */
export function canonicalEntry(entry: ProvenEntry): string {
  const { seq, time, actor, action, object, result, reason, ticket, deviceId, user } = entry;
  if (entry.proofs === undefined) {
    return JSON.stringify([seq, time, actor, action, object, result, reason, ticket, deviceId, user]);
  }
  const { chain, userId, type, door, run } = entry;
  // Of a list, JSON has null for what is not there.
  return JSON.stringify([
    'v2',
    chain,
    seq,
    time,
    actorParts(actor).kind,
    action,
    deviceId,
    userId,
    type,
    resultParts(result).verdict,
    door,
    run,
    commitmentOf(entry, 'subject'),
    commitmentOf(entry, 'actor'),
    commitmentOf(entry, 'texts'),
    commitmentOf(entry, 'network'),
  ]);
}

/** Salts and what is left of erased groups, as JSON has them. */
export interface ProofMembers {
  readonly salts?: Readonly<Record<string, string>>;
  readonly erasures?: Readonly<Record<string, ErasedGroup>>;
}

export function proofMembers(proofs: EntryProofs): ProofMembers {
  const salts: Record<string, string> = {};
  const erasures: Record<string, ErasedGroup> = {};
  for (const group of GROUPS) {
    const proof = proofs[group];
    if (isErased(proof)) erasures[group] = { commitment: proof.commitment, by: proof.by, mac: proof.mac };
    else if (proof !== undefined) salts[group] = proof;
  }
  return {
    ...(Object.keys(salts).length > 0 && { salts }),
    ...(Object.keys(erasures).length > 0 && { erasures }),
  };
}

/** Reads them; undefined for what they cannot be. */
export function proofsIn(salts: unknown = {}, erasures: unknown = {}): EntryProofs | undefined {
  if (!isObject(salts) || !isObject(erasures)) return undefined;
  const proofs: { [G in Group]?: string | ErasedGroup } = {};
  for (const [group, salt] of Object.entries(salts)) {
    if (!isGroup(group) || typeof salt !== 'string' || !/^[0-9a-f]{32}$/.test(salt)) return undefined;
    proofs[group] = salt;
  }
  for (const [group, erased] of Object.entries(erasures)) {
    if (!isGroup(group) || proofs[group] !== undefined || !isObject(erased)) return undefined;
    const { commitment, by, mac, ...more } = erased;
    if (!isDigest(commitment) || !isDigest(mac) || Object.keys(more).length > 0) return undefined;
    if (typeof by !== 'number' || !Number.isSafeInteger(by)) return undefined;
    proofs[group] = { commitment, by, mac };
  }
  return proofs;
}

function isGroup(text: string): text is Group {
  return (GROUPS as readonly string[]).includes(text);
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
