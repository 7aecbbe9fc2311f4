import { deviceJson, type SoffidDevice } from './soffid-device.ts';
import { columnOf, parseSoffidFilter, SoffidRefusal } from './soffid-filter.ts';
import { zoneOffset } from './soffid-zone.ts';

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const DEFAULT_COUNT = 100;
const MAX_COUNT = 1000;

/** A list as the service gives it: `itemsPerPage` is what was asked for, and only there if there is more. */
export function listBody(all: readonly SoffidDevice[], query: URLSearchParams, address: string, zone: string): string {
  const startIndex = Math.max(1, integer(query.get('startIndex') ?? '1'));
  const asked = integer(query.get('count') ?? String(DEFAULT_COUNT));
  const count = Math.min(Math.max(asked, 0), MAX_COUNT);
  const found = matching(all, query, startIndex, zone);
  const some = found.slice(startIndex - 1, startIndex - 1 + count);
  const names = (key: string) => query.get(key)?.split(',');
  const [only, but] = [names('attributes'), names('excludedAttributes')];
  const resources = some.map((device) =>
    deviceJson(device, zone, address, { ...(only && { only }), ...(but && { but }) }),
  );
  const perPage = asked < found.length ? `"itemsPerPage":${count},` : '';
  return `{"schemas":["${LIST}"],"totalResults":${found.length},"startIndex":${startIndex},${perPage}"Resources":[${resources.join(',')}]}`;
}

function matching(
  all: readonly SoffidDevice[],
  query: URLSearchParams,
  startIndex: number,
  zone: string,
): SoffidDevice[] {
  const order = query.get('sortOrder');
  if (order !== null && order !== 'ascending' && order !== 'descending')
    throw new SoffidRefusal(`bad sortOrder ${order}`);
  const text = query.get('textFilter');
  const sortBy = query.get('sortBy');
  if (text && sortBy) throw new SoffidRefusal('com.soffid.scimquery.parser.ParseException: Encountered "$orderby"');
  const { test, orderBy } = parseSoffidFilter(query.get('filter') ?? '', (wall) => zoneOffset(wall, zone));
  const words = (text ?? '')
    .toLowerCase()
    .split(/[ ,/-]+/)
    .filter((word) => word !== '');
  const found = all.filter(
    (device) =>
      test(device) === true && words.every((word) => `${device.user}\n${device.name}`.toLowerCase().includes(word)),
  );
  const sorting = [
    ...orderBy,
    ...(sortBy ?? '')
      .split(/[ ,]+/)
      .filter(Boolean)
      .map((attribute) => ({ attribute, descending: order === 'descending' })),
  ];
  // No order was asked for, so there is none: every page has another.
  if (sorting.length === 0) return startIndex % 2 === 0 ? found : found.reverse();
  return found.sort((a, b) => {
    for (const { attribute, descending } of sorting) {
      const read = columnOf(attribute);
      const [left = '', right = ''] = [read(a), read(b)];
      if (left !== right) return (left < right ? -1 : 1) * (descending ? -1 : 1);
    }
    return 0;
  });
}

function integer(text: string): number {
  if (!/^-?[0-9]+$/.test(text)) throw new SoffidRefusal(`java.lang.NumberFormatException: For input string: "${text}"`);
  return Number(text);
}
