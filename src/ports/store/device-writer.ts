import type { AuditEvent } from '../../domain/audit/audit.ts';
import type { DeviceRecord } from '../../domain/device/device.ts';
import type { Enrollment } from '../../domain/enrollment/enrollment.ts';
import type { Instant } from '../../domain/instant.ts';
import type { DeviceReader } from './device-reader.ts';

/** One transaction, alone in the store from its first statement. All of it is kept, or nothing. */
export interface DeviceWriter extends DeviceReader {
  /** The next number of the counter that automatic names share. */
  nextNumber(): number;
  /** Makes a device of a user by their id. */
  insert(enrollment: Enrollment, userId: string, name: string, created: Instant): DeviceRecord;
  append(event: AuditEvent): void;
}
