import { BlockList, isIP } from 'node:net';
import { invalid } from '../../domain/errors.ts';
import { printable } from '../../domain/text/printable.ts';
import { LOCAL, plainAddress } from './address.ts';

/** The proxies that are trusted to say who their client is. */
export interface Proxies {
  /** Whether an address, or `local` for a Unix socket, is one of them. */
  has(address: string): boolean;
}

const HINT = 'name them, for example  --trust-proxy 10.0.0.5,192.168.7.0/24  or  --trust-proxy unix  for the socket';

/** Nobody is trusted. */
export const NO_PROXIES: Proxies = { has: () => false };

/** Reads lists of addresses, networks (CIDR) and `unix`, with commas between them. Errors: `invalid-value`. */
export function parseProxies(lists: readonly string[]): Proxies {
  const words = lists.flatMap((list) => list.split(',')).map((word) => word.trim());
  if (words.length === 0) return NO_PROXIES;
  const known = new BlockList();
  let socket = false;
  for (const word of words) {
    if (word === 'unix' || word === 'socket') socket = true;
    else addNetwork(known, word);
  }
  return {
    has: (address) => (address === LOCAL ? socket : known.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')),
  };
}

function addNetwork(known: BlockList, word: string): void {
  const [, given = '', bits] = /^([0-9a-f:.]+)(?:\/([0-9]{1,3}))?$/i.exec(word) ?? [];
  const address = plainAddress(given);
  if (address === undefined) throw invalid(`"${printable(word)}" is no proxy: neither an address nor a network`, HINT);
  const width = isIP(address) === 6 ? 128 : 32;
  // An IPv4 network that is written as IPv6 (`::ffff:10.0.0.0/104`) counts 96 bits more.
  const prefix = bits === undefined ? width : Number(bits) - (isIP(given) === 6 ? 128 - width : 0);
  if (prefix === 0)
    throw invalid(`"${printable(word)}" is every address there is, and anybody could say who they are`, HINT);
  if (prefix < 0 || prefix > width) throw invalid(`"${printable(word)}" is no network`, HINT);
  known.addSubnet(address, prefix, width === 128 ? 'ipv6' : 'ipv4');
}
