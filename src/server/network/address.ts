import { BlockList, isIP } from 'node:net';

/** Used in place of an address for what comes through a Unix socket. */
export const LOCAL = 'local';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** An address without its zone, and an IPv4 one inside IPv6 (`::ffff:10.0.0.5`) as IPv4; undefined for what is none. */
export function plainAddress(text: string): string | undefined {
  const address = text.split('%', 1)[0] ?? '';
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : undefined;
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped
    ? groups
        .slice(6)
        .flatMap((group) => [group >> 8, group & 255])
        .join('.')
    : address;
}

/** An address as X-Forwarded-For has it, with or without its port; undefined for what is none. */
export function forwardedAddress(text: string): string | undefined {
  const [, six, four] = /^(?:\[([^\]]*)\]|([0-9.]+))(?::[0-9]{1,5})?$/.exec(text) ?? [];
  return plainAddress(six ?? four ?? text);
}

/** Whether an address is this machine. */
export function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * What stands for a client in counts: its address; of IPv6 the first 64 bits, since one client has all addresses that
 * begin with them; one word for every loopback address.
 */
export function clientKey(address: string): string {
  if (isLoopback(address)) return 'loopback';
  if (isIP(address) !== 6) return address;
  return groupsOf(address)
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const [head = [], tail] = address.split('::').map((half) => half.split(':').flatMap(numbersOf));
  if (tail === undefined) return head;
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

/** The number of a group; the two numbers of an IPv4 address at the end. */
function numbersOf(group: string): readonly number[] {
  if (group === '') return [];
  if (!group.includes('.')) return [Number.parseInt(group, 16)];
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}
