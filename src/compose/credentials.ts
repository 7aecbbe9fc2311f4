import type { Paths } from '../config/paths.ts';
import { createCredentialStore } from '../credentials/credential-store.ts';
import { createKeyring } from '../credentials/keyring.ts';
import { createPrivateFile } from '../files/private-text.ts';
import type { CredentialStore } from '../ports/servers/credentials.ts';

/** The secrets of profiles: in the environment, the keyring or the file. */
export function openCredentials(
  environment: Readonly<Record<string, string | undefined>>,
  paths: Paths,
): CredentialStore {
  const file = () => createPrivateFile(paths.credentials, 'file of credentials');
  return createCredentialStore({ environment, file, keyring: createKeyring(environment) });
}
