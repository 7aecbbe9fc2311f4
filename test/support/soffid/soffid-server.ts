import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/ports/system/clock.ts';
import type { Random } from '../../../src/ports/system/random.ts';
import type { SentCode } from './soffid-codes.ts';
import type { SoffidDevice } from './soffid-device.ts';
import { type Reply, route } from './soffid-routes.ts';

const SOFFID_PATH = '/soffid/webservice/scim2/v1';
export const OPERATOR = { username: 'admin', password: 'changeit-9f3b' };

/** A request as the service got it. */
export interface LoggedRequest {
  readonly method: string;
  /** Below the base, without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface SoffidOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The zone of the server's clock. */
  readonly zone?: string;
  readonly users?: readonly string[];
  readonly firstId?: bigint;
  /** Whether the operator has `otp:manage`. */
  readonly allowed?: boolean;
  /** Whether it remembers every request: not where there are hundreds of thousands. */
  readonly keepsRequests?: boolean;
}

/** What a test sees of the service. */
export interface SoffidDouble {
  readonly url: string;
  readonly devices: Map<bigint, SoffidDevice>;
  readonly requests: LoggedRequest[];
  readonly sent: SentCode[];
  /** Answers in the place of the service, if it answers true. */
  before: (request: LoggedRequest, response: ServerResponse) => boolean | Promise<boolean>;
  /** Changes what the service answers. */
  after: (request: LoggedRequest, reply: Reply) => Reply;
  /** Switched off by the administrator. */
  readonly disabledTypes: Set<string>;
  close(): Promise<void>;
}

/** Soffid's OTP service as a client sees it, its faults included, on a port of this machine. */
export async function startSoffid(options: SoffidOptions): Promise<SoffidDouble> {
  const double = {
    devices: new Map<bigint, SoffidDevice>(),
    requests: [] as LoggedRequest[],
    sent: [] as SentCode[],
    before: () => false,
    after: (_request: LoggedRequest, reply: Reply) => reply,
    disabledTypes: new Set<string>(),
  } as unknown as { -readonly [K in keyof SoffidDouble]: SoffidDouble[K] };
  const counters = { id: options.firstId ?? 1n, name: 1 };
  const server = createServer(async (incoming, response) => {
    const request = await logged(incoming);
    if (options.keepsRequests !== false) double.requests.push(request);
    if (await double.before(request, response)) return;
    const reply = double.after(request, route(request, { double, options, counters }));
    response.writeHead(reply.status, reply.headers ?? {});
    response.end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  double.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${SOFFID_PATH}`;
  double.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return double;
}

async function logged(incoming: IncomingMessage): Promise<LoggedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://double');
  return {
    method: incoming.method ?? '',
    path: url.pathname.startsWith(SOFFID_PATH) ? url.pathname.slice(SOFFID_PATH.length) : `!${url.pathname}`,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
  };
}
