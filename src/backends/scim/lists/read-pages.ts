import { compareIds } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { printable } from '../../../domain/text/printable.ts';
import { type RemoteDevice, readDevice, readDeviceLeniently } from '../devices/device-resource.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { SEE_VERBOSE } from '../transport/failures.ts';

/** The most that Soffid gives at once, and what most servers do. */
const PAGE_SIZE = 1000;
/** Pages that are asked for while another is worked on, so that neither side waits for the other. */
const AHEAD = 2;

interface ListAnswer {
  readonly total: number;
  readonly found: readonly RemoteDevice[];
}

interface Reading {
  readonly pageSize?: number | undefined;
  /** Whether all pages are wanted for sure; else no more than the first is asked for until a second one is wanted. */
  readonly whole?: boolean;
  readonly read?: typeof readDevice;
}

export interface RemotePage {
  readonly found: readonly RemoteDevice[];
  /** Whether they come in the order of their ids, from the first page to the last. */
  readonly ordered: boolean;
}

/**
 * Every device that a filter of the server's finds, in its pages, asked for in the order of ids. The next place is
 * counted from what came, whatever the server says of its pages. Errors: `protocol` when devices are repeated or left
 * out, when their number changes so that some may have been, and when there is no end to them.
 */
export async function* readPages(
  remote: ScimRemote,
  filter: string | undefined,
  { pageSize = PAGE_SIZE, whole = true, read = readDevice }: Reading = {},
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
    // What was asked for at once need not be answered in turn: such a page may be older than the one before it.
    if (complete.isOlder(answer.total)) answer = await ask(next.from).answer;
    const { total, found } = answer;
    const ordered = complete.take(total, found);
    const isFirst = received === 0;
    received += found.length;
    if (isFirst) length = found.length;
    // What was asked for beyond a page of another length begins at the wrong place.
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
  // Some servers give fewer than were asked for, and their number as that of all: what comes next says it.
  for (;;) {
    const found = await readBeyond(remote, filter, received + 1, read);
    if (found.length === 0 || complete.isRepeated(found)) return;
    received += found.length;
    yield { found, ordered: complete.takeMore(found) };
  }
}

/** How many devices a filter of the server's finds, by the server's word where that can be more than a page has. */
export async function readTotal(remote: ScimRemote, filter: string | undefined): Promise<number> {
  const { total, found } = await readPage(remote, filter, 1, 1);
  if (total !== 1 || found.length !== 1 || remote.countsAll) return total;
  const more = await readBeyond(remote, filter, 2, readDeviceLeniently, 1);
  if (more.length === 0 || more[0]?.device.id === found[0]?.device.id) return total;
  let count = 0;
  for await (const page of readPages(remote, filter, { read: readDeviceLeniently })) count += page.found.length;
  return count;
}

/** What refuses to begin where nothing is. */
const NOTHING_THERE: readonly string[] = ['protocol', 'invalid-value', 'device-not-found', 'not-supported-here'];

/** The page behind what a server says is the last one. */
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

/** Holds the pages of one list against each other. */
function createCompleteness() {
  let received = 0;
  let first: number | undefined;
  let before = 0;
  let last: string | undefined;
  /** Where a server does not keep to the order that was asked for, every id has to be remembered. */
  let seen: Set<string> | undefined;

  const look = (id: string) => {
    const repeated = seen === undefined ? last !== undefined && compareIds(last, id) >= 0 : seen.has(id);
    if (repeated) throw broken(`device ${printable(id)} twice, or out of order`);
    seen?.add(id);
    last = id;
  };

  return {
    /** Whether a page is of a time when there were fewer devices. */
    isOlder: (total: number) => total < before,
    /** Takes the next page; whether devices come in the order of their ids. */
    take(total: number, found: readonly RemoteDevice[]): boolean {
      if (first === undefined && !isAscending(found)) seen = new Set();
      first ??= total;
      if (total < before) throw unsteady();
      if (total > 2 * first + PAGE_SIZE) throw broken('a list without an end');
      before = total;
      for (const { device } of found) look(device.id);
      received += found.length;
      if (received > total) throw broken(`more devices than the ${total} that it counts`);
      if (found.length === 0 && received < total) throw broken(`${received} of ${total} devices, and no more`);
      return seen === undefined;
    },
    /** Whether all of a page came before, from a server that knows no second one. */
    isRepeated: (found: readonly RemoteDevice[]) =>
      found.every(({ device: { id } }) => seen?.has(id) ?? (last !== undefined && compareIds(last, id) >= 0)),
    /** Takes a page that the server's number of all does not count; whether devices still come in the order of ids. */
    takeMore(found: readonly RemoteDevice[]): boolean {
      for (const { device } of found) look(device.id);
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

function unsteady(): OtpctlError {
  return new OtpctlError('protocol', 'devices were deleted while their list was read', 'run it again');
}
