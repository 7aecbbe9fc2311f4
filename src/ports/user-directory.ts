import type { Origin } from '../domain/audit/origin.ts';
import type { User, UserPatch } from '../domain/user.ts';

/** Everybody who is known: their attributes, which labels and message templates use, groups, and whether they are active. */
export interface UserDirectory {
  /** By name, in pages. */
  list(): AsyncIterable<readonly User[]>;
  find(name: string): Promise<User | undefined>;
  /** Makes or changes users, one transaction for all of them. Errors: `invalid-value`. */
  set(patches: readonly UserPatch[], origin: Origin): Promise<readonly User[]>;
  /** Makes a user unknown for good: the devices stay, and are nobody's. Errors: `user-not-found`. */
  remove(name: string, origin: Origin): Promise<void>;
}
