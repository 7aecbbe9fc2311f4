import { dirname, isAbsolute, join } from 'node:path';
import type { HomeContent } from './home-folder.ts';

/** What decides where things are kept. */
export interface PathSources {
  readonly platform: string;
  /** The home folder, for what is kept in it; throws for who has none. */
  home(content: HomeContent): string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where otpctl keeps things when nobody says otherwise: each path is made, and the home asked for, when it is read. */
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
