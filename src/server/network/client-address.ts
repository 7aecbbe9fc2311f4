import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { clientKey, forwardedAddress, isLoopback, LOCAL, plainAddress } from './address.ts';
import type { Proxies } from './proxies.ts';

/** Where a request comes from. */
export interface Client {
  /** What limits are counted by: see `clientKey`; `local` for a Unix socket. */
  readonly key: string;
  readonly address: string;
  /** The address at the other end of the connection, if that is a trusted proxy which named another. */
  readonly peer?: string;
  /** Whether it was sent on this machine, and by no proxy. */
  readonly local: boolean;
  /** Whether a trusted proxy sent it: then its `X-Forwarded-` headers are believed. */
  readonly proxied: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the first hook. */
    client: Client | undefined;
  }
}

/** Who is at the other end of a connection: the same for all of its requests. */
const peers = new WeakMap<Socket, Client>();

/**
 * The client of a request: the other end of the connection or, behind a trusted proxy, the last address in its
 * X-Forwarded-For that is no trusted proxy. What stands before that one is not believed, since anybody can have written
 * it. If something there is no address, the proxy that wrote it counts as the client. The header `Forwarded` of
 * RFC 7239 is not read: a proxy that writes X-Forwarded-For passes on a `Forwarded` that its client made up.
 */
export function clientOf({ headers, raw: { socket } }: FastifyRequest, proxies: Proxies): Client {
  let peer = peers.get(socket);
  if (peer === undefined) {
    peer = peerOf(socket, proxies);
    peers.set(socket, peer);
  }
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined) return headers['forwarded'] === undefined ? peer : { ...peer, local: false };
  if (!peer.proxied) return { ...peer, local: false };
  const address = lastUntrusted(String(forwarded), peer.address, proxies);
  const { address: proxy } = peer;
  return { key: keyOf(address), address, local: false, proxied: true, ...(proxy !== address && { peer: proxy }) };
}

/** Who is at the other end of a connection; a Unix socket has no address. */
export function peerOf({ remoteAddress }: Socket, proxies: Proxies): Client {
  const address = remoteAddress === undefined ? LOCAL : (plainAddress(remoteAddress) ?? remoteAddress);
  return {
    key: keyOf(address),
    address,
    local: address === LOCAL || isLoopback(address),
    proxied: proxies.has(address),
  };
}

function keyOf(address: string): string {
  return address === LOCAL ? LOCAL : clientKey(address);
}

function lastUntrusted(forwarded: string, peer: string, proxies: Proxies): string {
  let known = peer;
  for (const hop of forwarded.split(',').reverse()) {
    const address = proxies.has(known) ? forwardedAddress(hop.trim()) : undefined;
    if (address === undefined) break;
    known = address;
  }
  return known;
}
