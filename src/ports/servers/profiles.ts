import type { Profile } from '../../domain/place/profile.ts';

/** The profiles of the operator. Errors everywhere: `config-invalid`, `permissions`. */
export interface Profiles {
  /** The file that they are in, whether it is there or not. */
  readonly path: string;
  /** All of them, by name; `local` is always among them. */
  list(): Promise<readonly Profile[]>;
  /** The name of the one that is meant where none is named. */
  standard(): Promise<string>;
  /** Errors: `duplicate`. */
  add(profile: Profile, standard: boolean): Promise<ConfigEdit>;
  /** Makes one the default. */
  use(name: string): Promise<ConfigEdit>;
  remove(name: string): Promise<ConfigEdit>;
}

interface ConfigEdit {
  /** False when the whole of it had to be written anew, without its comments. */
  readonly commentsKept: boolean;
}
