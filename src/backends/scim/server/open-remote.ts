import type { DialectChoice } from '../../../domain/place/server.ts';
import type { Backend } from '../../../ports/backend.ts';
import type { Random } from '../../../ports/system/random.ts';
import { SERVER_DIALECTS, type ServerDialect } from '../dialects.ts';
import { createOtpctlBackend } from '../otpctl-backend.ts';
import { createScimBackend } from '../scim-backend.ts';
import { createTransport, type Transport, type TransportDeps } from '../transport/transport.ts';
import { v1Path } from '../v1/v1-client.ts';
import { detectDialect, isOtpctl, SOFFID_PATH } from './detect-dialect.ts';
import type { RemoteServer } from './remote-server.ts';

export interface RemoteWays {
  readonly dialect: DialectChoice;
  /** IANA name: of what zone Soffid's times are. */
  readonly timezone: string;
}

/** Opens a server: finds out what is not said of it, and takes an otpctl for what it is. */
export async function openRemote(
  server: RemoteServer,
  { dialect, timezone }: RemoteWays,
  deps: TransportDeps & { readonly random: Random },
): Promise<Backend> {
  const { transport, spoken } = await resolve(createTransport(server, deps), dialect);
  const { clock, random } = deps;
  if (spoken.mayBeOtpctl && (await isOtpctl(transport.at(v1Path(transport.base.pathname))))) {
    return createOtpctlBackend({ transport, clock, random });
  }
  return createScimBackend({ transport, dialect: spoken, timezone, random });
}

/** A whole URL whose dialect is said, or told by its path, needs no question. */
async function resolve(
  transport: Transport,
  dialect: DialectChoice,
): Promise<{ readonly transport: Transport; readonly spoken: ServerDialect }> {
  const { pathname } = transport.base;
  const told = dialect === 'auto' && pathname.endsWith(SOFFID_PATH) ? 'soffid' : dialect;
  if (pathname !== '/' && told !== 'auto') return { transport, spoken: SERVER_DIALECTS[told] };
  const found = await detectDialect(transport);
  return {
    transport: transport.at(new URL(found.url).pathname),
    spoken: SERVER_DIALECTS[told === 'auto' ? found.dialect : told],
  };
}
