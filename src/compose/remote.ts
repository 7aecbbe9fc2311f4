import { requireScope } from '../backends/scim/server/detect-dialect.ts';
import { type OpenServer, openRemote, scimBase } from '../backends/scim/server/open-remote.ts';
import { serverOf } from '../backends/scim/server/server-of-place.ts';
import { createTransport, type Transport } from '../backends/scim/transport/transport.ts';
import { signInAt } from '../credentials/sign-in.ts';
import { notSignedIn, type RemotePlace } from '../domain/place/place.ts';
import type { Findings } from '../ports/servers/probe.ts';
import type { RawRequest } from '../ports/servers/raw-requests.ts';
import type { KnownSignIn, SignIn } from '../ports/servers/sign-in.ts';
import type { OpenContext } from './open-context.ts';

/** The backend of a server, and the address that it was found at. */
export async function openServer(place: RemotePlace, by: OpenContext): Promise<OpenServer> {
  return openRemote(serverOf(place, await signInOf(place, by), by.environment), place, by);
}

/** Finds the credential for a place, and what keeps it. */
export async function findSignIn(place: RemotePlace, by: OpenContext): Promise<KnownSignIn> {
  return signInAt(place, await by.credentials());
}

/** The credential for a place. Errors: `not-signed-in`. */
async function signInOf(place: RemotePlace, by: OpenContext): Promise<SignIn> {
  const { known, noKeyring } = await findSignIn(place, by);
  if (known === undefined) throw notSignedIn(place, noKeyring);
  return known.signIn;
}

/** Asks a server what it is, and what a credential may do there. */
export async function probe(place: RemotePlace, signIn: SignIn | undefined, by: OpenContext): Promise<Findings> {
  const { probeServer } = await import('../backends/scim/server/probe-server.ts');
  return withTransport(place, signIn, by, async (transport) => {
    if (place.scope !== undefined && signIn !== undefined) await requireScope(await scimBase(transport), place.scope);
    return probeServer(transport, signIn !== undefined);
  });
}

/** Sends a request in the words of a person, with the credential. */
export async function request(
  place: RemotePlace,
  by: OpenContext,
  ...words: Parameters<RawRequest>
): ReturnType<RawRequest> {
  const signIn = await signInOf(place, by);
  const { rawRequest } = await import('../backends/scim/transport/raw-request.ts');
  return withTransport(place, signIn, by, async (transport) => {
    const base = await scimBase(transport);
    if (place.scope !== undefined) await requireScope(base, place.scope);
    return rawRequest(base, ...words);
  });
}

async function withTransport<T>(
  place: RemotePlace,
  signIn: SignIn | undefined,
  by: OpenContext,
  work: (transport: Transport) => Promise<T>,
): Promise<T> {
  const transport = createTransport(serverOf(place, signIn, by.environment), by);
  try {
    return await work(transport);
  } finally {
    transport.close();
  }
}
