import { invalid, OtpctlError } from '../../domain/errors.ts';
import { counted } from '../../domain/text/counted.ts';
import { hasUnseen } from '../../domain/text/identifier.ts';
import { refuseNewName } from '../../domain/text/new-name.ts';
import { type NewUser, newUser, type UserPatch, userChanges, userName, userPatch } from '../../domain/user.ts';
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
          const before = writer.user(patch.name);
          const next = patched(before ?? newUser(newName(patch.name)), patch);
          const changes = userChanges(before ?? newUser(next.name), next);
          if (before !== undefined && changes.length === 0) return before;
          const now = clock.now();
          const user = before === undefined ? writer.users.add(next, now) : { ...before, ...next, modified: now };
          if (before !== undefined) writer.users.change(user);
          const made = before === undefined ? ['made known'] : [];
          writer.append({
            ...origin,
            time: now,
            action: 'user.set',
            object: `user ${user.name}`,
            user: user.name,
            userId: user.id,
            result: `ok: ${[...made, ...changes].join(', ')}`,
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
        const devices = writer.count({ user: user.name });
        writer.users.remove(user.id);
        const event = { ...origin, time: clock.now(), action: 'user.remove' as const, object: `user ${user.name}` };
        const left = devices === 0 ? ('' as const) : (`: ${counted(devices, 'device')} left` as const);
        writer.append({ ...event, user: user.name, userId: user.id, result: `ok${left}` });
      }),
  };
}

function patched({ name, active, attributes, groups }: NewUser, patch: UserPatch): NewUser {
  const after = new Map(Object.entries(attributes));
  for (const [key, value] of Object.entries(patch.attributes ?? {})) {
    if (value === null) after.delete(key);
    else if (after.has(key) || !hasUnseen(key)) after.set(key, value);
    else throw invalid('the name of an attribute contains what cannot be seen');
  }
  // A user who has more of them from an earlier release may lose some.
  if (after.size > MAX_ATTRIBUTES && after.size > Object.keys(attributes).length) {
    throw invalid(`a user has ${MAX_ATTRIBUTES} attributes at most`);
  }
  return {
    name,
    active: patch.active ?? active,
    attributes: Object.fromEntries(after),
    groups: patch.groups ?? groups,
  };
}

/** A name that nobody has, as it is kept. Errors: `invalid-value` for one that nobody should be given any more. */
export function newName(given: string): string {
  const name = userName(given);
  refuseNewName(name, 'user');
  return name;
}
