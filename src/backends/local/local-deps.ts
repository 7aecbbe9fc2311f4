import type { DeviceRecord } from '../../domain/device/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { ApiKeyStore } from '../../ports/api-keys.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Messenger } from '../../ports/messenger.ts';
import type { Change, Decision, Seen } from '../../ports/store/decisions.ts';
import type { DeviceReader } from '../../ports/store/device-reader.ts';
import type { DeviceStore } from '../../ports/store/device-store.ts';
import type { Clock } from '../../ports/system/clock.ts';
import type { Random } from '../../ports/system/random.ts';

export interface LocalDeps {
  readonly store: DeviceStore;
  readonly audit: AuditLog;
  readonly apiKeys: ApiKeyStore;
  /** Loaded when a message is to be sent. */
  messenger(): Promise<Messenger>;
  readonly clock: Clock;
  readonly random: Random;
}

/** The record of a device that must be there. Errors: `device-not-found`. */
export function loadDevice(reader: DeviceReader, id: string): DeviceRecord {
  const record = reader.find(id);
  if (record === undefined) throw noDevice(id);
  return record;
}

/** What comes out of a decision about one device. */
export interface Decided<T> extends Omit<Decision<T>, 'changes'> {
  readonly change?: Omit<Change, 'id'>;
}

/** Decides about a device that must be there. Errors: `device-not-found`. */
export function decideAbout<T>(store: DeviceStore, id: string, decide: (seen: Seen) => Decided<T>): Promise<T> {
  return store.decide([id], ([seen]) => {
    if (seen === undefined) throw noDevice(id);
    const { change, ...decision } = decide(seen);
    return change === undefined ? decision : { ...decision, changes: [{ id: seen.device.id, ...change }] };
  });
}

function noDevice(id: string): OtpctlError {
  return new OtpctlError('device-not-found', `there is no device ${id}`);
}
