import { userInfo } from 'node:os';

/** Who runs this: `user:root` for the OS user, or `uid:1000` where the machine has no name for it. */
export function osUser(uid: number | undefined): string {
  try {
    return `user:${userInfo().username}`;
  } catch {
    return `uid:${uid ?? 'unknown'}`;
  }
}
