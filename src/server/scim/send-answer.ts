import type { FastifyReply, FastifyRequest } from 'fastify';
import { entityTag } from '../../scim/entity-tag.ts';
import { errorBody, type ScimError } from '../../scim/scim-error.ts';
import type { ServedDialect } from '../../scim/served-dialect.ts';
import type { Answer } from './request-context.ts';

/** Sends an answer. It has its own serializer, since Fastify would add a charset to the content type of a string. */
export function sendAnswer(reply: FastifyReply, dialect: ServedDialect, answer: Answer): FastifyReply {
  const { status, body, location, version } = answer;
  reply.code(status).header('cache-control', 'no-store');
  if (location !== undefined) reply.header('location', location);
  if (version !== undefined) reply.header('etag', entityTag(version));
  if (body === undefined) return reply.send();
  // The body is the resource at its `meta.location` (RFC 7643 section 3.1).
  if (location !== undefined) reply.header('content-location', location);
  return reply.header('content-type', contentType(reply.request, dialect)).serializer(JSON.stringify).send(body);
}

export function sendError(reply: FastifyReply, dialect: ServedDialect, error: ScimError): FastifyReply {
  return sendAnswer(reply, dialect, { status: error.status, body: errorBody(error) });
}

function contentType({ headers }: FastifyRequest, { negotiatesJson }: ServedDialect): string {
  const accepted = headers.accept ?? '*/*';
  const onlyJson = negotiatesJson && /application\/json/i.test(accepted) && !/scim\+json|\*\/\*/i.test(accepted);
  return onlyJson ? 'application/json' : 'application/scim+json';
}
