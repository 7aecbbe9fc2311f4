import { OtpctlError } from '../domain/errors.ts';
import { findProfile, LOCAL, type Profile } from '../domain/profile.ts';
import type { PrivateText } from '../ports/private-text.ts';
import type { Profiles } from '../ports/profiles.ts';
import type { Edited } from './edit-config.ts';
import type { Config } from './read-config.ts';

/** The profiles of a config file, which is read again every time. */
export function createProfiles(file: PrivateText): Profiles {
  const read = async (): Promise<Config> => {
    const text = file.read();
    if (text === undefined) return { profiles: [] };
    const { readConfig } = await import('./read-config.ts');
    return readConfig(text, file.path);
  };
  const change = async (edit: (library: typeof import('./edit-config.ts'), text: string, known: Config) => Edited) => {
    const [library, { readConfig }] = await Promise.all([import('./edit-config.ts'), import('./read-config.ts')]);
    let commentsKept = true;
    await file.edit((text) => {
      const edited = edit(library, text, readConfig(text, file.path));
      // What is written can be read again, whatever the edit did.
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
    add: (profile, standard) =>
      change(({ addProfile }, text, { profiles }) => {
        if (profile.name === LOCAL || profiles.some(({ name }) => name === profile.name)) {
          throw new OtpctlError(
            'duplicate',
            `there is a profile "${profile.name}" already`,
            'take another name, or remove it first with  otpctl profile remove NAME',
          );
        }
        return addProfile(text, profile, standard);
      }),
    use: (name) =>
      change(({ setDefault }, text, { profiles }) => {
        findProfile(withLocal(profiles), name);
        return setDefault(text, name);
      }),
    remove: (name) =>
      change(({ removeProfile }, text, { profiles }) => {
        findProfile(withLocal(profiles), name);
        if (name === LOCAL) throw new OtpctlError('usage', `the profile ${LOCAL} is always there`);
        return removeProfile(text, name);
      }),
  };
}

function withLocal(profiles: readonly Profile[]): readonly Profile[] {
  const all = profiles.some(({ name }) => name === LOCAL) ? profiles : [{ name: LOCAL }, ...profiles];
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
