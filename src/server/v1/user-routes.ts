import type { FastifyInstance } from 'fastify';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import { type UserPatch, userName } from '../../domain/user.ts';
import type { UserDirectory } from '../../ports/user-directory.ts';
import { fieldsOf, listOf, parameter, parsed, type Reader, recordOf, required, text } from './fields.ts';
import type { V1Deps } from './v1-deps.ts';

/** In one request: it is one transaction, during which nobody else can write. */
const MAX_USERS = 500;

const attribute: Reader<string | null> = (value, name) => (value === null ? null : text(value, name));

const patch: Reader<UserPatch> = (value) => {
  if (typeof value !== 'object' || value === null) throw invalid('a user is not an object');
  const { name, attributes } = fieldsOf(value, { name: parsed(userName), attributes: recordOf(attribute) });
  return { name: required(name, 'name'), attributes: required(attributes, 'attributes') };
};

export function registerUserRoutes(app: FastifyInstance, { authorize, sendLines }: V1Deps, users: UserDirectory): void {
  app.get('/users', async (request, reply) => {
    authorize(request, 'user.read');
    return sendLines(request, reply, users.list(), (user) => ({ ...user }));
  });

  app.get('/users/:name', async (request) => {
    authorize(request, 'user.read');
    const user = await users.find(userName(parameter(request, 'name')));
    if (user === undefined) throw new OtpctlError('user-not-found', 'nothing is known of that user');
    return user;
  });

  app.patch('/users', async (request) => {
    const origin = authorize(request, 'user.change');
    const { users: patches } = fieldsOf(request.body, { users: listOf(patch, MAX_USERS) });
    return { users: await users.set(required(patches, 'users'), origin) };
  });

  app.delete('/users/:name', async (request, reply) => {
    const origin = authorize(request, 'user.change');
    await users.remove(userName(parameter(request, 'name')), origin);
    return reply.code(204).send();
  });
}
