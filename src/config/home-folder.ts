import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';

/** What is kept in a home, where nobody names another place. */
export type HomeContent = 'store' | 'keys' | 'config' | 'credentials' | 'runs';

const WORDS: Readonly<Record<HomeContent, readonly [what: string, otherwise: string]>> = {
  store: ['the local store is', 'XDG_DATA_HOME, or name a store with  --store PATH'],
  keys: ['the key of the store is', 'XDG_CONFIG_HOME, or name the key with  OTPCTL_MASTER_KEY_FILE'],
  config: ['profiles are', 'XDG_CONFIG_HOME, or name the place with  --store PATH  or  --url URL'],
  credentials: ['secrets of profiles are', 'XDG_CONFIG_HOME'],
  runs: ['the journal of bulk runs is', 'XDG_STATE_HOME, or name the journal with  --journal FILE'],
};

/**
 * The home folder: of the environment, or the OS's own record where that one is empty or depends on where one stands.
 * It is asked for when something is to be found in it. Errors: `usage`, for a user who has none, as in many containers.
 */
export function homeFolder(given: string | undefined, content: HomeContent): string {
  if (given !== undefined && isAbsolute(given)) return given;
  const recorded = recordedHome();
  if (recorded !== undefined && isAbsolute(recorded)) return recorded;
  const [what, otherwise] = WORDS[content];
  throw new OtpctlError(
    'usage',
    `this user has no home folder, where ${what} kept: HOME is not set, and the system has no entry for the user`,
    `set  HOME,  or  ${otherwise}`,
  );
}

function recordedHome(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined;
  }
}
