import { OtpctlError } from '../../domain/errors.ts';
import type { RemotePlace } from '../../domain/place/place.ts';
import type { Secret } from '../../domain/secret.ts';
import type { CredentialKind } from '../../ports/servers/credentials.ts';
import type { Findings } from '../../ports/servers/probe.ts';
import type { SignIn } from '../../ports/servers/sign-in.ts';
import type { Context } from '../context.ts';

/** Tries a credential at a server and says on stderr what it found. Errors: `not-signed-in`, `unreachable`. */
export async function tryServer(context: Context, place: RemotePlace, signIn: SignIn): Promise<Findings> {
  const findings = await context.remote.probe(place, signIn);
  const { url, dialect, devices, count } = findings;
  if (findings.signedIn === false) {
    throw new OtpctlError('not-signed-in', `${url} does not take this ${signIn.kind}`, 'nothing was kept: try again');
  }
  await context.print.notice(`found a SCIM service at ${url} (${dialect})`);
  const reading = {
    readable: `devices can be read${count === undefined ? '' : `: there are ${count}`}`,
    forbidden: 'devices may not be read with this credential',
    missing: 'the service has no devices: it lacks the resource OtpDevice',
    unknown: 'the service did not answer about its devices',
  }[devices];
  await context.print.notice(`${whoOf(signIn)}; ${reading}`);
  return findings;
}

function whoOf(signIn: SignIn): string {
  return signIn.kind === 'token' ? 'signed in with a token' : `signed in as ${signIn.username}`;
}

/** Keeps a secret and says where. */
export async function keepSecret(
  context: Context,
  profile: string,
  kind: CredentialKind,
  secret: Secret,
): Promise<void> {
  const credentials = await context.remote.credentials();
  const { keeper, noKeyring } = await credentials.set(profile, kind, secret);
  const what = kind === 'rsa-key' ? 'RSA key' : kind;
  const why = noKeyring === undefined ? '' : `there is no keyring (${noKeyring}): `;
  const more = noKeyring === undefined ? '' : '; see  otpctl doctor';
  await context.print.notice(`${why}the ${what} is kept in ${credentials.describe(keeper)}${more}`);
}
