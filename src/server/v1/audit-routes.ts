import type { FastifyInstance } from 'fastify';
import type { AuditEntry } from '../../domain/audit/audit.ts';
import { invalid } from '../../domain/errors.ts';
import { parseMoment, toIso } from '../../domain/instant.ts';
import { hex } from '../../domain/text/hex.ts';
import { userName } from '../../domain/user.ts';
import { fieldsOf, parsed, text, wholeNumber } from './fields.ts';
import type { V1Deps } from './v1-deps.ts';

const moment = parsed((date) => {
  const found = parseMoment(date);
  if (found === undefined) throw invalid('a time is YYYY-MM-DD (midnight UTC) or as RFC 3339 writes it');
  return Math.floor(found);
});

const SELECTION = {
  since: moment,
  until: moment,
  user: parsed(userName),
  device: text,
  actor: text,
  action: text,
  ticket: text,
  reason: text,
  limit: wholeNumber(0),
};

/** The audit log: reading and verifying it. */
export function registerAuditRoutes(app: FastifyInstance, { backend: { audit }, authorize, sendLines }: V1Deps): void {
  app.get('/audit', async (request, reply) => {
    authorize(request, 'audit.read');
    return sendLines(request, reply, audit.list(fieldsOf(request.query, SELECTION)), entryJson);
  });

  app.get('/audit/chain', async (request, reply) => {
    authorize(request, 'audit.read');
    const { upTo } = fieldsOf(request.query, { upTo: wholeNumber(0) });
    const chain = audit.chain(upTo ?? (await audit.anchor()).count);
    return sendLines(request, reply, chain, ({ mac, ...entry }) => ({ ...entryJson(entry), mac: hex(mac) }));
  });

  app.get('/audit/anchor', async (request) => {
    authorize(request, 'audit.read');
    const { count, head, mac, floor } = await audit.anchor();
    const from = floor && { floor: { seq: floor.seq, head: hex(floor.head) } };
    return { count, head: hex(head), mac: hex(mac), ...from };
  });

  app.get('/audit/verification', async (request) => {
    authorize(request, 'audit.read');
    return audit.verify();
  });
}

function entryJson(entry: AuditEntry): Record<string, unknown> {
  return { ...entry, time: toIso(entry.time) };
}
