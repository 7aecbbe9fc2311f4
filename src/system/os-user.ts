import { userInfo } from 'node:os';

/** Who runs this: the name of the OS user, or `uid:1000` where the machine has no name for it. */
export function osUser(uid: number | undefined): string {
  try {
    return userInfo().username;
  } catch {
    return `uid:${uid ?? 'unknown'}`;
  }
}
