import { OtpctlError } from '../../domain/errors.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { User } from '../../domain/user.ts';
import type { UserDirectory } from '../../ports/user-directory.ts';
import type { V1Client } from './v1-client.ts';

const PAGE = 500;

/** What an otpctl server knows of users. */
export function createV1Users(client: V1Client): UserDirectory {
  return {
    async *list() {
      let page: User[] = [];
      for await (const line of client.lines('/users', {})) {
        page.push(line as unknown as User);
        if (page.length < PAGE) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
    async find(name) {
      try {
        return (await client.send({ method: 'GET', path: pathOf(name) })) as unknown as User;
      } catch (error) {
        if (error instanceof OtpctlError && error.code === 'user-not-found') return undefined;
        throw error;
      }
    },
    async set(patches, origin) {
      const change = { origin, what: 'the change of users', look: 'otpctl user list' };
      const { users } = await client.send({ method: 'PATCH', path: '/users', body: { users: patches }, change });
      return users as readonly User[];
    },
    async remove(name, origin) {
      const change = { origin, what: `the removal of user ${name}`, look: `otpctl user show ${shellWord(name)}` };
      await client.send({ method: 'DELETE', path: pathOf(name), change });
    },
  };
}

function pathOf(name: string): string {
  return `/users/${encodeURIComponent(name)}`;
}
