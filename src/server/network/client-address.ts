import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { clientKey, forwardedAddress, isLoopback, LOCAL, plainAddress } from './address.ts';
import type { Proxies } from './proxies.ts';

/** Where a request comes from. */
export interface Client {
  /** What limits are counted by: an address, of IPv6 the network that one customer has; `local` for a socket. */
  readonly key: string;
  readonly address: string;
  /** Whether it was sent on this machine, and not passed on here by a proxy. */
  readonly local: boolean;
  /** Whether the other end of the connection is a trusted proxy, whose other headers count too. */
  readonly proxied: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Where it comes from, once that was looked at. */
    client: Client | undefined;
  }
}

/** The other ends of connections that carry requests of their own. */
const peers = new WeakMap<Socket, Client>();

/**
 * The client of a request: the other end of the connection or, where that is a trusted proxy, what it wrote into
 * X-Forwarded-For. That is read from its end, past proxies that are trusted too: what stands before the first that is
 * not, anybody can have written. Where it is no address, the last proxy that is known is the client. The `Forwarded` of
 * RFC 7239 is not read: a proxy that writes the one leaves in the other what its client made up.
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
  return { key: keyOf(address), address, local: false, proxied: true };
}

/** The other end of a connection; of a Unix socket it has no address. */
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
