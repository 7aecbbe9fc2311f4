import type { FastifyInstance } from 'fastify';
import { parseAuditCursor } from '../../domain/audit/audit-cursor.ts';
import { chainedMembers, listedMembers } from '../../domain/audit/entry-json.ts';
import { invalid } from '../../domain/errors.ts';
import { parseMoment } from '../../domain/instant.ts';
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
  after: parsed(parseAuditCursor),
  limit: wholeNumber(0),
};

/** The audit log: reading and verifying it. */
export function registerAuditRoutes(app: FastifyInstance, { backendOf, authorize, sendLines }: V1Deps): void {
  app.get('/audit', async (request, reply) => {
    authorize(request, 'audit.read');
    return sendLines(request, reply, backendOf(request).audit.list(fieldsOf(request.query, SELECTION)), listedMembers);
  });

  app.get('/audit/chain', async (request, reply) => {
    authorize(request, 'audit.verify');
    const { audit } = backendOf(request);
    const { upTo } = fieldsOf(request.query, { upTo: wholeNumber(0) });
    const chain = audit.chain(upTo ?? (await audit.anchor()).count);
    return sendLines(request, reply, chain, chainedMembers);
  });

  app.get('/audit/anchor', async (request) => {
    authorize(request, 'audit.verify');
    const { audit } = backendOf(request);
    const { count, head, mac, floor } = await audit.anchor();
    const from = floor && { floor: { seq: floor.seq, head: hex(floor.head) } };
    return { count, head: hex(head), mac: hex(mac), ...from };
  });

  app.get('/audit/verification', async (request) => {
    authorize(request, 'audit.verify');
    const { audit } = backendOf(request);
    return audit.verify();
  });
}
