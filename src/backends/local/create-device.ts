import { deviceObject } from '../../domain/audit.ts';
import { visible } from '../../domain/device.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { type EnrollmentRequest, enroll } from '../../domain/enrollment.ts';
import type { Origin } from '../../domain/origin.ts';
import type { CreatedDevice } from '../../ports/backend.ts';
import type { LocalDeps } from './local-backend.ts';

/** Enrols a device in status created, under the user's name as it was first written. */
export function createDevice(
  { store, clock, random, settings }: LocalDeps,
  request: EnrollmentRequest,
  origin: Origin,
): Promise<CreatedDevice> {
  return store.write((writer) => {
    const user = writer.spelling(request.user) ?? request.user;
    const enrollment = enroll({ ...request, user }, settings, random.bytes);
    const name = deviceTypes[enrollment.type].deviceName(enrollment, () => writer.nextNumber());
    const now = clock.now();
    const device = visible(writer.insert(enrollment, name, now));
    writer.append({ ...origin, time: now, action: 'device.create', ...deviceObject(device), result: 'ok' });
    return { device, ...(enrollment.otpauthUri && { otpauthUri: enrollment.otpauthUri }) };
  });
}
