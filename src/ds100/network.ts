import type { Agent, EnvHttpProxyAgent } from 'undici';
import { proxyUrl } from '../domain/place/proxy-url.ts';
import { readFileText } from '../files/input-file.ts';
import { INPUTS } from '../files/input-kinds.ts';

/** How requests get to RSA. */
export interface Network {
  /** A file with certificates of authorities to trust besides those that Node trusts. */
  readonly caFile?: string;
  readonly httpsProxy?: string;
  /** Names that no proxy is asked for. */
  readonly noProxy?: string;
}

/** The proxy that the environment names. An empty variable is none. */
export function proxyOfEnvironment(environment: Readonly<Record<string, string | undefined>>): Network {
  const httpsProxy = environment['HTTPS_PROXY'] || environment['https_proxy'];
  const noProxy = environment['NO_PROXY'] || environment['no_proxy'];
  return { ...(httpsProxy && { httpsProxy }), ...(noProxy && { noProxy }) };
}

/** Connections that are verified, for https through the proxy that is set. `timeout` is that of a connection, in milliseconds. */
export async function openConnections(
  { caFile, httpsProxy, noProxy = '' }: Network,
  timeout: number,
): Promise<Agent | EnvHttpProxyAgent> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const { getCACertificates } = await import('node:tls');
  const tls =
    caFile === undefined
      ? {}
      : {
          ca: [
            ...getCACertificates('default'),
            readFileText(caFile, { ...INPUTS.certificates, what: 'the CA certificate' }),
          ],
        };
  const connect = { timeout, ...tls };
  if (httpsProxy === undefined) return new Agent({ connect });
  return new EnvHttpProxyAgent({
    connect,
    requestTls: connect,
    httpProxy: '',
    httpsProxy: proxyUrl(httpsProxy),
    noProxy,
  });
}
