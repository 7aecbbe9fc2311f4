import type { RemotePlace } from '../../../domain/place/place.ts';
import { Secret } from '../../../domain/secret.ts';
import { readFileText } from '../../../files/input-file.ts';
import { INPUTS } from '../../../files/input-kinds.ts';
import { proxyOf } from '../../../http/dispatcher.ts';
import type { SignIn } from '../../../ports/servers/sign-in.ts';
import type { RemoteServer } from '../transport/transport.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The server of a place, with what signs in there. Errors: `invalid-value` for files that cannot be read, `permissions`. */
export function serverOf(place: RemotePlace, credential: SignIn | undefined, environment: Environment): RemoteServer {
  const { url, timeout, insecureHttp, concurrency, ratePerSecond, scope, caFile, clientCertFile, clientKeyFile } =
    place;
  return {
    url,
    ...(credential !== undefined && { credential }),
    timeout,
    insecureHttp,
    ...(concurrency !== undefined && { concurrency }),
    ...(ratePerSecond !== undefined && { ratePerSecond }),
    ...(scope !== undefined && { scope }),
    ...(caFile !== undefined && { ca: fileText('CA certificate', caFile) }),
    ...(clientCertFile !== undefined && { clientCertificate: fileText('client certificate', clientCertFile) }),
    ...(clientKeyFile !== undefined && { clientKey: Secret.ofText(keyText(clientKeyFile)) }),
    ...proxyOf(environment),
  };
}

function keyText(path: string): string {
  return readFileText(path, { ...INPUTS.privateKey, what: 'the client key' }, { ownerOnly: true });
}

function fileText(what: string, path: string): string {
  return readFileText(path, { ...INPUTS.certificates, what: `the ${what}` });
}
