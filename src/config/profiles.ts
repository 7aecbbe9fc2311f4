import { OtpctlError } from '../domain/errors.ts';
import { findProfile, LOCAL, type Profile } from '../domain/place/profile.ts';
import { commandLine } from '../domain/text/command-line.ts';
import type { Profiles } from '../ports/servers/profiles.ts';
import type { PrivateText } from '../ports/system/private-text.ts';
import type { Edited } from './edit-config.ts';
import type { Config } from './read-config.ts';

/** The profiles in a config file. The file is read again for each call. */
export function createProfiles(file: PrivateText): Profiles {
  const read = async (): Promise<Config> => {
    const text = file.read();
    if (text === undefined) return { profiles: [] };
    const { readConfig } = await import('./read-config.ts');
    return readConfig(text, file.path);
  };
  const change = async (edit: (text: string, known: readonly Profile[]) => Edited) => {
    const { readConfig } = await import('./read-config.ts');
    let commentsKept = true;
    await file.edit((text) => {
      const edited = edit(text, readConfig(text, file.path).profiles);
      // Throws before anything is written, if the edited text is no valid config.
      readConfig(edited.text, file.path);
      commentsKept = edited.commentsKept || !text.includes('#');
      return edited.text;
    });
    return { commentsKept };
  };

  return {
    path: file.path,
    list: async () => withLocal((await read()).profiles),
    standard: async () => (await read()).standard ?? LOCAL,
    async add(profile, standard) {
      const { addProfile } = await import('./edit-config.ts');
      return change((text, profiles) => {
        if (profile.name === LOCAL || profiles.some(({ name }) => name === profile.name)) throw duplicate(profile.name);
        return addProfile(text, profile, standard);
      });
    },
    async use(name) {
      const { setDefault } = await import('./edit-config.ts');
      return change((text, profiles) => {
        findProfile(withLocal(profiles), name);
        return setDefault(text, name);
      });
    },
    async remove(name) {
      const { removeProfile } = await import('./edit-config.ts');
      return change((text, profiles) => {
        findProfile(withLocal(profiles), name);
        if (name === LOCAL) throw new OtpctlError('usage', `the profile ${LOCAL} is always there`);
        return removeProfile(text, name);
      });
    },
  };
}

function withLocal(profiles: readonly Profile[]): readonly Profile[] {
  const all = profiles.some(({ name }) => name === LOCAL) ? profiles : [{ name: LOCAL }, ...profiles];
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function duplicate(name: string): OtpctlError {
  const hint = `take another name, or remove it first with  ${commandLine(['profile', 'remove', name])}`;
  return new OtpctlError('duplicate', `there is a profile "${name}" already`, hint);
}
