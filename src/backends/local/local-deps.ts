import type { DeviceRecord } from '../../domain/device/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { ApiKeyStore } from '../../ports/api-keys.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Messenger } from '../../ports/messenger.ts';
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
  if (record === undefined) throw new OtpctlError('device-not-found', `there is no device ${id}`);
  return record;
}
