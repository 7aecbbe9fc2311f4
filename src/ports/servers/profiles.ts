import type { Profile } from '../../domain/place/profile.ts';

/** The profiles of the operator. Errors everywhere: `config-invalid`, `permissions`. */
export interface Profiles {
  /** The path of the config file, which may not exist yet. */
  readonly path: string;
  /** All of them, by name; `local` is always among them. */
  list(): Promise<readonly Profile[]>;
  /** The name of the default profile. */
  standard(): Promise<string>;
  /** Errors: `duplicate`. */
  add(profile: Profile, standard: boolean): Promise<ConfigEdit>;
  /** Makes one the default. */
  use(name: string): Promise<ConfigEdit>;
  remove(name: string): Promise<ConfigEdit>;
}

interface ConfigEdit {
  /** False if the whole file had to be written again, without its comments. */
  readonly commentsKept: boolean;
}
