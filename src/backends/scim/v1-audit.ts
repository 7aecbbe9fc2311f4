import type { AuditEntry } from '../../domain/audit.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { toIso } from '../../domain/instant.ts';
import type { AuditLog, AuditVerdict } from '../../ports/audit-log.ts';
import { SEE_VERBOSE } from './failures.ts';
import type { V1Client } from './v1-client.ts';
import { createTimeReader } from './zone-time.ts';

const readTime = createTimeReader('UTC');
type Json = Readonly<Record<string, unknown>>;

/** The audit log of an otpctl server; its chain is verified there, where its key is. */
export function createV1Audit(client: V1Client): AuditLog {
  return {
    async *list({ since, until, ...more }) {
      const times = {
        ...(since !== undefined && { since: toIso(since) }),
        ...(until !== undefined && { until: toIso(until) }),
      };
      for await (const line of client.lines('/audit', { ...times, ...more })) yield entryOf(line);
    },
    async latestTime(entries) {
      const times = await Array.fromAsync(client.lines('/audit', { limit: entries }), (line) => entryOf(line).time);
      return times.length === 0 ? undefined : Math.max(...times);
    },
    async *chain(upTo) {
      for await (const { mac, ...line } of client.lines('/audit/chain', { upTo })) {
        yield { ...entryOf(line), mac: bytesOf(mac) };
      }
    },
    async anchor() {
      const { count, head, mac, floor } = await client.send({ method: 'GET', path: '/audit/anchor' });
      const from = floor as Json | undefined;
      return {
        count: Number(count),
        head: bytesOf(head),
        mac: bytesOf(mac),
        ...(from !== undefined && { floor: { seq: Number(from['seq']), head: bytesOf(from['head']) } }),
      };
    },
    async verify() {
      const verdict = await client.send({ method: 'GET', path: '/audit/verification' });
      if (typeof verdict['intact'] === 'boolean') return verdict as unknown as AuditVerdict;
      throw malformed();
    },
  };
}

function entryOf(line: Json): AuditEntry {
  const time = readTime(line['time']);
  if (time === undefined || typeof line['seq'] !== 'number') throw malformed();
  return { ...(line as unknown as AuditEntry), time };
}

function bytesOf(hex: unknown): Uint8Array {
  if (typeof hex === 'string' && /^(?:[0-9a-f]{2})*$/i.test(hex)) return new Uint8Array(Buffer.from(hex, 'hex'));
  throw malformed();
}

function malformed(): OtpctlError {
  return new OtpctlError('protocol', 'the server answered with something that is no audit log', SEE_VERBOSE);
}
