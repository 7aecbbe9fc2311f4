import { OtpctlError } from '../domain/errors.ts';
import { LOCAL } from '../domain/place/profile.ts';
import { Secret } from '../domain/secret.ts';
import type { CredentialKind, CredentialStore, Keeper } from '../ports/servers/credentials.ts';
import type { PrivateText } from '../ports/system/private-text.ts';
import type { Keyring } from './keyring.ts';

export interface CredentialStoreDeps {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly keyring: Keyring;
  /** The file `credentials.toml`. Throws for a user who has no home folder. */
  file(): PrivateText;
}

const VARIABLES: Readonly<Record<CredentialKind, string>> = {
  password: 'OTPCTL_PASSWORD',
  token: 'OTPCTL_TOKEN',
  'rsa-key': 'OTPCTL_RSA_KEY',
};

/** Which secrets a new one replaces: a profile has a password or a token, not both. */
const INSTEAD: Readonly<Record<CredentialKind, readonly CredentialKind[]>> = {
  password: ['password', 'token'],
  token: ['password', 'token'],
  'rsa-key': ['rsa-key'],
};

/** Looks for secrets in the environment, then in the file, then in the keyring. A new secret replaces the old one in both. */
export function createCredentialStore({ environment, keyring, file }: CredentialStoreDeps): CredentialStore {
  const account = (profile: string, kind: CredentialKind) => `${profile}/${kind}`;
  const library = () => import('./credential-file.ts');

  const fromEnvironment = (kinds: readonly CredentialKind[]) => {
    const given = kinds.filter((kind) => environment[VARIABLES[kind]]);
    if (given.length > 1) {
      const names = given.map((kind) => VARIABLES[kind]).join(' and ');
      throw new OtpctlError('usage', `${names} exclude one another`, 'unset one of them');
    }
    const [kind] = given;
    return kind && { kind, secret: Secret.ofText(environment[VARIABLES[kind]] ?? ''), keeper: 'environment' as const };
  };
  const fromFile = async (profile: string, kinds: readonly CredentialKind[]) => {
    const kept = file();
    if (kept.read() === undefined) return undefined;
    const { secretIn } = await library();
    for (const kind of kinds) {
      const text = secretIn(kept, profile, kind);
      if (text !== undefined) return { kind, secret: Secret.ofText(text), keeper: 'file' as const };
    }
    return undefined;
  };
  const fromKeyring = async (profile: string, kinds: readonly CredentialKind[]) => {
    const answer = await keyring({ find: kinds.map((kind) => account(profile, kind)) });
    if ('error' in answer) return { noKeyring: answer.error };
    const at = answer.found.findIndex((text) => text !== null);
    const [kind, text] = [kinds[at], answer.found[at]];
    if (kind === undefined || typeof text !== 'string') return {};
    return { credential: { kind, secret: Secret.ofText(text), keeper: 'keyring' as const } };
  };
  const dropFromFile = async (profile: string, kinds: readonly CredentialKind[]) => {
    const kept = file();
    if (kept.read() === undefined) return false;
    return (await library()).keepSecret(kept, profile, {}, kinds);
  };

  return {
    async find(profile, kinds) {
      const given = fromEnvironment(kinds);
      if (given !== undefined) return { credential: given };
      if (profile === undefined) return {};
      // The file comes first: a secret is in it only if the keyring did not work, and a keyring may take seconds to fail.
      const credential = await fromFile(profile, kinds);
      return credential === undefined ? fromKeyring(profile, kinds) : { credential };
    },

    async set(profile, kind, secret) {
      const text = secret.exposeText();
      const remove = INSTEAD[kind].filter((each) => each !== kind).map((each) => account(profile, each));
      const answer = await keyring({ remove, set: { account: account(profile, kind), secret: text } });
      if (!('error' in answer)) {
        await dropFromFile(profile, INSTEAD[kind]);
        return { keeper: 'keyring' };
      }
      await (await library()).keepSecret(file(), profile, { [kind]: text }, INSTEAD[kind]);
      return { keeper: 'file', noKeyring: answer.error };
    },

    async remove(profile, kinds) {
      const inFile = await dropFromFile(profile, kinds);
      const answer = await keyring({ remove: kinds.map((kind) => account(profile, kind)) });
      return 'error' in answer ? { removed: inFile, noKeyring: answer.error } : { removed: inFile || answer.removed };
    },

    async whyNoKeyring() {
      const answer = await keyring({ find: [account(LOCAL, 'rsa-key')] });
      return 'error' in answer ? answer.error : undefined;
    },

    describe: (keeper: Keeper) =>
      keeper === 'file'
        ? `${file().path} (not encrypted)`
        : { environment: 'the environment', keyring: 'the keyring' }[keeper],
  };
}
