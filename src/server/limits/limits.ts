/** The most that the server gives a client. Times are in milliseconds; rates are for each client and minute. */
export interface Limits {
  readonly bodyBytes: number;
  readonly jsonDepth: number;
  readonly urlLength: number;
  readonly headerBytes: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** How long a connection may do nothing within a request, and between two. */
  readonly idleTimeout: number;
  readonly keepAliveTimeout: number;
  /** How often time-outs are checked. */
  readonly checkInterval: number;
  /** Of an answer of many lines: how long a client may read nothing of it, and how long all of it may take. */
  readonly streamPause: number;
  readonly streamLife: number;
  /** How many such answers one key may have at once: each holds a page of the store in memory until it is read. */
  readonly streams: number;
  /** Connections of clients, and as many again of trusted proxies. */
  readonly connections: number;
  /** The share of one client, and how many of its requests may be incomplete at once. */
  readonly clientConnections: number;
  readonly clientHalfOpen: number;
  readonly failedAuthentications: number;
  readonly codes: number;
  /** All requests; undefined for no limit. */
  readonly requests?: number;
  /** How many clients each rate limit remembers. */
  readonly clients: number;
}

export const LIMITS: Limits = {
  bodyBytes: 2 ** 20,
  jsonDepth: 32,
  urlLength: 12_000,
  headerBytes: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  idleTimeout: 60_000,
  keepAliveTimeout: 30_000,
  checkInterval: 2000,
  streamPause: 30_000,
  streamLife: 1_800_000,
  streams: 16,
  connections: 1000,
  clientConnections: 250,
  clientHalfOpen: 100,
  failedAuthentications: 20,
  codes: 120,
  clients: 10_000,
};
