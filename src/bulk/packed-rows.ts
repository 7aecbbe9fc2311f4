import type { DeviceStatus } from '../domain/device/device.ts';
import type { Instant } from '../domain/instant.ts';
import type { PlannedRow, Target } from '../domain/run/run.ts';
import type { PlannedRows } from '../ports/bulk/bulk.ts';

const PAGE_ROWS = 1000;
/** Of so few pages each is kept as it is: to pack and unpack them would take longer than all else. */
const LOOSE_PAGES = 10;

/** Takes rows in, and gives them out as often as they are asked for, in the order of their ids, each once. */
export interface RowPacker {
  add(row: PlannedRow): void;
  rows(): PlannedRows;
}

/** Keeps rows packed: hundreds of thousands of them must not be hundreds of megabytes. */
export function createRowPacker(): RowPacker {
  let pages: (readonly PlannedRow[] | Uint8Array)[] = [];
  let page: PlannedRow[] = [];
  let last: PlannedRow | undefined;
  let ordered = true;
  let [size, changes] = [0, 0];

  const flush = () => {
    if (pages.length === LOOSE_PAGES) pages = pages.map(pack);
    if (page.length > 0) pages.push(pages.length < LOOSE_PAGES ? page : pack(page));
    page = [];
  };
  const put = (row: PlannedRow) => {
    if (last !== undefined && byId(last, row) >= 0) ordered = false;
    last = row;
    size += 1;
    if (row.kept === undefined) changes += 1;
    page.push(row);
    if (page.length >= PAGE_ROWS) flush();
  };
  const unpacked = function* () {
    for (const packed of pages) yield unpack(packed);
  };
  /** A server may answer in any order, and send twice what moved from one page to the next. */
  const putInOrder = () => {
    const all = [...unpacked()].flat().sort(byId);
    pages = [];
    [size, changes, last] = [0, 0, undefined];
    for (const row of all) {
      if (row.id !== (last as PlannedRow | undefined)?.id) put(row);
    }
    flush();
    ordered = true;
  };

  return {
    add: put,
    rows() {
      flush();
      if (!ordered) putInOrder();
      return { size, changes, pages: unpacked };
    },
  };
}

/** As text without the names of members. */
function pack(page: readonly PlannedRow[] | Uint8Array): Uint8Array {
  if (page instanceof Uint8Array) return page;
  const rows = page.map(({ id, name, user, from, to, rule, lastUsed, kept, restore }) => {
    const plain = [id, name, user, from, to, rule, lastUsed];
    return kept === undefined && restore === undefined ? plain : [...plain, kept, restore];
  });
  return Buffer.from(JSON.stringify(rows));
}

type PackedRow = readonly [
  id: string,
  name: string,
  user: string,
  from: DeviceStatus,
  to: Target,
  rule: string,
  lastUsed: Instant | null,
  kept?: PlannedRow['kept'] | null,
  restore?: PlannedRow['restore'] | null,
];

function unpack(page: readonly PlannedRow[] | Uint8Array): readonly PlannedRow[] {
  if (!(page instanceof Uint8Array)) return page;
  const rows = JSON.parse(page.toString()) as readonly PackedRow[];
  return rows.map(([id, name, user, from, to, rule, lastUsed, kept, restore]) => {
    const bare = { id, name, user, from, to, rule };
    const row = lastUsed === null ? bare : { ...bare, lastUsed };
    return kept || restore ? { ...row, ...(kept && { kept }), ...(restore && { restore }) } : row;
  });
}

export function packed(rows: Iterable<PlannedRow>): PlannedRows {
  const packer = createRowPacker();
  for (const row of rows) packer.add(row);
  return packer.rows();
}

function byId({ id: a }: PlannedRow, { id: b }: PlannedRow): number {
  if (NUMBER.test(a) && NUMBER.test(b) && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

const NUMBER = /^[1-9][0-9]*$/;
