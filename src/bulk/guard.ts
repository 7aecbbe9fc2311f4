import {
  type Finding,
  guardLastDevice,
  guardMax,
  guardPercent,
  guardSignal,
  type LastDevice,
} from '../domain/guards.ts';
import type { Instant } from '../domain/instant.ts';
import type { Limits } from '../domain/plan.ts';
import type { PlannedRow } from '../domain/run.ts';
import { usedAfter } from '../domain/staleness.ts';
import { fold } from '../domain/user.ts';
import type { Guarded, PlannedRows } from '../ports/bulk.ts';
import type { BulkPlace } from '../ports/bulk-place.ts';
import { createRowPacker } from './packed-rows.ts';

/** Holds a selection against all guards. What a guard keeps is still a row, with the reason. Changes nothing. */
export async function guardRows(place: BulkPlace, selected: PlannedRows, limits: Limits): Promise<Guarded> {
  const { rows, users } = await keepLastDevices(place, selected, limits.lastDevice);
  const { changes } = rows;
  if (changes === 0) return { rows, findings: present([guardLastDevice(users, limits.lastDevice)]) };
  const total = await place.backend.count({});
  const findings = present([
    guardMax(changes, limits.max),
    guardPercent(changes, total, limits.maxPercent),
    guardLastDevice(users, limits.lastDevice),
    limits.signalSince === undefined ? undefined : guardSignal(total, await anyUsedAfter(place, limits.signalSince)),
  ]);
  return { rows, findings };
}

async function anyUsedAfter({ backend }: BulkPlace, moment: Instant): Promise<boolean> {
  for await (const page of backend.list({ filter: usedAfter(moment) }, { limit: 1 })) {
    if (page.length > 0) return true;
  }
  return false;
}

/** Finds the users whose every enabled device would go, and under `skip` leaves each the one that was used last. */
async function keepLastDevices(
  place: BulkPlace,
  selected: PlannedRows,
  mode: LastDevice,
): Promise<{ readonly rows: PlannedRows; readonly users: number }> {
  const going = new Map<string, number>();
  for (const { user } of disabling(selected)) {
    const name = fold(user);
    going.set(name, (going.get(name) ?? 0) + 1);
  }
  if (going.size === 0) return { rows: selected, users: 0 };
  const enabled = await place.enabled(new Set(going.keys()));
  for (const [user, count] of going) {
    if (count < (enabled.get(user) ?? 0)) going.delete(user);
  }
  const users = going.size;
  if (mode !== 'skip' || users === 0) return { rows: selected, users };
  const last = new Map<string, PlannedRow>();
  for (const row of disabling(selected)) {
    const user = fold(row.user);
    const best = last.get(user);
    if (going.has(user) && (best === undefined || (row.lastUsed ?? 0) >= (best.lastUsed ?? 0))) last.set(user, row);
  }
  const spared = new Set(Array.from(last.values(), ({ id }) => id));
  const kept = { outcome: 'skipped', reason: 'the last enabled device of its user' } as const;
  const packer = createRowPacker();
  for (const page of selected.pages()) {
    for (const row of page) packer.add(spared.has(row.id) ? { ...row, kept } : row);
  }
  return { rows: packer.rows(), users };
}

/** The rows that take an enabled device away from its user. */
function* disabling(rows: PlannedRows): Generator<PlannedRow> {
  for (const page of rows.pages()) {
    for (const row of page) if (row.from === 'V' && row.to !== 'V' && row.kept === undefined) yield row;
  }
}

function present(findings: readonly (Finding | undefined)[]): readonly Finding[] {
  return findings.filter((finding) => finding !== undefined);
}
