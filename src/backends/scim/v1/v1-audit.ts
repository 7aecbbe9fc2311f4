import type { AuditEntry } from '../../../domain/audit/audit.ts';
import { auditCursor } from '../../../domain/audit/audit-cursor.ts';
import { LATER_TEXTS } from '../../../domain/audit/entry-json.ts';
import { type ChainedEntry, GROUPS, type ListedEntry, proofsIn } from '../../../domain/audit/entry-proof.ts';
import type { SealedPart } from '../../../domain/audit/sealed-part.ts';
import { type Instant, toIso } from '../../../domain/instant.ts';
import type { AuditAnchor, AuditLog, AuditVerdict } from '../../../ports/audit-log.ts';
import {
  listIn,
  type Members,
  malformed,
  membersIn,
  textIn,
  textOrNone,
  wholeNumberIn,
} from '../devices/answer-members.ts';
import { createTimeReader } from '../devices/zone-time.ts';
import type { V1Client } from './v1-client.ts';

const readTime = createTimeReader('UTC');
const NO_LOG = 'something that is no audit log';

/** The audit log of an otpctl server. The server verifies its chain, since the key is there. */
export function createV1Audit(client: V1Client): AuditLog {
  return {
    async *list({ since, until, after, ...more }) {
      const times = {
        ...(since !== undefined && { since: toIso(since) }),
        ...(until !== undefined && { until: toIso(until) }),
        ...(after !== undefined && { after: auditCursor(after) }),
      };
      for await (const lines of client.lines('/audit', { ...times, ...more })) yield lines.map(listedOf);
    },
    async latestTime(entries) {
      let latest: Instant | undefined;
      for await (const lines of client.lines('/audit', { limit: entries })) {
        for (const line of lines) latest = Math.max(latest ?? Number.NEGATIVE_INFINITY, listedOf(line).time);
      }
      return latest;
    },
    async *chain(upTo) {
      for await (const lines of client.lines('/audit/chain', { upTo })) {
        yield lines.map(chainedOf);
      }
    },
    anchor: () => client.send({ method: 'GET', path: '/audit/anchor' }, anchorOf),
    verify: () => client.send({ method: 'GET', path: '/audit/verification' }, verdictOf),
  };
}

function entryOf(line: Members, isErased: boolean): AuditEntry {
  const time = readTime(line['time']);
  if (time === undefined) throw malformed(NO_LOG);
  const texts = ['reason', 'ticket', 'deviceId', 'user', ...LATER_TEXTS].flatMap((name) => {
    // What is proven must be what was written: an empty text is one.
    const text = line[name] === '' ? '' : textOrNone(line[name], `${name} of an entry`);
    return text === undefined ? [] : [[name, text]];
  });
  const { chain } = line;
  return {
    seq: wholeNumberIn(line['seq'], 'a number of an entry'),
    time,
    // What was erased may be empty.
    actor: isErased ? String(line['actor']) : textIn(line['actor'], 'the actor of an entry'),
    action: textIn(line['action'], 'the action of an entry'),
    object: isErased ? String(line['object']) : textIn(line['object'], 'the object of an entry'),
    result: textIn(line['result'], 'the result of an entry'),
    ...(chain !== undefined && { chain: wholeNumberIn(chain, 'a number of a chain') }),
    ...Object.fromEntries(texts),
  };
}

function listedOf(line: Members): ListedEntry {
  if (line['erased'] === undefined) return entryOf(line, false);
  const groups = listIn(line['erased'], 'groups of texts', (each) => textIn(each, 'a group of texts'));
  return { ...entryOf(line, true), erased: GROUPS.filter((group) => groups.includes(group)) };
}

function chainedOf(line: Members): ChainedEntry {
  const entry = { ...entryOf(line, line['erasures'] !== undefined), mac: bytesOf(line['mac']) };
  if (entry.chain === undefined) return entry;
  const proofs = proofsIn(line['salts'], line['erasures']);
  if (proofs === undefined) throw malformed(NO_LOG);
  return { ...entry, proofs };
}

function anchorOf({ count, head, mac, floor }: Members): AuditAnchor {
  const from = floor === undefined || floor === null ? undefined : membersIn(floor, 'beginning of a log');
  return {
    count: wholeNumberIn(count, 'a count of entries'),
    head: bytesOf(head),
    mac: bytesOf(mac),
    ...(from && { floor: { seq: wholeNumberIn(from['seq'], 'a number of an entry'), head: bytesOf(from['head']) } }),
  };
}

function verdictOf({ intact, entries, seq, finding, sealed }: Members): AuditVerdict {
  if (intact === true) {
    const parts = sealed === undefined ? undefined : listIn(sealed, 'sealed parts', sealedOf);
    return { intact, entries: wholeNumberIn(entries, 'a count of entries'), ...(parts && { sealed: parts }) };
  }
  if (intact !== false) throw malformed(NO_LOG);
  return { intact, seq: wholeNumberIn(seq, 'a number of an entry'), finding: textIn(finding, 'a finding') };
}

function sealedOf(value: unknown): SealedPart {
  const { part, first, last, entries, finding, by } = membersIn(value, 'sealed part');
  if (part !== 'entries' && part !== 'anchor' && part !== 'floor') throw malformed(NO_LOG);
  const number = (each: unknown) => wholeNumberIn(each, 'a number of an entry');
  const range = part === 'entries' && { first: number(first), last: number(last), entries: number(entries) };
  return { part, ...range, finding: textIn(finding, 'a finding'), by: number(by) };
}

function bytesOf(hex: unknown): Uint8Array {
  if (typeof hex === 'string' && /^(?:[0-9a-f]{2})*$/i.test(hex)) return new Uint8Array(Buffer.from(hex, 'hex'));
  throw malformed(NO_LOG);
}
