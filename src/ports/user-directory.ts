import type { Origin } from '../domain/audit/origin.ts';
import type { User, UserPatch } from '../domain/user.ts';

/** Users and their attributes, which labels and message templates use. */
export interface UserDirectory {
  /** By name, in pages. */
  list(): AsyncIterable<readonly User[]>;
  find(name: string): Promise<User | undefined>;
  /** Makes or changes users, one transaction for all of them. Errors: `invalid-value`. */
  set(patches: readonly UserPatch[], origin: Origin): Promise<readonly User[]>;
  /** Removes the attributes of a user; devices stay. Errors: `user-not-found`. */
  remove(name: string, origin: Origin): Promise<void>;
}
