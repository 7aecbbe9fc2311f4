import { describe, expect, it } from 'vitest';
import { createRowCollector, plannedRows } from '../../src/bulk/planned-rows.ts';
import type { DeviceChange } from '../../src/domain/run/run-row.ts';
import type { PlannedRows } from '../../src/ports/bulk/bulk.ts';

function row(id: number, more: Partial<DeviceChange> = {}): DeviceChange & { outcome: 'planned' } {
  const device = { id: String(id), name: `TOTP${id}`, user: 'Zoë Ødegård' };
  return { kind: 'change', outcome: 'planned', ...device, from: 'V', to: 'D', rule: 'selected', ...more };
}

const rowsOf = (rows: PlannedRows) => [...rows.pages()].flat();

/** More than are kept as they are. */
const MANY = Array.from({ length: 12_345 }, (_, at) => row(at + 1));

describe('rows that are kept', () => {
  it.each([0, 1, 999, 1000, 1001, 10_000, 10_001, MANY.length])('come out as they went in, twice: %i', (count) => {
    const wanted = MANY.slice(0, count);
    const rows = plannedRows(wanted);
    expect([rows.size, rows.changes]).toEqual([count, count]);
    for (let reading = 0; reading < 2; reading++) expect(rowsOf(rows)).toEqual(wanted);
  });

  it.each([20, MANY.length])('are put in the order of their ids, each once: %i', (count) => {
    const wanted = MANY.slice(0, count);
    const rows = plannedRows([...wanted].reverse().flatMap((each) => [each, each]));
    expect([rows.size, rows.changes]).toEqual([count, count]);
    expect(rowsOf(rows)).toEqual(wanted);
  });

  it('count as changes but for those that stay', () => {
    const collector = createRowCollector();
    const skipped = { outcome: 'skipped', reason: 'the last enabled device of its user' } as const;
    for (const each of MANY) collector.add(Number(each.id) % 5 === 0 ? { ...each, ...skipped } : each);
    const rows = collector.rows();
    expect([rows.size, rows.changes]).toEqual([12_345, 9876]);
    expect(rowsOf(rows).filter((each) => each.outcome === 'skipped')).toHaveLength(2469);
  });
});
