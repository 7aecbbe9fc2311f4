import { OtpctlError } from '../../../domain/errors.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import type { User } from '../../../domain/user.ts';
import type { UserDirectory } from '../../../ports/user-directory.ts';
import { listIn, malformed, membersIn, pathSegment, textIn, textOrNone } from '../devices/answer-members.ts';
import { createTimeReader } from '../devices/zone-time.ts';
import { ignored, type V1Client } from './v1-client.ts';

const readTime = createTimeReader('UTC');

/** The users of an otpctl server. */
export function createV1Users(client: V1Client): UserDirectory {
  return {
    async *list() {
      for await (const lines of client.lines('/users', {})) yield lines.map(userOf);
    },
    async find(name) {
      try {
        return await client.send({ method: 'GET', path: pathOf(name) }, userOf);
      } catch (error) {
        if (error instanceof OtpctlError && error.code === 'user-not-found') return undefined;
        throw error;
      }
    },
    set(patches, origin) {
      const change = { origin, what: 'the change of users', look: 'otpctl user list' };
      const users = patches.map((patch) => ({ attributes: {}, ...patch }));
      const request = { method: 'PATCH', path: '/users', body: { users }, change } as const;
      return client.send(request, ({ users }) => {
        const changed = listIn(users, 'users', userOf);
        if (changed.length === patches.length) return changed;
        throw malformed(`${changed.length} users where ${patches.length} were changed`);
      });
    },
    remove(name, origin) {
      const change = { origin, what: `the removal of user ${name}`, look: commandLine(['user', 'show', name]) };
      return client.send({ method: 'DELETE', path: pathOf(name), change }, ignored);
    },
  };
}

function userOf(value: unknown): User {
  const { id, name, active, attributes, groups, enrolledSince, created, modified } = membersIn(value, 'user');
  const since = readTime(enrolledSince);
  if (since === undefined && enrolledSince !== undefined) throw malformed('a user whose first device cannot be dated');
  const entries = Object.entries(membersIn(attributes ?? {}, 'attributes of a user'));
  return {
    // One of before ids says none, and knows neither groups nor who is inactive.
    id: textOrNone(id, 'the id of a user') ?? '',
    name: textIn(name, 'the name of a user'),
    active: active !== false,
    attributes: Object.fromEntries(
      entries.map(([key, each]) => [key.toWellFormed(), textOrNone(each, 'an attribute of a user') ?? '']),
    ),
    groups: listIn(groups ?? [], 'groups', (group) => textIn(group, 'a group of a user')),
    ...(since !== undefined && { enrolledSince: since }),
    created: readTime(created) ?? 0,
    modified: readTime(modified) ?? 0,
  };
}

function pathOf(name: string): string {
  return `/users/${pathSegment(name)}`;
}
