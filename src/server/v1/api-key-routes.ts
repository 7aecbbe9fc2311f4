import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ApiKey, noSuchKey } from '../../domain/api-key.ts';
import { after, parseDuration } from '../../domain/duration.ts';
import { toIso } from '../../domain/instant.ts';
import { type Grant, grantsOf, rolesOf } from '../../domain/role.ts';
import { fold } from '../../domain/user.ts';
import type { CreatedApiKey } from '../../ports/api-keys.ts';
import { HttpError } from '../http-error.ts';
import { fieldsOf, listOf, parameter, parsed, required, text } from './fields.ts';
import type { V1Deps } from './register-v1.ts';

const duration = parsed(parseDuration);

/** The keys to this server. Nobody makes, renews or revokes one that may do more than their own. */
export function registerApiKeyRoutes(app: FastifyInstance, { backend, clock, authorize }: V1Deps): void {
  const { apiKeys } = backend;
  const within = (request: FastifyRequest, roles: readonly Grant[]): void => {
    const own = rolesOf(request.apiKey?.roles ?? []);
    const lacking = [...rolesOf(roles)].find((role) => !own.has(role));
    if (lacking !== undefined)
      throw new HttpError(403, `the API key lacks the role ${lacking}, which the other would have`);
  };
  const target = async (request: FastifyRequest): Promise<string> => {
    const name = parameter(request, 'name');
    const keys = (await apiKeys.list()).filter((key) => fold(key.name) === fold(name));
    if (keys.length === 0) throw noSuchKey(name);
    for (const { roles } of keys) within(request, roles);
    return name;
  };

  app.get('/apikeys', async (request) => {
    authorize(request, 'manage');
    return { apiKeys: (await apiKeys.list()).map(keyJson) };
  });

  app.post('/apikeys', async (request, reply) => {
    const origin = authorize(request, 'manage');
    const { name, roles, expires } = fieldsOf(request.body, { name: text, roles: listOf(text), expires: duration });
    const grants = grantsOf(roles ?? []);
    within(request, grants);
    const created = await apiKeys.create(
      {
        name: required(name, 'name'),
        roles: grants,
        ...(expires !== undefined && { expires: after(clock.now(), expires) }),
      },
      origin,
    );
    reply.code(201);
    return createdJson(created);
  });

  app.post('/apikeys/:name/rotate', async (request) => {
    const origin = authorize(request, 'manage');
    const { overlap } = fieldsOf(request.body, { overlap: duration });
    const name = await target(request);
    const until = overlap === undefined ? clock.now() : after(clock.now(), overlap);
    return createdJson(await apiKeys.rotate(name, until, origin));
  });

  app.delete('/apikeys/:name', async (request, reply) => {
    const origin = authorize(request, 'manage');
    await apiKeys.revoke(await target(request), origin);
    return reply.code(204).send();
  });
}

function keyJson({ id, name, roles, created, expires, rotated }: ApiKey): Record<string, unknown> {
  return {
    id,
    name,
    roles,
    created: toIso(created),
    ...(expires !== undefined && { expires: toIso(expires) }),
    rotated,
  };
}

function createdJson(created: CreatedApiKey): Record<string, unknown> {
  return { ...keyJson(created), key: created.key.exposeText() };
}
