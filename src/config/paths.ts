import { isAbsolute, join } from 'node:path';
import type { Kept } from './home-folder.ts';

export interface Surroundings {
  readonly platform: string;
  /** The home folder, for what is kept in it; throws for who has none. */
  home(kept: Kept): string;
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
}

/** The folders of the platform: XDG, `~/Library/Application Support`, or `%LOCALAPPDATA%` and `%APPDATA%`. */
export function pathsOf({ platform, home, environment }: Surroundings): Paths {
  // The XDG specification: a relative path is to be ignored.
  const folder = (variable: string, kept: Kept, ...fallback: readonly string[]) => {
    const value = environment[variable];
    return value !== undefined && isAbsolute(value) ? value : join(home(kept), ...fallback);
  };
  const data = () => {
    if (platform === 'darwin') return join(home('store'), 'Library', 'Application Support');
    if (platform === 'win32') return folder('LOCALAPPDATA', 'store', 'AppData', 'Local');
    return folder('XDG_DATA_HOME', 'store', '.local', 'share');
  };
  const config = (kept: Kept) => {
    if (platform === 'darwin') return join(home(kept), 'Library', 'Preferences');
    if (platform === 'win32') return folder('APPDATA', kept, 'AppData', 'Roaming');
    return folder('XDG_CONFIG_HOME', kept, '.config');
  };
  return {
    get store() {
      return join(data(), 'otpctl', 'otpctl.db');
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
  };
}
