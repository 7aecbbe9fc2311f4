import { resolve } from 'node:path';
import { OtpctlError } from '../../../domain/errors.ts';
import { isRemote } from '../../../domain/place/place.ts';
import { type Profile, profileName } from '../../../domain/place/profile.ts';
import { checkRsaAccess, type RsaAccess } from '../../../domain/place/rsa-access.ts';
import {
  checkServer,
  DIALECT_CHOICES,
  SERVER_DEFAULTS,
  type Server,
  serverUrl,
  timeZone,
} from '../../../domain/place/server.ts';
import { parseScope } from '../../../domain/query/parse-scope.ts';
import { commandLine, shellWord } from '../../../domain/text/command-line.ts';
import { readFileText } from '../../../files/input-file.ts';
import { INPUTS } from '../../../files/input-kinds.ts';
import type { SignIn } from '../../../ports/servers/sign-in.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import { NETWORK } from '../../parse/command-globals.ts';
import { defineCommand } from '../../parse/define-command.ts';
import { refuseIneffective } from '../../parse/ineffective-options.ts';
import { asText, defaulting, flag, type Given, option } from '../../parse/option.ts';
import { count, oneOf } from '../../parse/values.ts';
import { placeOfProfile } from '../../profile/place.ts';
import { profileView } from '../../profile/profile-view.ts';
import { keepSecret, tryServer } from '../../profile/server-findings.ts';
import { askSignIn, SECRET_OPTIONS } from '../../profile/sign-in-questions.ts';
import { valid } from '../../terminal/prompts.ts';

const file = (path: string) => resolve(path);
const httpsUrl = (text: string) => serverUrl(text);

const SERVER_OPTIONS = {
  username: option('--username <name>', 'who signs in with a password', asText),
  dialect: defaulting(
    'auto',
    option('--dialect <name>', 'auto, rfc or soffid', oneOf('dialect', DIALECT_CHOICES), DIALECT_CHOICES),
  ),
  timezone: defaulting('UTC', option('--timezone <zone>', 'of times without one', timeZone)),
  caFile: option('--ca-file <path>', 'certificates of the authority to trust', file),
  clientCertFile: option('--client-cert-file <path>', 'the certificate of this client', file),
  clientKeyFile: option('--client-key-file <path>', 'the key of that certificate', file),
  concurrency: defaulting('8', option('--concurrency <n>', 'requests at once, 1 to 100', count('the concurrency', 1))),
  ratePerSecond: defaulting(
    'no limit',
    option('--rate-per-second <n>', 'requests a second at most', count('the rate', 1)),
  ),
};

const RSA_OPTIONS = {
  rsaUrl: option('--rsa-url <url>', "the address of RSA's Cloud Administration API", httpsUrl),
  rsaKeyFile: option('--rsa-key-file <path>', 'the key file of an administrator (0600)', file),
  rsaIssuer: option('--rsa-issuer <url>', 'OAuth: the issuer', asText),
  rsaClientId: option('--rsa-client-id <id>', 'OAuth: the client', asText),
  rsaPrivateKeyFile: option('--rsa-private-key-file <path>', 'OAuth: the private key, a JWK (0600)', file),
  rsaScopes: defaulting(
    'all',
    option('--rsa-scopes <names>', 'OAuth: scopes, separated by commas', (text) =>
      text.split(/[\s,]+/).filter((scope) => scope !== ''),
    ),
  ),
  rsaCaFile: option('--rsa-ca-file <path>', 'certificates of the authority to trust, for RSA', file),
};

type ServerOptions = Given<typeof SERVER_OPTIONS>;
type AllOptions = ServerOptions & Given<typeof RSA_OPTIONS> & Given<typeof SECRET_OPTIONS>;

export const command = defineCommand({
  summary: 'add a profile: a server, or a local store',
  notes: `Tries the connection, and keeps nothing when it fails. Of a bare origin, the known base paths are asked for.
The secret is asked for, and kept in the keyring; where there is none, in credentials.toml beside the config.
With --scope only the users of a filter are there, with their devices: see  otpctl help filters. A store keeps the profile to it, and so
does an otpctl serve; other servers are refused.
Commands go where they went before, unless --default says otherwise. http to another host wants --insecure-http in each command.`,
  arguments: [{ name: '<name>', description: 'letters, digits, dots, hyphens, underscores' }],
  options: {
    ...SERVER_OPTIONS,
    ...SECRET_OPTIONS,
    ...RSA_OPTIONS,
    scope: defaulting(
      'all users',
      option('--scope <filter>', 'the users that are there by it, as a filter', parseScope),
    ),
    default: flag('--default', 'make it the default profile'),
  },
  examples: [
    { does: 'a server; asks for the password', line: 'profile add work --url https://idm.example.com --username ada' },
    {
      does: 'a server with a token, in a script',
      line: 'profile add work --url https://idm.example.com/scim/v2 --token-stdin < token',
    },
    { does: 'a local store, to work on from now on', line: 'profile add team --store ./team.db --default' },
  ],
  view: profileView,
  globals: ['url', 'store', ...NETWORK],
  async run(context, { arguments: [given = ''], options }) {
    const name = profileName(given);
    const profiles = await context.remote.profiles();
    if ((await profiles.list()).some((profile) => profile.name === name)) {
      throw new OtpctlError(
        'duplicate',
        `there is a profile "${name}" already`,
        `take another name, or remove it first with  ${commandLine(['profile', 'remove', name])}`,
      );
    }
    const { default: standard = false, scope, ...described } = options;
    const { profile, signIn } = await completeProfile(context, name, scope?.text, described);
    const { commentsKept } = await profiles.add(profile, standard);
    if (!commentsKept) await context.print.notice(`the comments in ${profiles.path} are lost`);
    if (signIn !== undefined) await keepSecret(context, name, signIn.kind, signIn.secret);
    // Secrets of an earlier profile of this name, whose table somebody deleted by hand, are for another server.
    else if (profile.server !== undefined)
      await (await context.remote.credentials()).remove(name, ['password', 'token']);
    await context.print.notice(
      standard
        ? `${name} is the default profile now`
        : `work there with  --profile ${shellWord(name)},  or from now on with  ${commandLine(['profile', 'use', name])}`,
    );
    await context.print.one(profileView, { ...profile, standard }, () => `added the profile ${name}`);
    return EXIT.done;
  },
});

/** The profile to add, and the secret to keep for it, which the server has accepted. */
async function completeProfile(
  context: Context,
  name: string,
  scope: string | undefined,
  options: AllOptions,
): Promise<{ profile: Profile; signIn?: SignIn }> {
  const { url, store } = context.options;
  const rsa = rsaOf(options);
  const more = { ...(scope !== undefined && { scope }), ...(rsa && { rsa }) };
  const local = store !== undefined || (url === undefined && rsa !== undefined);
  if (local) {
    const stray = Object.keys({ ...SERVER_OPTIONS, ...SECRET_OPTIONS }).find((key) => key in options);
    refuseIneffective(context.options, NETWORK, 'on a local store');
    if (stray !== undefined)
      throw new OtpctlError('usage', `${stray} is for a server`, 'give its address with  --url URL');
    return { profile: { name, ...(store !== undefined && { store: resolve(store) }), ...more } };
  }
  const server = await completeServer(context, url ?? (await askUrl(context)), options);
  const profile: Profile = { name, server, ...more };
  const place = placeOfProfile(profile, context.options, context.io.environment);
  if (!isRemote(place)) throw new Error('a profile with a server is remote');
  // A secret in the environment is enough, for a pipeline: it is tried, and not kept.
  const piped = options.passwordStdin || options.tokenStdin;
  const { profile: _none, ...stranger } = place;
  const { known } = piped ? {} : await context.remote.signIn(stranger);
  const signIn = known?.signIn ?? (await askSignIn(context, place.username, options));
  const { url: base } = await tryServer(context, place, signIn);
  return { profile: { ...profile, server: { ...server, url: base } }, ...(known === undefined && { signIn }) };
}

async function completeServer(
  { options: globals, prompts, io }: Context,
  url: string,
  options: AllOptions,
): Promise<Server> {
  const server: Server = {
    ...SERVER_DEFAULTS,
    url: serverUrl(url, globals.insecureHttp),
    ...(globals.timeout !== undefined && { timeout: globals.timeout }),
    ...Object.fromEntries(Object.keys(SERVER_OPTIONS).flatMap((key) => entryOf(options, key as keyof ServerOptions))),
  };
  const known = server.username ?? io.environment['OTPCTL_USERNAME'] ?? '';
  if (known !== '' || options.tokenStdin || !prompts.possible) return checkServer(server);
  const username = await prompts.text('user name (none: sign in with a token):', () => true, {
    message: 'no user name is given',
    hint: 'add  --username NAME',
  });
  return checkServer(username === '' ? server : { ...server, username });
}

function entryOf<K extends keyof ServerOptions>(options: ServerOptions, key: K): [K, unknown][] {
  return options[key] === undefined ? [] : [[key, options[key]]];
}

function askUrl({ prompts, options }: Context): Promise<string> {
  return prompts.text(
    'URL of the server:',
    valid((text) => serverUrl(text, options.insecureHttp)),
    {
      message: 'no server is given',
      hint: 'add  --url URL, or  --store PATH  for a local store',
    },
  );
}

function rsaOf(options: AllOptions): RsaAccess | undefined {
  const { rsaUrl, rsaKeyFile, rsaIssuer, rsaClientId, rsaPrivateKeyFile, rsaScopes, rsaCaFile } = options;
  const access: RsaAccess = {
    ...(rsaUrl !== undefined && { url: rsaUrl }),
    ...(rsaKeyFile !== undefined && { keyFile: rsaKeyFile }),
    ...(rsaIssuer !== undefined && { issuer: rsaIssuer }),
    ...(rsaClientId !== undefined && { clientId: rsaClientId }),
    ...(rsaPrivateKeyFile !== undefined && { privateKeyFile: rsaPrivateKeyFile }),
    ...(rsaScopes !== undefined && { scopes: rsaScopes }),
    ...(rsaCaFile !== undefined && { caFile: rsaCaFile }),
  };
  if (Object.keys(access).length === 0) return undefined;
  checkRsaAccess(access);
  // Whoever uses the key refuses it too: it is better known now.
  for (const path of [rsaKeyFile, rsaPrivateKeyFile]) {
    if (path !== undefined) readFileText(path, INPUTS.rsaKey, { ownerOnly: true });
  }
  return access;
}
