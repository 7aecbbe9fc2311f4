import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { PlannedRow } from '../domain/run.ts';
import type { PlannedRows } from '../ports/bulk.ts';

const PAGE_ROWS = 1000;
/** Pages that are kept as they are: to pack and unpack those of a small run would take longer than all else. */
const LOOSE_PAGES = 10;
/** Fast rather than small: rows of one run resemble one another. */
const LEVEL = { level: 1 };

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
    if (page.length > 0) pages.push(pages.length < LOOSE_PAGES ? page : deflateRawSync(JSON.stringify(page), LEVEL));
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
    for (const kept of pages) {
      yield kept instanceof Uint8Array ? (JSON.parse(inflateRawSync(kept).toString()) as PlannedRow[]) : kept;
    }
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
