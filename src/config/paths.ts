import { userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';

/** What is kept in a home folder, unless another path is given. */
export type HomeContent = 'store' | 'keys' | 'config' | 'credentials' | 'runs';

const WORDS: Readonly<Record<HomeContent, readonly [what: string, otherwise: string]>> = {
  store: ['the local store is', 'XDG_DATA_HOME, or name a store with  --store PATH'],
  keys: ['the key of the store is', 'XDG_CONFIG_HOME, or name the key with  OTPCTL_MASTER_KEY_FILE'],
  config: ['profiles are', 'XDG_CONFIG_HOME, or name the place with  --store PATH  or  --url URL'],
  credentials: ['secrets of profiles are', 'XDG_CONFIG_HOME'],
  runs: ['the journal of bulk runs is', 'XDG_STATE_HOME, or name the journal with  --journal FILE'],
};

/** What the default paths depend on. */
export interface PathSources {
  readonly platform: string;
  /** The home folder. `content` is what is looked for in it, for the error of a user who has none. */
  home(content: HomeContent): string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The default paths of otpctl. Each is worked out when it is read, so only then a home folder is needed. */
export interface Paths {
  /** The local store. */
  readonly store: string;
  /** Master keys, apart from the stores: a copy of the data folder alone opens nothing. */
  readonly keys: string;
  /** The operator's own file: profiles. */
  readonly config: string;
  /** Secrets of profiles where there is no keyring. */
  readonly credentials: string;
  /** The journal of bulk runs on remote places. */
  readonly runs: string;
}

/** The folders of the platform: XDG, `~/Library/Application Support`, or `%LOCALAPPDATA%` and `%APPDATA%`. */
export function pathsOf({ platform, home, environment }: PathSources): Paths {
  // The XDG specification: a relative path is to be ignored.
  const folder = (variable: string, content: HomeContent, ...fallback: readonly string[]) => {
    const value = environment[variable];
    return value !== undefined && isAbsolute(value) ? value : join(home(content), ...fallback);
  };
  const data = () => {
    if (platform === 'darwin') return join(home('store'), 'Library', 'Application Support');
    if (platform === 'win32') return folder('LOCALAPPDATA', 'store', 'AppData', 'Local');
    return folder('XDG_DATA_HOME', 'store', '.local', 'share');
  };
  const config = (content: HomeContent) => {
    if (platform === 'darwin') return join(home(content), 'Library', 'Preferences');
    if (platform === 'win32') return folder('APPDATA', content, 'AppData', 'Roaming');
    return folder('XDG_CONFIG_HOME', content, '.config');
  };
  const store = () => join(data(), 'otpctl', 'otpctl.db');
  return {
    get store() {
      return store();
    },
    get keys() {
      return join(config('keys'), 'otpctl', 'keys');
    },
    get config() {
      return join(config('config'), 'otpctl', 'config.toml');
    },
    get credentials() {
      return join(config('credentials'), 'otpctl', 'credentials.toml');
    },
    get runs() {
      if (platform === 'darwin' || platform === 'win32') return join(dirname(store()), 'runs.db');
      return join(folder('XDG_STATE_HOME', 'runs', '.local', 'state'), 'otpctl', 'runs.db');
    },
  };
}

/**
 * The home folder: `HOME` if it is an absolute path, or else what the system has on record for the user.
 * Errors: `usage`, for a user who has none, as in many containers.
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
