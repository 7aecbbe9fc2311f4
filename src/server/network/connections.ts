import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type TLSSocket, Server as TlsServer } from 'node:tls';
import type { Limits } from '../limits/limits.ts';
import { LOCAL } from './address.ts';
import type { Client } from './client-address.ts';

/** Limits the connections of a server, in all and for each client. */
export interface Connections {
  /** Watches the connections that a server accepts from now on. */
  watch(server: Server): void;
}

interface Connection {
  /** The socket that was accepted; with TLS, the one that carries the encrypted bytes. */
  readonly socket: Socket;
  /** All connections of the same client. */
  readonly siblings: Set<Connection>;
  /** Whether it cannot be told what it does: TLS on a Unix socket, which has no addresses to find the TLS stream by. */
  readonly isOpaque: boolean;
  /** How many bytes it had sent when its last request, or its handshake, was complete. */
  settled: number;
  request: IncomingMessage | undefined;
}

interface Pool {
  /** The connections of each client; the one that did nothing for the longest time comes first. */
  readonly clients: Map<string, Set<Connection>>;
  total: number;
}

type State = 'idle' | 'half-open' | 'busy';

interface ConnectionsDeps {
  readonly limits: Pick<Limits, 'connections' | 'clientConnections' | 'clientHalfOpen' | 'checkInterval'>;
  peerOf(socket: Socket): Client;
}

/**
 * Keeps room for new connections by closing waiting ones: idle ones first, then those whose request is incomplete. A client
 * with too many connections, or too many incomplete requests, loses its own. When the total is reached, the client with
 * the most waiting connections loses one. A new connection is closed only if all others are being answered. Trusted
 * proxies and Unix sockets, which carry the requests of many clients, have no limit for each, and a total of their own.
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
    // It has just done something, so it moves to the end.
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
          // The next request on the same connection may have begun already.
          if (connection.request !== request) return;
          connection.request = undefined;
          if (request.complete) settle(connection);
        });
      });
    },
  };
}

/** A handshake that is not over counts as an incomplete request. */
function stateOf({ socket, settled, request, isOpaque }: Connection): State {
  if (isOpaque) return 'busy';
  if (request !== undefined) return request.complete ? 'busy' : 'half-open';
  return socket.bytesRead > settled ? 'half-open' : 'idle';
}

/** The connections of a client that can be closed without losing an answer: idle ones first, then half-open ones. */
function waitingIn(own: Iterable<Connection>, newcomer: Connection): readonly Connection[] {
  const waiting = Array.from(own, (each) => ({ each, state: stateOf(each) })).filter(
    ({ each, state }) => state !== 'busy' && each !== newcomer && !each.socket.destroyed,
  );
  return waiting.sort((a, b) => Number(b.state === 'idle') - Number(a.state === 'idle')).map(({ each }) => each);
}

/** The first waiting connection of the client that has the most of them. */
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

/** The addresses and ports of both ends, which no two connections share. A TLS stream has the same as its socket. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
