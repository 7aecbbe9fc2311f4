import type { FastifyRequest } from 'fastify';
import type { Origin } from '../../domain/audit/origin.ts';
import type { KeyAccess } from './key-access.ts';

/** Asks whether a request may do something, and says of its origin by which door and from where it came. */
export function throughDoor({ authorize }: Pick<KeyAccess, 'authorize'>, door: string): KeyAccess['authorize'] {
  return (request, action) => ({ ...authorize(request, action), door, ...addressesOf(request) });
}

/** Where a request came from: the other end of the connection and, if that is a trusted proxy, whom it passed on. */
function addressesOf({ client }: FastifyRequest): Pick<Origin, 'peer' | 'client'> {
  if (client === undefined) return {};
  return client.peer === undefined ? { peer: client.address } : { peer: client.peer, client: client.address };
}
