import { OtpctlError } from '../../domain/errors.ts';
import type { Place, RemotePlace } from '../../domain/place/place.ts';
import { findProfile, type Profile } from '../../domain/place/profile.ts';
import { SERVER_DEFAULTS, type Server, serverUrl } from '../../domain/place/server.ts';
import type { Profiles } from '../../ports/servers/profiles.ts';
import type { GlobalOptions } from '../parse/global-options.ts';
import type { Io } from '../terminal/io.ts';

/** What the command line or the environment says of the place to work on. */
interface PlaceChoice {
  readonly by: 'profile' | 'store' | 'url';
  readonly value: string;
}

/** Where the devices are, by the options or else by the environment. Errors: `usage`, for two answers at once. */
export function chosenPlace(options: GlobalOptions, environment: Io['environment']): PlaceChoice | undefined {
  const { OTPCTL_PROFILE, OTPCTL_STORE, OTPCTL_URL } = environment;
  return (
    onlyOne({
      '--profile': { by: 'profile', value: options.profile },
      '--store': { by: 'store', value: options.store },
      '--url': { by: 'url', value: options.url },
    }) ??
    onlyOne({
      OTPCTL_PROFILE: { by: 'profile', value: OTPCTL_PROFILE || undefined },
      OTPCTL_STORE: { by: 'store', value: OTPCTL_STORE || undefined },
      OTPCTL_URL: { by: 'url', value: OTPCTL_URL || undefined },
    })
  );
}

/** The place that was chosen, or that of the default profile. Errors: `profile-not-found`, `config-invalid`, `usage`. */
export async function placeOf(
  choice: PlaceChoice | undefined,
  options: GlobalOptions,
  environment: Io['environment'],
  open: () => Promise<Profiles>,
): Promise<Place> {
  if (choice?.by === 'store') return { store: choice.value };
  if (choice?.by === 'url') return remotePlace({ ...SERVER_DEFAULTS, url: choice.value }, options, environment);
  const profiles = await open();
  const profile = findProfile(await profiles.list(), choice?.value ?? (await profiles.standard()));
  return placeOfProfile(profile, options, environment);
}

/** The place of a profile, with the timeout, user name and such that options and environment give. */
export function placeOfProfile(profile: Profile, options: GlobalOptions, environment: Io['environment']): Place {
  const { name, store, server, scope, rsa } = profile;
  const named = { profile: name, ...(scope !== undefined && { scope }), ...(rsa && { rsa }) };
  if (server === undefined) return { ...named, ...(store !== undefined && { store }) };
  return { ...remotePlace(server, options, environment), ...named };
}

function remotePlace(server: Server, options: GlobalOptions, environment: Io['environment']): RemotePlace {
  const insecureHttp = options.insecureHttp === true;
  const username = environment['OTPCTL_USERNAME'] || server.username;
  return {
    ...server,
    url: serverUrl(server.url, insecureHttp),
    timeout: options.timeout ?? server.timeout,
    ...(username !== undefined && { username }),
    insecureHttp,
  };
}

function onlyOne(
  choices: Record<string, { by: PlaceChoice['by']; value: string | undefined }>,
): PlaceChoice | undefined {
  const given = Object.entries(choices).flatMap(([name, { by, value }]) =>
    value === undefined ? [] : [{ name, by, value }],
  );
  if (given.length > 1) {
    const names = given.map(({ name }) => name).join(' and ');
    throw new OtpctlError('usage', `${names} exclude one another`, 'give one of them');
  }
  const [only] = given;
  if (only?.value === '') throw new OtpctlError('usage', `${only.name} is empty`);
  return only && { by: only.by, value: only.value };
}
