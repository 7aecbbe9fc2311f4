import { statSync } from 'node:fs';
import { platform, userInfo } from 'node:os';

/** The user that this process works as, by number; undefined where files have no such owner, or nobody can say. */
export function ownUser(): number | undefined {
  if (platform() === 'win32') return undefined;
  try {
    return userInfo().uid;
  } catch {
    // A number without an entry in the list of users, as in many containers.
    return statSync('/proc/self', { throwIfNoEntry: false })?.uid;
  }
}
