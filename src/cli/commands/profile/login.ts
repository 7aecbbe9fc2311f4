import { invalid, OtpctlError } from '../../../domain/errors.ts';
import { isRemote } from '../../../domain/place/place.ts';
import { findProfile, type Profile } from '../../../domain/place/profile.ts';
import { Secret } from '../../../domain/secret.ts';
import { parseJson } from '../../../domain/text/strict-json.ts';
import { INPUTS } from '../../../files/input-kinds.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import { NETWORK } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { flag } from '../../parse/option.ts';
import { placeOfProfile } from '../../profile/place.ts';
import { profileRow, profileView } from '../../profile/profile-view.ts';
import { keepSecret, tryServer } from '../../profile/server-findings.ts';
import { askSignIn, SECRET_OPTIONS } from '../../profile/sign-in-questions.ts';
import { readAll } from '../../terminal/io.ts';

export const command = defineCommand({
  summary: 'sign in at the server of a profile, and keep the secret',
  notes: 'The server is asked first: a secret that it does not take is not kept. What was kept before is replaced.',
  arguments: [{ name: '<name>', description: 'the profile', completes: 'profiles' }],
  options: {
    ...SECRET_OPTIONS,
    rsaKeyStdin: flag('--rsa-key-stdin', "take a key for RSA's API from stdin: a key file, or a JWK"),
  },
  examples: [
    { does: 'asks for the password', line: 'profile login work' },
    { does: 'a token, in a script', line: 'profile login work --token-stdin < token' },
    { does: "keep the key for RSA's API in the keyring", line: 'profile login work --rsa-key-stdin < key.json' },
  ],
  view: profileView,
  globals: NETWORK,
  async run(context, { arguments: [name = ''], options }) {
    const { rsaKeyStdin, ...secretOptions } = options;
    const profiles = await context.remote.profiles();
    const profile = findProfile(await profiles.list(), name);
    if (rsaKeyStdin) {
      if (Object.keys(secretOptions).length > 0) {
        throw new OtpctlError('usage', 'stdin can carry one secret only', 'sign in twice');
      }
      await keepSecret(context, name, 'rsa-key', await readKey(context, profile));
      if (profile.rsa === undefined) {
        await context.print.notice(
          `warning: the profile ${name} does not lead to RSA yet: the config lacks the url of [profiles.${name}.rsa]`,
        );
      }
      await context.print.one(profileView, await profileRow(profiles, name), () => `kept the key of ${name} for RSA`);
      return EXIT.done;
    }
    const place = placeOfProfile(profile, context.options, context.io.environment);
    if (!isRemote(place)) throw new OtpctlError('usage', `the profile "${name}" is local: there is nowhere to sign in`);
    const signIn = await askSignIn(context, place.username, secretOptions);
    await tryServer(context, place, signIn);
    await keepSecret(context, name, signIn.kind, signIn.secret);
    await context.print.one(profileView, await profileRow(profiles, name), () => `signed in at ${name}`);
    return EXIT.done;
  },
});

/** A key as it is kept: the JSON of the key file of an administrator, or a JWK where the profile has an OAuth client. */
async function readKey({ io }: Context, { name, rsa }: Profile): Promise<Secret> {
  if (io.stdin.isTTY) throw new OtpctlError('input-needed', 'stdin is a terminal', 'pipe the key in');
  const text = await readAll(io.stdin, INPUTS.rsaKey);
  const key = jsonOf(text);
  if (typeof key !== 'object' || key === null || !('accessKey' in key || 'kty' in key)) {
    throw invalid(
      'what came on stdin is no key for the API of RSA',
      'it is the JSON of the key file, or a private JWK',
    );
  }
  const isClient = rsa?.issuer !== undefined;
  if (rsa !== undefined && isClient !== 'kty' in key) {
    throw invalid(
      isClient
        ? `the profile ${name} has an OAuth client, and this is an Administration API key`
        : `this is the JWK of an OAuth client, and the profile ${name} has none`,
      isClient ? 'bring the JWK of the client' : `add issuer and clientId to [profiles.${name}.rsa]`,
    );
  }
  return Secret.ofText(text.trim());
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
