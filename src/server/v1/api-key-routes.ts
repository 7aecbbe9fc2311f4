import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiKey } from '../../domain/api-key/api-key.ts';
import { grantsOf } from '../../domain/api-key/role.ts';
import { after, parseDuration } from '../../domain/duration.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { toIso } from '../../domain/instant.ts';
import { parseScope } from '../../domain/query/parse-scope.ts';
import type { CreatedApiKey } from '../../ports/api-keys.ts';
import { HttpError } from '../answers/http-error.ts';
import { fieldsOf, listOf, parameter, parsed, required, text } from './fields.ts';
import type { V1Deps } from './v1-deps.ts';

const duration = parsed(parseDuration);
const NEW_KEY = {
  name: text,
  roles: listOf(text),
  scope: parsed((filter) => parseScope(filter).text),
  expires: duration,
};

/** API keys. A key cannot make, rotate or revoke one that may do more than itself, nor make one that lives longer. */
export function registerApiKeyRoutes(app: FastifyInstance, { backendOf, clock, authorize }: V1Deps): void {
  const keysOf = (request: FastifyRequest) => backendOf(request).apiKeys;

  app.get('/apikeys', async (request) => {
    authorize(request, 'apikey.read');
    return { apiKeys: (await keysOf(request).list()).map(keyJson) };
  });

  app.post('/apikeys', async (request, reply) => {
    const origin = authorize(request, 'apikey.change');
    const { name, roles, scope, expires } = fieldsOf(request.body, NEW_KEY);
    const grants = grantsOf(roles ?? []);
    const wanted = {
      name: required(name, 'name'),
      roles: grants,
      ...(scope !== undefined && { scope }),
      ...(expires !== undefined && { expires: after(clock.now(), expires) }),
    };
    const created = await allowed(keysOf(request).create(wanted, origin, keyOf(request)));
    reply.code(201);
    return createdJson(created);
  });

  app.post('/apikeys/:name/rotate', async (request) => {
    const origin = authorize(request, 'apikey.change');
    const { overlap } = fieldsOf(request.body, { overlap: duration });
    const until = overlap === undefined ? clock.now() : after(clock.now(), overlap);
    return createdJson(
      await allowed(keysOf(request).rotate(parameter(request, 'name'), until, origin, keyOf(request))),
    );
  });

  app.delete('/apikeys/:name', async (request, reply) => {
    const origin = authorize(request, 'apikey.change');
    await allowed(keysOf(request).revoke(parameter(request, 'name'), origin, keyOf(request)));
    return reply.code(204).send();
  });
}

function keyOf({ apiKey }: FastifyRequest): ApiKey {
  if (apiKey === undefined) throw new Error('a request came in without its key');
  return apiKey;
}

/** Answers `not-allowed` of the store with 403, as where a key lacks a role. */
async function allowed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof OtpctlError && error.code === 'not-allowed') throw new HttpError(403, error.message);
    throw error;
  }
}

function keyJson({ id, name, roles, scope, created, expires, rotated }: ApiKey): Record<string, unknown> {
  return {
    id,
    name,
    roles,
    ...(scope !== undefined && { scope }),
    created: toIso(created),
    ...(expires !== undefined && { expires: toIso(expires) }),
    rotated,
  };
}

function createdJson(created: CreatedApiKey): Record<string, unknown> {
  return { ...keyJson(created), key: created.key.exposeText() };
}
