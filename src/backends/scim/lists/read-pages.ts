import { compareIds } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { printable } from '../../../domain/text/printable.ts';
import { type RemoteDevice, readDevice, readDeviceLeniently } from '../devices/device-resource.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { SEE_VERBOSE } from '../transport/failures.ts';

/** The most that Soffid gives at once, and most other servers too. */
const PAGE_SIZE = 1000;
/** How many pages are asked for in advance, so that neither side waits for the other. */
const AHEAD = 2;

interface ListAnswer {
  readonly total: number;
  readonly found: readonly RemoteDevice[];
}

interface ReadOptions {
  readonly pageSize?: number | undefined;
  /** Whether all pages are surely wanted. If not, the second is asked for only when the caller wants it. */
  readonly whole?: boolean;
  readonly read?: typeof readDevice;
}

export interface RemotePage {
  readonly found: readonly RemoteDevice[];
  /** Whether all devices so far came in the order of their ids. */
  readonly ordered: boolean;
}

/**
 * All devices that a filter in the server's language finds, in pages. Where the next page begins is counted from the devices
 * that came, whatever the server says of its pages. Errors: `protocol` when devices are repeated or left out, when some
 * were deleted meanwhile, so that others may have been left out, and when there is no end to them.
 */
export async function* readPages(
  remote: ScimRemote,
  filter: string | undefined,
  { pageSize = PAGE_SIZE, whole = true, read = readDevice }: ReadOptions = {},
): AsyncIterable<RemotePage> {
  const complete = createCompleteness();
  const ask = (from: number) => {
    const answer = readPage(remote, filter, from, Math.min(pageSize, PAGE_SIZE), read);
    answer.catch(() => {});
    return { from, answer };
  };
  let [received, length] = [0, 0];
  let asked = [ask(1)];
  for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
    let answer = await next.answer;
    // Pages that were asked for together may be answered in any order: this one may be older than the one before it.
    if (complete.isOlder(answer.total)) answer = await ask(next.from).answer;
    const { total, found } = answer;
    const ordered = complete.take(total, found);
    const isFirst = received === 0;
    received += found.length;
    if (isFirst) length = found.length;
    // Requests in advance assumed pages of equal length. If one was shorter, they began at the wrong place.
    if (asked[0]?.from !== received + 1) asked = [];
    const askAhead = () => {
      for (let from = received + 1 + asked.length * length; asked.length < AHEAD && from <= total; from += length) {
        asked.push(ask(from));
      }
    };
    if (whole || !isFirst) askAhead();
    if (found.length > 0) yield { found, ordered };
    askAhead();
  }
  if (received === 0 || received >= Math.min(pageSize, PAGE_SIZE) || remote.countsAll) return;
  // Some servers give a short page, and its length as the number of all devices: so it is asked what comes next.
  for (;;) {
    const found = await readBeyond(remote, filter, received + 1, read);
    if (found.length === 0 || complete.isRepeated(found)) return;
    received += found.length;
    yield { found, ordered: complete.takeMore(found) };
  }
}

/** How many devices a filter finds, by the server's word, unless that may be the length of a page. */
export async function readTotal(remote: ScimRemote, filter: string | undefined): Promise<number> {
  const { total, found } = await readPage(remote, filter, 1, 1);
  if (total !== 1 || found.length !== 1 || remote.countsAll) return total;
  const more = await readBeyond(remote, filter, 2, readDeviceLeniently, 1);
  if (more.length === 0 || more[0]?.device.id === found[0]?.device.id) return total;
  let count = 0;
  for await (const page of readPages(remote, filter, { read: readDeviceLeniently })) count += page.found.length;
  return count;
}

/** Errors of servers that refuse to begin a page behind the last device. */
const NOTHING_THERE: readonly string[] = ['protocol', 'invalid-value', 'device-not-found', 'not-supported-here'];

/** The page behind the one that is the last by the server's word; empty if there is none. */
async function readBeyond(
  remote: ScimRemote,
  filter: string | undefined,
  from: number,
  read: typeof readDevice,
  count = PAGE_SIZE,
): Promise<readonly RemoteDevice[]> {
  try {
    return (await readPage(remote, filter, from, count, read)).found;
  } catch (error) {
    if (error instanceof OtpctlError && NOTHING_THERE.includes(error.code)) return [];
    throw error;
  }
}

async function readPage(
  { transport, readTime }: ScimRemote,
  filter: string | undefined,
  startIndex: number,
  count: number,
  read = readDevice,
): Promise<ListAnswer> {
  const { json } = await transport.send({
    method: 'GET',
    path: '/OtpDevice',
    query: { ...(filter !== undefined && { filter }), sortBy: 'id', startIndex, count },
    repeat: 'read',
    accept: [200],
  });
  if (typeof json !== 'object' || json === null) throw broken('a list that cannot be read, or is cut off');
  const { totalResults, Resources } = json as { readonly totalResults?: unknown; readonly Resources?: unknown };
  // RFC 7643 section 2.5: null says what an absent attribute says, and an empty list.
  const found = Resources ?? [];
  if (typeof totalResults !== 'number' || !Array.isArray(found)) throw broken('something that is no list');
  return { total: totalResults, found: found.map((resource) => read(resource, readTime)) };
}

/** Checks that the pages of a list fit together. */
function createCompleteness() {
  let received = 0;
  let first: number | undefined;
  let before = 0;
  let last: string | undefined;
  /** All ids so far; only for a server that does not sort by id as it was asked to. */
  let seen: Set<string> | undefined;

  const note = (id: string) => {
    const repeated = seen === undefined ? last !== undefined && compareIds(last, id) >= 0 : seen.has(id);
    if (repeated) throw broken(`device ${printable(id)} twice, or out of order`);
    seen?.add(id);
    last = id;
  };

  return {
    /** Whether a page says that there are fewer devices than an earlier one said. */
    isOlder: (total: number) => total < before,
    /** Checks the next page; returns whether all devices so far came in the order of their ids. */
    take(total: number, found: readonly RemoteDevice[]): boolean {
      if (first === undefined && !isAscending(found)) seen = new Set();
      first ??= total;
      if (total < before) throw deletedMeanwhile();
      if (total > 2 * first + PAGE_SIZE) throw broken('a list without an end');
      before = total;
      for (const { device } of found) note(device.id);
      received += found.length;
      if (received > total) throw broken(`more devices than the ${total} that it counts`);
      if (found.length === 0 && received < total) throw broken(`${received} of ${total} devices, and no more`);
      return seen === undefined;
    },
    /** Whether all devices of a page came before: some servers answer the first page again. */
    isRepeated: (found: readonly RemoteDevice[]) =>
      found.every(({ device: { id } }) => seen?.has(id) ?? (last !== undefined && compareIds(last, id) >= 0)),
    /** Checks a page that the server's own count leaves out; returns the same. */
    takeMore(found: readonly RemoteDevice[]): boolean {
      for (const { device } of found) note(device.id);
      return seen === undefined;
    },
  };
}

function isAscending(found: readonly RemoteDevice[]): boolean {
  return found.every(
    ({ device }, at) => at === 0 || compareIds((found[at - 1] as RemoteDevice).device.id, device.id) <= 0,
  );
}

function broken(what: string): OtpctlError {
  return new OtpctlError('protocol', `the server answered with ${what}`, SEE_VERBOSE);
}

function deletedMeanwhile(): OtpctlError {
  return new OtpctlError('protocol', 'devices were deleted while their list was read', 'run it again');
}
