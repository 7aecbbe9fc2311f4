import { compareIds } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { FoundNow } from '../../../ports/bulk/batches.ts';
import { findDevice } from '../devices/find-device.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { readPages } from './read-pages.ts';

/** Characters of a filter, percent-encoded: no server has trouble with a URL of that length. */
const MAX_FILTER = 3000;
/** A range of ids is asked for where at most so many times as many devices can be in it. */
const DENSE = 4;
/** What says that the devices must be asked for one by one: one of them cannot be read, or not in this way. */
const SINGLY = ['protocol', 'invalid-value', 'not-supported-here'];

/**
 * Devices by their ids, with few lists in the place of a request for each. What a list lacks is asked for by itself,
 * unless it is expected to be gone: a list is no proof that a device is not there.
 */
export async function readByIds(
  remote: ScimRemote,
  ids: readonly string[],
  gone: boolean,
): Promise<ReadonlyMap<string, FoundNow | OtpctlError>> {
  const found = new Map<string, FoundNow | OtpctlError>();
  const wanted = new Set(ids.filter((id) => remote.isId(id)));
  try {
    for (const filter of idFilters(remote, [...wanted].sort(compareIds))) {
      for await (const { found: page } of readPages(remote, filter)) {
        for (const each of page) if (wanted.has(each.device.id)) found.set(each.device.id, each);
      }
    }
  } catch (error) {
    if (!(error instanceof OtpctlError) || !SINGLY.includes(error.code)) throw error;
    return readSingly(remote, [...wanted]);
  }
  const missing = gone ? [] : [...wanted].filter((id) => !found.has(id));
  for (const [id, each] of await readSingly(remote, missing)) found.set(id, each);
  return found;
}

async function readSingly(remote: ScimRemote, ids: readonly string[]): Promise<Map<string, FoundNow | OtpctlError>> {
  const found = new Map<string, FoundNow | OtpctlError>();
  for (const id of ids) {
    try {
      const device = await findDevice(remote, id);
      if (device !== undefined) found.set(id, device);
    } catch (error) {
      if (!(error instanceof OtpctlError) || !SINGLY.includes(error.code)) throw error;
      found.set(id, error);
    }
  }
  return found;
}

/** Filters that find all of these ids, which are in order; a few other devices too, where that is a shorter question. */
function idFilters({ numericIds }: ScimRemote, ids: readonly string[]): readonly string[] {
  const [first, last] = [ids[0], ids.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (numericIds && BigInt(last) - BigInt(first) < BigInt(DENSE * ids.length)) {
    return [`(id ge ${first} and id le ${last})`];
  }
  const filters: string[] = [];
  let terms: string[] = [];
  let length = 0;
  for (const id of ids) {
    const term = `id eq ${numericIds ? id : JSON.stringify(id)}`;
    const size = encodeURIComponent(` or ${term}`).length;
    if (length + size > MAX_FILTER && terms.length > 0) {
      filters.push(terms.join(' or '));
      [terms, length] = [[], 0];
    }
    terms.push(term);
    length += size;
  }
  return [...filters, terms.join(' or ')];
}
