import { compareIds, type Device } from '../../../domain/device/device.ts';
import type { Page, Selection } from '../../../domain/device/selection.ts';
import { DEVICE_SCHEMA, deviceResource, type FilterableDevice } from '../../../domain/query/device-schema.ts';
import { fulfils } from '../../../domain/query/evaluate.ts';
import { fold, foldText } from '../../../domain/user.ts';
import { filterableResource, type RemoteDevice, readDevice, readDeviceLeniently } from '../devices/device-resource.ts';
import type { ReadMoment } from '../devices/zone-time.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { readPages, readTotal } from './read-pages.ts';

/**
 * The devices of a selection. The server is asked for them by a filter that may find more, so each is checked here again;
 * sorting, offset and limit are done here too. In the order of ids, pages are passed on as they come if the server sends
 * them in that order; else all devices are read first.
 */
export async function* listDevices(
  remote: ScimRemote,
  selection: Selection,
  page: Page,
): AsyncIterable<readonly Device[]> {
  if (page.limit === 0) return;
  const matches = createMatcher(selection, remote.readMoment);
  const byId = (page.sortBy ?? 'id') === 'id' && !page.descending;
  const limiter = createLimiter(page);
  const gathered: Device[] = [];
  const { offset = 0, limit = Number.POSITIVE_INFINITY } = page;
  const pageSize = byId && isEverything(selection) ? offset + limit : undefined;
  const read = page.unreadable === undefined ? readDevice : readDeviceLeniently;
  const whole = page.limit === undefined;
  for await (const { found, ordered } of readPages(remote, remote.filter(selection), { pageSize, whole, read })) {
    reportUnreadable(remote, found, selection, page);
    const devices = found.flatMap((each) => (each.unreadable === undefined && matches(each) ? each.device : []));
    if (!byId || !ordered) {
      for (const device of devices) gathered.push(device);
      continue;
    }
    yield* inPages(limiter.take(devices));
    if (limiter.done()) return;
  }
  yield* inPages(limiter.take(sortDevices(gathered, page)));
}

/** Small pages, however many devices came or were sorted at once. */
function* inPages(devices: readonly Device[]): Iterable<readonly Device[]> {
  for (let at = 0; at < devices.length; at += PAGE_SIZE) yield devices.slice(at, at + PAGE_SIZE);
}

const PAGE_SIZE = 1000;

/** Reports unreadable devices that the selection finds without its filter, which may ask for the times. */
function reportUnreadable(
  { readMoment }: ScimRemote,
  found: readonly RemoteDevice[],
  selection: Selection,
  { unreadable: tell }: Page,
): void {
  const { filter: _, ...rest } = selection;
  const matches = createMatcher(rest, readMoment);
  for (const each of found) {
    if (each.unreadable !== undefined && matches(each)) tell?.({ ...each.device, reason: each.unreadable });
  }
}

/** Applies the offset and the limit of a list. */
function createLimiter({ offset = 0, limit = Number.POSITIVE_INFINITY }: Page) {
  let passed = 0;
  return {
    take(devices: readonly Device[]): readonly Device[] {
      const some = devices.slice(Math.max(0, offset - passed), Math.max(0, offset + limit - passed));
      passed += devices.length;
      return some;
    },
    done: () => passed >= offset + limit,
  };
}

/** How many devices a selection has. The server's own count is taken only for all devices. */
export async function countDevices(
  remote: ScimRemote,
  selection: Selection,
  { unreadable }: Pick<Page, 'unreadable'> = {},
): Promise<number> {
  if (isEverything(selection)) return readTotal(remote, undefined);
  const matches = createMatcher(selection, remote.readMoment);
  // Without a filter nobody asks for times, so devices with unreadable ones count too.
  const needsTimes = selection.filter !== undefined;
  const read = !needsTimes || unreadable !== undefined ? readDeviceLeniently : readDevice;
  let count = 0;
  for await (const { found } of readPages(remote, remote.filter(selection), { read })) {
    if (needsTimes) reportUnreadable(remote, found, selection, { ...(unreadable && { unreadable }) });
    for (const each of found) if ((!needsTimes || each.unreadable === undefined) && matches(each)) count += 1;
  }
  return count;
}

function isEverything(selection: Selection): boolean {
  return Object.values(selection).every((condition) => condition === undefined);
}

/** Checks whether a device belongs to a selection, by the rules of the local store. */
function createMatcher(
  { user, name, types, statuses, filter, words }: Selection,
  readMoment: ReadMoment,
): (found: RemoteDevice) => boolean {
  const wantedUser = user === undefined ? undefined : fold(user);
  const wantedWords = words?.map(foldText) ?? [];
  return (found) => {
    const { device } = found;
    if (wantedUser !== undefined && fold(device.user) !== wantedUser) return false;
    if (name !== undefined && device.name !== name) return false;
    if (types !== undefined && !types.includes(device.type)) return false;
    if (statuses !== undefined && !statuses.includes(device.status)) return false;
    if (wantedWords.length > 0) {
      const texts = [foldText(device.user), foldText(device.name)];
      if (!wantedWords.every((word) => texts.some((text) => text.includes(word)))) return false;
    }
    return filter === undefined || fulfils(filter, filterableResource(found, readMoment));
  };
}

/** Sorts as the local store does: ascending, missing values come last; ties are sorted by id. */
function sortDevices(devices: Device[], { sortBy = 'id', descending = false }: Page): Device[] {
  const direction = descending ? -1 : 1;
  if (sortBy === 'id') return devices.sort((a, b) => direction * compareIds(a.id, b.id));
  const keyed = devices.map((device) => ({ device, key: keyOf(device, sortBy) }));
  keyed.sort((a, b) => direction * compareKeys(a.key, b.key) || compareIds(a.device.id, b.device.id));
  return keyed.map(({ device }) => device);
}

type Key = number | Buffer | undefined;

/** What is compared of an attribute, such as `user` or `meta.created`; texts without case are folded. */
function keyOf(device: Device, attribute: string): Key {
  const resource: unknown = deviceResource(device as FilterableDevice);
  const value = attribute
    .split('.')
    .reduce((at, name) => (at as Readonly<Record<string, unknown>> | undefined)?.[name], resource);
  if (typeof value !== 'string') return typeof value === 'number' ? value : undefined;
  return Buffer.from(WITHOUT_CASE.has(attribute) ? foldText(value) : value);
}

const WITHOUT_CASE: ReadonlySet<string> = new Set(
  DEVICE_SCHEMA.attributes.filter(({ type, caseExact }) => type === 'string' && !caseExact).map(({ name }) => name),
);

function compareKeys(a: Key, b: Key): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return typeof a === 'number' ? a - Number(b) : Buffer.compare(a, b as Buffer);
}
