import type { DialectChoice, Server } from '../../../domain/place/server.ts';
import type { Backend } from '../../../ports/backend.ts';
import type { Explain } from '../../../ports/explanation.ts';
import type { Random } from '../../../ports/system/random.ts';
import { OTPCTL, SERVER_DIALECTS, type ServerDialect } from '../dialects.ts';
import { createScimBackend } from '../scim-backend.ts';
import { createTransport, type RemoteServer, type Transport, type TransportDeps } from '../transport/transport.ts';
import { type DetectedServer, detectDialect, isOtpctl, requireScope, SOFFID_PATH } from './detect-dialect.ts';

/** A server that is open. */
export interface OpenServer {
  readonly backend: Backend;
  /** How it would be asked for a list. */
  readonly explain: Explain;
  /** Its SCIM base: of a bare origin, the one that answered. */
  readonly url: string;
}

/** Opens a server: asks once for what is not said of it, and takes an otpctl for what it is. */
export async function openRemote(
  server: RemoteServer,
  { dialect, timezone }: Pick<Server, 'dialect' | 'timezone'>,
  deps: TransportDeps & { readonly random: Random },
): Promise<OpenServer> {
  const found = await find(createTransport(server, deps), dialect);
  const { transport, url, config } = found;
  if (server.scope !== undefined) await requireScope(transport, server.scope);
  const { clock, random } = deps;
  if (!found.dialect.mayBeOtpctl || !(await isOtpctl(transport))) {
    const backend = createScimBackend({ transport, dialect: found.dialect, timezone, random, config });
    return { url, backend, explain: explaining(transport, found.dialect) };
  }
  const { createOtpctlBackend } = await import('../otpctl-backend.ts');
  const scim = createScimBackend({ transport, dialect: OTPCTL, timezone: 'UTC', random, config });
  return { url, backend: createOtpctlBackend(scim, transport, clock), explain: explaining(transport, OTPCTL) };
}

function explaining(transport: Transport, dialect: ServerDialect): Explain {
  return async (...list) => {
    const { explainList } = await import('../lists/explain-list.ts');
    return explainList(transport, dialect, ...list);
  };
}

/** The way to the SCIM base of a server; a bare origin is asked for it. */
export async function scimBase(transport: Transport): Promise<Transport> {
  if (transport.base.pathname !== '/') return transport;
  return transport.at(new URL((await detectDialect(transport)).url).pathname);
}

/** A server that was found: the way to its SCIM base, and how it speaks. */
interface Found extends Pick<DetectedServer, 'url' | 'config'> {
  readonly transport: Transport;
  readonly dialect: ServerDialect;
}

/** A whole URL whose dialect is said, or told by its path, needs no question. */
async function find(transport: Transport, dialect: DialectChoice): Promise<Found> {
  const { origin, pathname } = transport.base;
  const told = dialect === 'auto' && pathname.endsWith(SOFFID_PATH) ? 'soffid' : dialect;
  if (pathname !== '/' && told !== 'auto') {
    return { transport, url: `${origin}${pathname}`, dialect: SERVER_DIALECTS[told] };
  }
  const found = await detectDialect(transport);
  return {
    ...found,
    transport: transport.at(new URL(found.url).pathname),
    dialect: SERVER_DIALECTS[told === 'auto' ? found.dialect : told],
  };
}
