import { usedAfter } from '../domain/device/staleness.ts';
import type { Instant } from '../domain/instant.ts';
import {
  type Finding,
  guardLastDevice,
  guardMax,
  guardPercent,
  guardSignal,
  type LastDevice,
} from '../domain/run/guards.ts';
import type { Limits } from '../domain/run/plan.ts';
import type { DeviceChange } from '../domain/run/run-row.ts';
import type { Guarded, PlannedRows } from '../ports/bulk/bulk.ts';
import type { BulkBackend } from '../ports/bulk/bulk-backend.ts';
import { createRowCollector } from './planned-rows.ts';

/** Holds a selection against all guards. What a guard keeps is still a row, with the reason. Changes nothing. */
export async function guardRows(bulkBackend: BulkBackend, selected: PlannedRows, limits: Limits): Promise<Guarded> {
  if (selected.changes === 0) return { rows: selected, findings: [] };
  const total = await bulkBackend.backend.count({});
  const { rows, users } = await keepLastDevices(bulkBackend, selected, total, limits.lastDevice);
  const { changes } = rows;
  if (changes === 0) return { rows, findings: present([guardLastDevice(users, limits.lastDevice)]) };
  const findings = present([
    guardMax(changes, limits.max),
    guardPercent(changes, total, limits.maxPercent),
    guardLastDevice(users, limits.lastDevice),
    limits.signalSince === undefined
      ? undefined
      : guardSignal(total, await anyUsedAfter(bulkBackend, limits.signalSince)),
  ]);
  return { rows, findings };
}

/** Takes a device that cannot be read, which says nothing about when it was used. */
const passOver = () => {};

async function anyUsedAfter({ backend }: BulkBackend, moment: Instant): Promise<boolean> {
  const some = { limit: 100, unreadable: passOver };
  for await (const page of backend.list({ filter: usedAfter(moment) }, some)) {
    if (page.length > 0) return true;
  }
  return false;
}

/** Finds the users whose every enabled device would go, and under `skip` leaves each the one that was used last. */
async function keepLastDevices(
  { usersLeftWithout }: BulkBackend,
  selected: PlannedRows,
  total: number,
  mode: LastDevice,
): Promise<{ readonly rows: PlannedRows; readonly users: number }> {
  const { users, lastUsed } = await usersLeftWithout({
    pages: () => disabling(selected),
    areAll: selected.changes === total,
  });
  if (mode !== 'skip' || users === 0) return { rows: selected, users };
  const spared = lastUsed();
  const skipped = { outcome: 'skipped', reason: 'the last enabled device of its user' } as const;
  const collector = createRowCollector();
  for (const page of selected.pages()) {
    for (const row of page) collector.add(row.kind === 'change' && spared.has(row.id) ? { ...row, ...skipped } : row);
  }
  return { rows: collector.rows(), users };
}

/** The rows that take an enabled device away from its user. */
function* disabling(rows: PlannedRows): Generator<readonly DeviceChange[]> {
  for (const page of rows.pages()) {
    yield page
      .filter((row) => row.kind === 'change')
      .filter(({ from, to, outcome }) => from === 'V' && to !== 'V' && outcome === 'planned');
  }
}

function present(findings: readonly (Finding | undefined)[]): readonly Finding[] {
  return findings.filter((finding) => finding !== undefined);
}
