import { userInfo } from 'node:os';

/** Who runs this: the OS user by name, or by number where the machine has no name for it. */
export function osUser(uid: number | undefined): readonly [kind: 'user' | 'uid', name: string] {
  try {
    return ['user', userInfo().username];
  } catch {
    return ['uid', String(uid ?? 'unknown')];
  }
}
