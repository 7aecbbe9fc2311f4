import type { DeviceStatus } from '../domain/device/device.ts';
import type { Instant } from '../domain/instant.ts';
import type { DeviceChange, PlannedChange, Target } from '../domain/run/run-row.ts';
import type { PlannedRows } from '../ports/bulk/bulk.ts';

const PAGE_ROWS = 1000;
/** Of so few pages each is kept as it is: to pack and unpack them would take longer than all else. */
const LOOSE_PAGES = 10;

/** Takes rows in, and gives them out as often as they are asked for, in the order of their ids, each once. */
export interface RowPacker {
  add(row: PlannedChange): void;
  rows(): PlannedRows;
}

/** Keeps rows packed: hundreds of thousands of them must not be hundreds of megabytes. */
export function createRowPacker(): RowPacker {
  let pages: (readonly PlannedChange[] | Uint8Array)[] = [];
  let page: PlannedChange[] = [];
  let last: PlannedChange | undefined;
  let ordered = true;
  let [size, changes] = [0, 0];

  const flush = () => {
    if (pages.length === LOOSE_PAGES) pages = pages.map(pack);
    if (page.length > 0) pages.push(pages.length < LOOSE_PAGES ? page : pack(page));
    page = [];
  };
  const put = (row: PlannedChange) => {
    if (last !== undefined && byId(last, row) >= 0) ordered = false;
    last = row;
    size += 1;
    if (row.outcome === 'planned') changes += 1;
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
      if (row.id !== (last as PlannedChange | undefined)?.id) put(row);
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

/** As text, without the names of the members of those rows that are like most. */
function pack(page: readonly PlannedChange[] | Uint8Array): Uint8Array {
  if (page instanceof Uint8Array) return page;
  return Buffer.from(JSON.stringify(page.map((row) => (isPlain(row) ? cellsOf(row) : row))));
}

/** A change that only says what all of them do. */
type PlainChange = Omit<DeviceChange, 'restore'> & { readonly outcome: 'planned' };

function isPlain(row: PlannedChange): row is PlainChange {
  return row.kind === 'change' && row.outcome === 'planned' && row.restore === undefined;
}

type Cells = readonly [
  id: string,
  name: string,
  user: string,
  from: DeviceStatus,
  to: Target,
  rule: string,
  lastUsed?: Instant,
];

function cellsOf({ id, name, user, from, to, rule, lastUsed }: PlainChange): Cells {
  return lastUsed === undefined ? [id, name, user, from, to, rule] : [id, name, user, from, to, rule, lastUsed];
}

function unpack(page: readonly PlannedChange[] | Uint8Array): readonly PlannedChange[] {
  if (!(page instanceof Uint8Array)) return page;
  const rows = JSON.parse(page.toString()) as readonly (Cells | PlannedChange)[];
  return rows.map((row) => (isCells(row) ? changeOf(row) : row));
}

function isCells(row: Cells | PlannedChange): row is Cells {
  return Array.isArray(row);
}

function changeOf([id, name, user, from, to, rule, lastUsed]: Cells): PlannedChange {
  const change = { kind: 'change', outcome: 'planned', id, name, user, from, to, rule } as const;
  return lastUsed === undefined ? change : { ...change, lastUsed };
}

export function packed(rows: Iterable<PlannedChange>): PlannedRows {
  const packer = createRowPacker();
  for (const row of rows) packer.add(row);
  return packer.rows();
}

function byId({ id: a }: PlannedChange, { id: b }: PlannedChange): number {
  if (NUMBER.test(a) && NUMBER.test(b) && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

const NUMBER = /^[1-9][0-9]*$/;
