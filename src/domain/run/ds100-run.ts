import type { DeviceStatus } from '../device/device.ts';
import { type Ds100Record, type Ds100Status, hasStatus } from '../ds100.ts';
import type { BeforeState, DeviceChange, Target } from './run-row.ts';

const PREFIX = 'ds100-';

/** The id of a run over DS100 devices, by its number in the journal: `ds100-3`. */
export function ds100RunId(number: string): string {
  return `${PREFIX}${number}`;
}

/** The number of such a run; undefined for the id of any other. */
export function ds100RunNumber(id: string): string | undefined {
  return id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined;
}

/** Stands for a status that could not be looked up. */
export const STATUS_UNKNOWN = 'unknown' as DeviceStatus;

/** A status in the letters of devices. One that RSA has and nobody here knows stays as it came. */
export function deviceStatusOf(record: Ds100Record): DeviceStatus {
  if (hasStatus(record, 'Enabled')) return 'V';
  return hasStatus(record, 'Disabled') ? 'D' : (record.tokenStatus as DeviceStatus);
}

/** What a DS100 can be set to; undefined for anything else. */
export function ds100StatusOf(target: Target): Ds100Status | undefined {
  if (target === 'V') return 'Enabled';
  return target === 'D' ? 'Disabled' : undefined;
}

/** What a change of a DS100 takes away besides its status: nothing. */
export const STATUS_ALONE: BeforeState = { fails: 0 };

/** Why a row must be left alone now that its device is looked up again; undefined when nothing has changed. */
export function ds100ChangedMeanwhile(row: DeviceChange, record: Ds100Record | undefined): string | undefined {
  if (record === undefined) return 'deleted meanwhile';
  if (record.userId !== row.user) return `held by ${record.userId} now`;
  if (row.from === STATUS_UNKNOWN) return undefined;
  if (record.tokenSerialNumber !== row.name) return 'registered anew meanwhile';
  const status = deviceStatusOf(record);
  return status === row.from ? undefined : `its status changed meanwhile to ${record.tokenStatus.toLowerCase()}`;
}
