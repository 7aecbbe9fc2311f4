import type { DeviceStatus } from '../device/device.ts';
import type { ErrorCode } from '../errors.ts';
import type { Instant } from '../instant.ts';

/** What becomes of a device: another status, or nothing at all. */
export type Target = DeviceStatus | 'deleted';

/** What a change of status takes away besides the status, so that an undo can bring it back. */
export interface BeforeState {
  readonly fails: number;
  readonly statusBeforeLock?: 'C' | 'V';
}

/** A device, as it was when it was selected, and what is to become of it. */
export interface DeviceChange {
  readonly kind: 'change';
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly from: DeviceStatus;
  readonly to: Target;
  readonly lastUsed?: Instant;
  /** Why it was chosen: `last used 212 d ago > 180 d`. */
  readonly rule: string;
  /** Of an undo, what it brings back with the status; without it that is the status alone. */
  readonly restore?: BeforeState;
}

/** A device that is to be made. */
export interface Enrolment {
  readonly kind: 'enrolment';
  /** The device, as soon as there is one. */
  readonly id?: string;
  readonly name?: string;
  readonly user: string;
  /** What tells the row of the file from all others. */
  readonly rule: string;
}

/** A device that was chosen and that nothing can be done to: it is not there, cannot be read, or is refused. */
export interface Unchangeable {
  readonly kind: 'unchangeable';
  readonly id: string;
  /** What is known of it. */
  readonly device?: { readonly name: string; readonly user: string; readonly status: DeviceStatus };
  readonly rule: string;
}

/** `planned` is what a run would change, `waiting` what it has not come to, `sent` what it does not know the end of. */
export const OUTCOMES = ['planned', 'waiting', 'sent', 'changed', 'skipped', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a row is about. */
export type RowSubject = DeviceChange | Enrolment | Unchangeable;

/** A row about a device, before its run: what it would change, or why it changes nothing after all. */
export type PlannedChange = (DeviceChange & (Planned | Kept<'skipped' | 'failed'>)) | (Unchangeable & Kept<'failed'>);

/** The same of a row of any run. */
export type PlannedRow = PlannedChange | (Enrolment & (Planned | Kept<'skipped' | 'failed'>));

interface Planned {
  readonly outcome: 'planned';
  readonly reason?: undefined;
}

interface Kept<O extends Outcome> {
  readonly outcome: O;
  readonly reason: string;
}

/** A row of a run and what became of it. */
export type RunRow<S extends RowSubject = RowSubject> = S & RowState;

export interface RowState {
  readonly outcome: Outcome;
  /** Why it was skipped or failed. */
  readonly reason?: string | undefined;
  /** The code of the error that made it fail, in the process that saw it. */
  readonly error?: ErrorCode;
  /** What the device was before its change was sent. */
  readonly before?: BeforeState;
}

/** A row as journals and plan files keep it and tables show it. What is not there is empty, or stays what it is. */
export interface RowCells {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly from: DeviceStatus;
  readonly to: Target;
}

export function cellsOf(row: RowSubject): RowCells {
  if (row.kind === 'change') return row;
  if (row.kind === 'enrolment') {
    const { id = '', name = '', user } = row;
    return { id, name, user, from: 'C', to: 'C' };
  }
  const { name, user, status } = row.device ?? { name: '', user: '', status: 'C' };
  return { id: row.id, name, user, from: status, to: status };
}

/** What a row is about that failed, and whose cells say that it changes nothing. */
export function unchangeableOf({ id, name, user, from }: RowCells): Omit<Unchangeable, 'rule'> {
  const isKnown = name !== '' || user !== '' || from !== 'C';
  return { kind: 'unchangeable', id, ...(isKnown && { device: { name, user, status: from } }) };
}

/** A device as it is found just before its change. */
export interface FoundDevice {
  readonly name: string;
  readonly user: string;
  readonly status: DeviceStatus;
  readonly lastUsed?: Instant | undefined;
}

/** Why a row is left alone whose device has changed in some way. */
export const CHANGED = 'changed meanwhile';

/** Why a row must be left alone now that its device is read again; undefined when nothing has changed. */
export function changedMeanwhile(row: DeviceChange, found: FoundDevice | undefined): string | undefined {
  if (found === undefined) return 'deleted meanwhile';
  if (!isSame(found.name, row.name) || !isSame(found.user, row.user)) {
    return `it is another device than the row says: ${found.name} of ${found.user}`;
  }
  if (found.status !== row.from) return `its status changed meanwhile to ${found.status}`;
  if (found.lastUsed !== row.lastUsed) return 'used meanwhile';
  return undefined;
}

/** Names as they are kept: half of a pair of code units is none. */
function isSame(found: string, kept: string): boolean {
  return found.toWellFormed() === kept.toWellFormed();
}
