import type { FastifyInstance } from 'fastify';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { toIso } from '../../domain/instant.ts';
import { groupName, type User, type UserPatch, userName } from '../../domain/user.ts';
import { fieldsOf, flag, listOf, parameter, parsed, type Reader, recordOf, required, text } from './fields.ts';
import type { V1Deps } from './v1-deps.ts';

/** In one request: it is one transaction, during which nobody else can write. */
const MAX_USERS = 500;

const attribute: Reader<string | null> = (value, name) => (value === null ? null : text(value, name));

/** A list alone: a text that is none must not take all groups away. */
const groupList: Reader<readonly string[]> = (value, name) => {
  if (!Array.isArray(value)) throw invalid(`${name} is not a list`);
  return listOf(parsed(groupName))(value, name);
};

const patch: Reader<UserPatch> = (value) => {
  if (typeof value !== 'object' || value === null) throw invalid('a user is not an object');
  const { name, ...changes } = fieldsOf(value, {
    name: parsed(userName),
    attributes: recordOf(attribute),
    active: flag,
    groups: groupList,
  });
  if (Object.keys(changes).length === 0) throw invalid('a user says none of attributes, active and groups');
  return { name: required(name, 'name'), ...changes };
};

export function registerUserRoutes(app: FastifyInstance, { backendOf, authorize, sendLines }: V1Deps): void {
  app.get('/users', async (request, reply) => {
    authorize(request, 'user.read');
    return sendLines(request, reply, backendOf(request).users.list(), userJson);
  });

  app.get('/users/:name', async (request) => {
    authorize(request, 'user.read');
    const user = await backendOf(request).users.find(userName(parameter(request, 'name')));
    if (user === undefined) throw new OtpctlError('user-not-found', 'nothing is known of that user');
    return userJson(user);
  });

  app.patch('/users', async (request) => {
    const origin = authorize(request, 'user.change');
    const { users: patches } = fieldsOf(request.body, { users: listOf(patch, MAX_USERS) });
    return { users: (await backendOf(request).users.set(required(patches, 'users'), origin)).map(userJson) };
  });

  app.delete('/users/:name', async (request, reply) => {
    const origin = authorize(request, 'user.change');
    await backendOf(request).users.remove(userName(parameter(request, 'name')), origin);
    return reply.code(204).send();
  });
}

/** A user as every output of otpctl writes it. */
function userJson(user: User): Record<string, unknown> {
  const { id, name, active, attributes, groups, enrolledSince, created, modified } = user;
  return {
    ...{ id, name, active, attributes, groups },
    ...(enrolledSince !== undefined && { enrolledSince: toIso(enrolledSince) }),
    ...{ created: toIso(created), modified: toIso(modified) },
  };
}
