import { compareIds, type DeviceStatus } from '../domain/device/device.ts';
import type { Instant } from '../domain/instant.ts';
import type { BeforeState, PlannedChange, Target } from '../domain/run/run-row.ts';
import type { PlannedRows } from '../ports/bulk/bulk.ts';
import { capYoungHeap } from './young-heap.ts';

const PAGE_ROWS = 1000;

/** Takes rows in, and gives them out as often as they are asked for, in the order of their ids, each once. */
export interface RowCollector {
  add(row: PlannedChange): void;
  rows(): PlannedRows;
}

/** Keeps rows as text: hundreds of thousands of objects would be hundreds of megabytes (decision 0018). */
export function createRowCollector(): RowCollector {
  let pages: Uint8Array[] = [];
  let page: PlannedChange[] = [];
  let last: PlannedChange | undefined;
  let isOrdered = true;
  let [size, changes] = [0, 0];

  const endPage = () => {
    if (page.length > 0) pages.push(pack(page));
    page = [];
    capYoungHeap();
  };
  const add = (row: PlannedChange) => {
    if (last !== undefined && compareIds(last.id, row.id) >= 0) isOrdered = false;
    last = row;
    size += 1;
    if (row.outcome === 'planned') changes += 1;
    page.push(row);
    if (page.length >= PAGE_ROWS) endPage();
  };
  const unpacked = function* () {
    for (const packed of pages) yield unpack(packed);
  };
  /** A server may answer in any order, and send twice what moved from one page to the next. */
  const putInOrder = () => {
    const all = [...unpacked()].flat().sort((a, b) => compareIds(a.id, b.id));
    pages = [];
    [size, changes, last] = [0, 0, undefined];
    for (const row of all) {
      if (row.id !== (last as PlannedChange | undefined)?.id) add(row);
    }
    endPage();
    isOrdered = true;
  };

  return {
    add,
    rows() {
      endPage();
      if (!isOrdered) putInOrder();
      return { size, changes, pages: unpacked };
    },
  };
}

export function plannedRows(rows: Iterable<PlannedChange>): PlannedRows {
  const collector = createRowCollector();
  for (const row of rows) collector.add(row);
  return collector.rows();
}

/** What most rows are, a change that is planned, without the names of its members. */
type Cells = readonly [
  id: string,
  name: string,
  user: string,
  from: DeviceStatus,
  to: Target,
  rule: string,
  lastUsed: Instant | null,
  restore?: BeforeState,
];

function pack(page: readonly PlannedChange[]): Uint8Array {
  const packed = page.map((row): Cells | PlannedChange => {
    if (row.kind !== 'change' || row.outcome !== 'planned') return row;
    const { id, name, user, from, to, rule, lastUsed = null, restore } = row;
    const cells = [id, name, user, from, to, rule, lastUsed] as const;
    return restore === undefined ? cells : [...cells, restore];
  });
  return Buffer.from(JSON.stringify(packed));
}

function unpack(page: Uint8Array): readonly PlannedChange[] {
  const packed = JSON.parse(page.toString()) as readonly (Cells | PlannedChange)[];
  return packed.map((row) => (isCells(row) ? changeOf(row) : row));
}

function isCells(row: Cells | PlannedChange): row is Cells {
  return Array.isArray(row);
}

function changeOf([id, name, user, from, to, rule, lastUsed, restore]: Cells): PlannedChange {
  const bare = { kind: 'change', outcome: 'planned', id, name, user, from, to, rule } as const;
  const change = lastUsed === null ? bare : { ...bare, lastUsed };
  return restore ? { ...change, restore } : change;
}
