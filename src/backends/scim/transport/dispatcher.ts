import type { Dispatcher } from 'undici';
import { proxyUrl } from '../../../domain/place/proxy-url.ts';
import type { RemoteServer } from '../server/remote-server.ts';

const DEFAULT_CONNECTIONS = 8;

/** The connections to a server: verified, with its own authorities and certificate, through the proxy that is set. */
export async function openDispatcher(server: RemoteServer, base: URL): Promise<Dispatcher> {
  const tls = base.protocol === 'https:' ? await tlsOptions(server) : {};
  const options = { connections: server.concurrency ?? DEFAULT_CONNECTIONS, maxHeaderSize: 65_536 };
  if (base.protocol !== 'https:' || !server.httpsProxy) {
    const { Agent } = await import('./agent.ts');
    return new Agent({ ...options, connect: tls });
  }
  const { EnvHttpProxyAgent } = await import('undici');
  return new EnvHttpProxyAgent({
    ...options,
    connect: tls,
    requestTls: tls,
    httpProxy: '',
    httpsProxy: proxyUrl(server.httpsProxy),
    noProxy: server.noProxy ?? '',
  });
}

async function tlsOptions({ ca, clientCertificate, clientKey }: RemoteServer) {
  if (ca === undefined && clientCertificate === undefined) return {};
  const { getCACertificates } = await import('node:tls');
  return {
    ...(ca !== undefined && { ca: [...getCACertificates('default'), ca] }),
    ...(clientCertificate !== undefined && { cert: clientCertificate }),
    ...(clientKey !== undefined && { key: clientKey.exposeText() }),
  };
}
