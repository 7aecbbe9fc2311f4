import { invalid, OtpctlError } from '../../domain/errors.ts';
import { hasUnseen } from '../../domain/text/identifier.ts';
import { refuseNewName } from '../../domain/text/new-name.ts';
import { type User, type UserPatch, userName, userPatch } from '../../domain/user.ts';
import type { DeviceWriter } from '../../ports/store/device-writer.ts';
import type { UserDirectory } from '../../ports/user-directory.ts';
import type { LocalDeps } from './local-deps.ts';

/** Attributes of a user at most, since all of them are read at once. */
const MAX_ATTRIBUTES = 100;

/** The changing half of what a store knows of users. */
export function createLocalUsers({ store, clock }: LocalDeps): Pick<UserDirectory, 'set' | 'remove'> {
  return {
    set: (patches, origin) =>
      store.write((writer) =>
        patches.map((given) => {
          const patch = userPatch(given);
          const { name } = patch;
          const before = writer.user(name);
          const user = patched(before ?? { name: knownName(writer, name), attributes: {} }, patch);
          if (before !== undefined && sameAttributes(before, user)) return before;
          writer.users.put(user);
          writer.append({
            ...origin,
            time: clock.now(),
            action: 'user.set',
            object: `user ${user.name}`,
            user: user.name,
            result: `ok: ${Object.keys(patch.attributes).join(', ') || 'made known'}`,
          });
          return user;
        }),
      ),

    remove: (name, origin) =>
      store.write((writer) => {
        const user = writer.user(userName(name));
        if (user === undefined) {
          throw new OtpctlError(
            'user-not-found',
            `nothing is known of user "${name}"`,
            'see all with  otpctl user list',
          );
        }
        writer.users.remove(user.name);
        const event = { ...origin, time: clock.now(), action: 'user.remove' as const, object: `user ${user.name}` };
        writer.append({ ...event, user: user.name, result: 'ok' });
      }),
  };
}

function patched({ name, attributes }: User, patch: UserPatch): User {
  const after = new Map(Object.entries(attributes));
  for (const [key, value] of Object.entries(patch.attributes)) {
    if (value === null) after.delete(key);
    else if (after.has(key) || !hasUnseen(key)) after.set(key, value);
    else throw invalid('the name of an attribute contains what cannot be seen');
  }
  // A user who has more of them from an earlier release may lose some.
  if (after.size > MAX_ATTRIBUTES && after.size > Object.keys(attributes).length) {
    throw invalid(`a user has ${MAX_ATTRIBUTES} attributes at most`);
  }
  return { name, attributes: Object.fromEntries(after) };
}

function sameAttributes(a: User, b: User): boolean {
  const [before, after] = [Object.entries(a.attributes), Object.entries(b.attributes)];
  return before.length === after.length && before.every(([key, value]) => b.attributes[key] === value);
}

/** How a user's name was first written; a name that is new must be one that is still given. Errors: `invalid-value`. */
export function knownName(writer: Pick<DeviceWriter, 'spelling'>, given: string): string {
  const known = writer.spelling(given);
  if (known !== undefined) return known;
  const name = userName(given);
  refuseNewName(name, 'user');
  return name;
}
