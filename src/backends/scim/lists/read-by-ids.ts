import { compareIds } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { FoundNow } from '../../../ports/bulk/batches.ts';
import { findDevice } from '../devices/find-device.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { readPages } from './read-pages.ts';

/** The most characters of a filter, percent-encoded. Every server takes URLs of that length. */
const MAX_FILTER = 3000;
/** A range of ids is asked for if it can have at most so many times as many devices as are wanted. */
const DENSE = 4;
/** Errors of a list after which devices are read one by one: one of them is unreadable, or the server takes no such filter. */
const READ_SINGLY = ['protocol', 'invalid-value', 'not-supported-here'];

/**
 * Reads devices by their ids, with few lists instead of a request for each. A device that no list has is asked for by
 * itself, since a list does not prove that it is gone; with `gone`, it is expected to be, and is not asked for.
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
    if (!(error instanceof OtpctlError) || !READ_SINGLY.includes(error.code)) throw error;
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
      if (!(error instanceof OtpctlError) || !READ_SINGLY.includes(error.code)) throw error;
      found.set(id, error);
    }
  }
  return found;
}

/** Filters that find all of these ids, which are sorted. A range, which is shorter, may find a few other devices too. */
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
