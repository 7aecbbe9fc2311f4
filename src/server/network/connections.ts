import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type TLSSocket, Server as TlsServer } from 'node:tls';
import type { Limits } from '../limits/limits.ts';
import { LOCAL } from './address.ts';
import type { Client } from './client-address.ts';

/** The connections of all servers of an app, and the share that a client has of them. */
export interface Connections {
  /** Counts those that a server takes from now on. */
  watch(server: Server): void;
}

interface Connection {
  /** What came in: under TLS the socket below it. */
  readonly socket: Socket;
  /** All of its client. */
  readonly siblings: Set<Connection>;
  /** Whether what goes on inside cannot be told: TLS has no ends to be known by on a Unix socket. */
  readonly isOpaque: boolean;
  /** The bytes that it had sent when its last request, or its handshake, was over. */
  settled: number;
  request: IncomingMessage | undefined;
}

interface Pool {
  /** Of each client, what did nothing for the longest time first. */
  readonly clients: Map<string, Set<Connection>>;
  total: number;
}

type State = 'idle' | 'half-open' | 'busy';

interface ConnectionsDeps {
  readonly limits: Pick<Limits, 'connections' | 'clientConnections' | 'clientHalfOpen' | 'checkInterval'>;
  peerOf(socket: Socket): Client;
}

/**
 * Keeps room for everybody. A client that has its share of connections, or of requests that are not whole, loses the one
 * that did nothing for the longest time; at the total, the client with the most that do nothing loses one. The newcomer
 * is turned away only where all others are being answered. Who speaks for many has no share, and a total apart from that
 * of all others.
 */
export function createConnections({ limits, peerOf }: ConnectionsDeps): Connections {
  const direct: Pool = { clients: new Map(), total: 0 };
  const shared: Pool = { clients: new Map(), total: 0 };
  const known = new WeakMap<Socket, Connection>();
  const byEnds = new Map<string, Connection>();

  const admit = (socket: Socket, isTls: boolean) => {
    const { key, address, proxied } = peerOf(socket);
    const pool = proxied || address === LOCAL ? shared : direct;
    const { clients } = pool;
    const name = pool === shared ? address : key;
    const own = clients.get(name) ?? new Set();
    const isOpaque = isTls && address === LOCAL;
    const connection = { socket, siblings: own, isOpaque, settled: 0, request: undefined };
    clients.set(name, own.add(connection));
    known.set(socket, connection);
    const ends = endsOf(socket);
    byEnds.set(ends, connection);
    pool.total += 1;
    socket.once('close', () => {
      own.delete(connection);
      if (own.size === 0 && clients.get(name) === own) clients.delete(name);
      if (byEnds.get(ends) === connection) byEnds.delete(ends);
      pool.total -= 1;
    });
    if (pool === direct && own.size > limits.clientConnections) drop(waitingIn(own, connection)[0] ?? connection);
    else if (pool.total > limits.connections) drop(mostIdle(clients.values(), connection) ?? connection);
  };
  const dropHalfOpen = () => {
    for (const own of direct.clients.values()) {
      const halfOpen = Array.from(own).filter((each) => stateOf(each) === 'half-open');
      for (const each of halfOpen.slice(0, Math.max(0, halfOpen.length - limits.clientHalfOpen))) drop(each);
    }
  };
  const settle = (connection: Connection) => {
    connection.settled = connection.socket.bytesRead;
    // To the end: it has just done something.
    if (connection.siblings.delete(connection)) connection.siblings.add(connection);
  };

  return {
    watch(server) {
      const timer = setInterval(dropHalfOpen, limits.checkInterval).unref();
      server.once('close', () => clearInterval(timer));
      const isTls = server instanceof TlsServer;
      server.prependListener('connection', (socket: Socket) => admit(socket, isTls));
      server.on('secureConnection', (stream: TLSSocket) => {
        const connection = byEnds.get(endsOf(stream));
        if (connection === undefined) return;
        known.set(stream, connection);
        settle(connection);
      });
      server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
        const connection = known.get(request.socket);
        if (connection === undefined) return;
        connection.request = request;
        response.once('close', () => {
          // Another one may have come behind it.
          if (connection.request !== request) return;
          connection.request = undefined;
          if (request.complete) settle(connection);
        });
      });
    },
  };
}

/** A handshake under way is a request that is not whole. */
function stateOf({ socket, settled, request, isOpaque }: Connection): State {
  if (isOpaque) return 'busy';
  if (request !== undefined) return request.complete ? 'busy' : 'half-open';
  return socket.bytesRead > settled ? 'half-open' : 'idle';
}

/** What a client could lose without losing an answer: first what does nothing, then what is not whole. */
function waitingIn(own: Iterable<Connection>, newcomer: Connection): readonly Connection[] {
  const waiting = Array.from(own, (each) => ({ each, state: stateOf(each) })).filter(
    ({ each, state }) => state !== 'busy' && each !== newcomer && !each.socket.destroyed,
  );
  return waiting.sort((a, b) => Number(b.state === 'idle') - Number(a.state === 'idle')).map(({ each }) => each);
}

/** One of the client that has the most of them to lose. */
function mostIdle(clients: Iterable<Iterable<Connection>>, newcomer: Connection): Connection | undefined {
  let most: readonly Connection[] = [];
  for (const own of clients) {
    const waiting = waitingIn(own, newcomer);
    if (waiting.length > most.length) most = waiting;
  }
  return most[0];
}

function drop({ socket }: Connection): void {
  socket.destroy();
}

/** Both ends of a connection: no two have the same. What TLS makes of a socket has them too. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
