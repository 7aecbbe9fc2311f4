import { compareIds, type Device } from '../../../domain/device/device.ts';
import type { Page, Selection } from '../../../domain/device/selection.ts';
import { DEVICE_SCHEMA, deviceResource, type FilterableDevice } from '../../../domain/query/device-schema.ts';
import { fulfils } from '../../../domain/query/evaluate.ts';
import { fold, foldText } from '../../../domain/user.ts';
import { judgedResource, type RemoteDevice, readDevice, readDeviceLeniently } from '../devices/device-resource.ts';
import type { ReadMoment } from '../devices/zone-time.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { readPages, readTotal } from './read-pages.ts';

/**
 * The devices of a selection: those that the server finds, judged, sorted and cut here. In the order of ids they are
 * passed on as they come, where the server gives them in it; else all of them are needed first.
 */
export async function* listDevices(
  remote: ScimRemote,
  selection: Selection,
  page: Page,
): AsyncIterable<readonly Device[]> {
  if (page.limit === 0) return;
  const matches = createMatcher(selection, remote.readMoment);
  const byId = (page.sortBy ?? 'id') === 'id' && !page.descending;
  const cut = createCut(page);
  const gathered: Device[] = [];
  const { offset = 0, limit = Number.POSITIVE_INFINITY } = page;
  const pageSize = byId && isEverything(selection) ? offset + limit : undefined;
  const read = page.unreadable === undefined ? readDevice : readDeviceLeniently;
  const whole = page.limit === undefined;
  for await (const { found, ordered } of readPages(remote, remote.filter(selection), { pageSize, whole, read })) {
    tellOfUnreadable(remote, found, selection, page);
    const devices = found.flatMap((each) => (each.unreadable === undefined && matches(each) ? each.device : []));
    if (!byId || !ordered) {
      for (const device of devices) gathered.push(device);
      continue;
    }
    yield* inPages(cut.take(devices));
    if (cut.done()) return;
  }
  yield* inPages(cut.take(sortDevices(gathered, page)));
}

/** However many a server gives at once, and however many were sorted here. */
function* inPages(devices: readonly Device[]): Iterable<readonly Device[]> {
  for (let at = 0; at < devices.length; at += PAGE_SIZE) yield devices.slice(at, at + PAGE_SIZE);
}

const PAGE_SIZE = 1000;

/** Of one that the server found, as far as the rest of it is selected: its times cannot be asked. */
function tellOfUnreadable(
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

/** Passes over as many as the page says, and then lets as many through. */
function createCut({ offset = 0, limit = Number.POSITIVE_INFINITY }: Page) {
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

/** How many devices a selection has; the server's own word is taken only where it is asked for everything. */
export async function countDevices(
  remote: ScimRemote,
  selection: Selection,
  { unreadable }: Pick<Page, 'unreadable'> = {},
): Promise<number> {
  if (isEverything(selection)) return readTotal(remote, undefined);
  const matches = createMatcher(selection, remote.readMoment);
  // Only a filter may ask for times.
  const timeless = selection.filter === undefined;
  const read = timeless || unreadable !== undefined ? readDeviceLeniently : readDevice;
  let count = 0;
  for await (const { found } of readPages(remote, remote.filter(selection), { read })) {
    if (!timeless) tellOfUnreadable(remote, found, selection, { ...(unreadable && { unreadable }) });
    for (const each of found) if ((timeless || each.unreadable === undefined) && matches(each)) count += 1;
  }
  return count;
}

function isEverything(selection: Selection): boolean {
  return Object.values(selection).every((condition) => condition === undefined);
}

/** Whether a device is one of a selection: what the local store would say of it, with all that the server said. */
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
    return filter === undefined || fulfils(filter, judgedResource(found, readMoment));
  };
}

/** Sorts as the local store does: missing values last when ascending, ties by id. */
function sortDevices(devices: Device[], { sortBy = 'id', descending = false }: Page): Device[] {
  const direction = descending ? -1 : 1;
  if (sortBy === 'id') return devices.sort((a, b) => direction * compareIds(a.id, b.id));
  const keyed = devices.map((device) => ({ device, key: keyOf(device, sortBy) }));
  keyed.sort((a, b) => direction * compareKeys(a.key, b.key) || compareIds(a.device.id, b.device.id));
  return keyed.map(({ device }) => device);
}

type Key = number | Buffer | undefined;

/** The value of an attribute, also of one in `meta`; of texts that are compared without case, the fold. */
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
