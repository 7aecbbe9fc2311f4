import { BlockList, isIP } from 'node:net';

/** What stands for an address at a Unix socket. */
export const LOCAL = 'local';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** An address without its zone, and one of IPv4 that came in over IPv6 as itself; undefined for what is none. */
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
 * Whom an address belongs to, as far as can be told: of IPv6 the first 64 bits, for one client has all the rest, and
 * this machine has all of its loopback.
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

/** A group; of an IPv4 address at the end the two that it fills. */
function numbersOf(group: string): readonly number[] {
  if (group === '') return [];
  if (!group.includes('.')) return [Number.parseInt(group, 16)];
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}
