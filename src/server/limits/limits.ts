/** What a client may ask of the server at most. Times are milliseconds, rates a minute and a client. */
export interface Limits {
  readonly bodyBytes: number;
  readonly jsonDepth: number;
  readonly urlLength: number;
  readonly headerBytes: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** How long a connection may do nothing, and how long between two requests. */
  readonly idleTimeout: number;
  readonly keepAliveTimeout: number;
  /** How often the time-outs are looked at. */
  readonly checkInterval: number;
  /** How long a client may read nothing of an answer of many lines, and how long such an answer may take. */
  readonly streamPause: number;
  readonly streamLife: number;
  /** How many such answers one key may have under way: each holds a page of the store until it is read. */
  readonly streams: number;
  /** Of clients, and as many again of proxies. */
  readonly connections: number;
  /** Of these the share of one client, and how many of its requests may be under way and not whole. */
  readonly clientConnections: number;
  readonly clientHalfOpen: number;
  readonly failedAuthentications: number;
  readonly codes: number;
  /** Of all requests; undefined for as many as one likes. */
  readonly requests?: number;
  /** How many clients each limit remembers. */
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
