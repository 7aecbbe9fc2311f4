import { BlockList, isIP, type Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Where a request comes from. */
export interface Client {
  /** What limits are counted by: an address, of IPv6 the network that one customer has; `local` for a socket. */
  readonly key: string;
  readonly address: string;
  /** Whether it was sent on this machine, and not passed on here by a proxy. */
  readonly local: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Where it comes from, once that was looked at. */
    client: Client | undefined;
  }
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Where a proxy of ours may be: this machine, or a private network. */
const NEAR = new BlockList();
NEAR.addSubnet('127.0.0.0', 8);
NEAR.addSubnet('10.0.0.0', 8);
NEAR.addSubnet('172.16.0.0', 12);
NEAR.addSubnet('192.168.0.0', 16);
NEAR.addAddress('::1', 'ipv6');
NEAR.addSubnet('fc00::', 7, 'ipv6');

/** The clients of connections that carry requests of their own. */
const peers = new WeakMap<Socket, Client>();

/**
 * The client of a request: the other end of the connection or, where a proxy is trusted and near, the last address that
 * it wrote into X-Forwarded-For. What stands before that one, anybody can have written.
 */
export function clientOf({ headers, raw: { socket } }: FastifyRequest, trustProxy: boolean): Client {
  const forwarded = headers['x-forwarded-for'];
  const passedOn = forwarded !== undefined || headers['forwarded'] !== undefined;
  let client = peers.get(socket);
  if (client === undefined) {
    client = peerOf(socket);
    peers.set(socket, client);
  }
  if (!passedOn) return client;
  const last = plainAddress(String(forwarded).split(',').at(-1)?.trim() ?? '');
  if (trustProxy && isIP(last) !== 0 && (client.address === 'local' || within(NEAR, client.address))) {
    return { key: networkOf(last), address: last, local: within(LOOPBACK, last) };
  }
  return { ...client, local: false };
}

/** The other end of a connection; of a Unix socket it has no address. */
function peerOf({ remoteAddress }: Socket): Client {
  if (remoteAddress === undefined) return { key: 'local', address: 'local', local: true };
  const address = plainAddress(remoteAddress);
  return { key: networkOf(address), address, local: within(LOOPBACK, address) };
}

/** Whether a host that is listened on is this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) !== 0 && within(LOOPBACK, host));
}

function within(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 address that came in over IPv6, as itself. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** The first 64 bits of an IPv6 address: one client has all the rest. */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
