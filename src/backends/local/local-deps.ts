import type { ApiKeys } from '../../ports/api-keys.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Messenger } from '../../ports/messenger.ts';
import type { DeviceStore } from '../../ports/store/device-store.ts';
import type { Clock } from '../../ports/system/clock.ts';
import type { Random } from '../../ports/system/random.ts';

export interface LocalDeps {
  readonly store: DeviceStore;
  readonly audit: AuditLog;
  readonly apiKeys: ApiKeys;
  /** Loaded when a message is to be sent. */
  messenger(): Promise<Messenger>;
  readonly clock: Clock;
  readonly random: Random;
}
