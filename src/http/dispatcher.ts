import type { Dispatcher } from 'undici';
import { invalid } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';

/** The proxy, as variables of the environment name it. */
export interface ProxyVariables {
  /** `HTTPS_PROXY`: the proxy for https. There is none for http. */
  readonly httpsProxy?: string;
  /** `NO_PROXY`: hosts that are reached without the proxy. */
  readonly noProxy?: string;
}

/** An address of a host, and its family: 4 or 6. */
export interface Address {
  readonly address: string;
  readonly family: number;
}

/** How connections are made. Certificates and keys are PEM. */
export interface Connections extends ProxyVariables {
  /** Authorities that are trusted besides those of the system. */
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: Secret;
  /** Connects to no other addresses, and checks certificates even where the environment switches that off. */
  readonly addresses?: readonly Address[];
  /** How many connections at once; without it, as many as there are requests. */
  readonly connections?: number;
  /** Milliseconds after which a connection must be there; ten seconds without it. */
  readonly connectTimeout?: number;
}

/** The headers of an answer may be this long. */
const MAX_HEADER_BYTES = 65_536;

/** The proxy that the environment names. An empty variable is none. */
export function proxyOf(environment: Readonly<Record<string, string | undefined>>): ProxyVariables {
  const httpsProxy = environment['HTTPS_PROXY'] || environment['https_proxy'];
  const noProxy = environment['NO_PROXY'] || environment['no_proxy'];
  return { ...(httpsProxy && { httpsProxy }), ...(noProxy && { noProxy }) };
}

/** Opens what requests are sent through. Errors: `invalid-value` for a proxy that is not one. */
export async function openDispatcher(ways: Connections): Promise<Dispatcher> {
  const { connections, httpsProxy, noProxy = '', addresses } = ways;
  const connect = await connectOptions(ways);
  const options = {
    connect,
    maxHeaderSize: MAX_HEADER_BYTES,
    ...(connections !== undefined && { connections }),
    ...(addresses !== undefined && { allowH2: false }),
  };
  if (httpsProxy === undefined) {
    const { Agent } = await import('./agent.ts');
    return new Agent(options);
  }
  const { EnvHttpProxyAgent } = await import('undici');
  const proxy = { httpProxy: '', httpsProxy: proxyUrl(httpsProxy), noProxy };
  return new EnvHttpProxyAgent({ ...options, ...proxy, requestTls: connect });
}

async function connectOptions({ ca, clientCertificate, clientKey, addresses, connectTimeout }: Connections) {
  return {
    ...(ca !== undefined && { ca: [...(await systemAuthorities()), ca] }),
    ...(clientCertificate !== undefined && { cert: clientCertificate }),
    ...(clientKey !== undefined && { key: clientKey.exposeText() }),
    ...(addresses !== undefined && {
      lookup: onlyAt(addresses),
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2' as const,
    }),
    ...(connectTimeout !== undefined && { timeout: connectTimeout }),
  };
}

async function systemAuthorities(): Promise<readonly string[]> {
  const { getCACertificates } = await import('node:tls');
  return getCACertificates('default');
}

/** Checks the URL of a proxy: no path, and user and password percent-encoded. The error quotes nothing of it. */
function proxyUrl(text: string): string {
  const url = URL.parse(text);
  const plain = url !== null && /^https?:$/.test(url.protocol) && /^\/?$/.test(url.pathname + url.search + url.hash);
  if (plain && isEncoded(url.username) && isEncoded(url.password)) return url.href;
  throw invalid('HTTPS_PROXY is not the URL of a proxy', 'write for example  http://proxy.example.com:3128');
}

function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}

/** A lookup of names that always answers with these addresses. */
function onlyAt(addresses: readonly Address[]) {
  return (
    _host: string,
    options: { readonly all?: boolean | undefined },
    done: (error: null, address: string | Address[], family?: number) => void,
  ): void => {
    const [first] = addresses;
    if (options.all) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };
}
