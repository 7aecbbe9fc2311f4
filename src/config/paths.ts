import { isAbsolute, join } from 'node:path';

export interface Surroundings {
  readonly platform: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where otpctl keeps things when nobody says otherwise. */
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
  const folder = (variable: string, fallback: string) => {
    const value = environment[variable];
    return value !== undefined && isAbsolute(value) ? value : fallback;
  };
  const [data, config] =
    platform === 'darwin'
      ? [join(home, 'Library', 'Application Support'), join(home, 'Library', 'Preferences')]
      : platform === 'win32'
        ? [folder('LOCALAPPDATA', join(home, 'AppData', 'Local')), folder('APPDATA', join(home, 'AppData', 'Roaming'))]
        : [folder('XDG_DATA_HOME', join(home, '.local', 'share')), folder('XDG_CONFIG_HOME', join(home, '.config'))];
  return {
    store: join(data, 'otpctl', 'otpctl.db'),
    keys: join(config, 'otpctl', 'keys'),
    config: join(config, 'otpctl', 'config.toml'),
    credentials: join(config, 'otpctl', 'credentials.toml'),
  };
}
