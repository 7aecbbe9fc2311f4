import { deviceObject } from '../../domain/audit.ts';
import { visible } from '../../domain/device.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { type EnrollmentRequest, enroll, enrollmentTerms } from '../../domain/enrollment.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Origin } from '../../domain/origin.ts';
import { refuseSwitchedOff } from '../../domain/switched-off.ts';
import type { CreatedDevice } from '../../ports/backend.ts';
import type { LocalDeps } from './local-backend.ts';

/** Enrols a device in status created, under the user's name as it was first written. */
export function createDevice(
  { store, clock, random }: LocalDeps,
  request: EnrollmentRequest,
  origin: Origin,
): Promise<CreatedDevice> {
  return store.write((writer) => {
    const name = writer.spelling(request.user) ?? request.user;
    const user = writer.user(name);
    const { settings, account } = enrollmentTerms(name, user, writer.policy());
    refuseSwitchedOff(request.type, settings, `no ${request.type} device can be created`);
    if (settings.users.strict && user === undefined) throw unknownUser(name);
    const enrollment = enroll({ account, ...request, user: name }, settings, random.bytes);
    const deviceName = deviceTypes[enrollment.type].deviceName(enrollment, () => writer.nextNumber());
    const now = clock.now();
    const device = visible(writer.insert(enrollment, deviceName, now));
    writer.append({ ...origin, time: now, action: 'device.create', ...deviceObject(device), result: 'ok' });
    return { device, ...(enrollment.otpauthUri && { otpauthUri: enrollment.otpauthUri }) };
  });
}

function unknownUser(name: string): OtpctlError {
  return new OtpctlError(
    'user-not-found',
    `there is no user "${name}", and users.strict is true`,
    'make the user known with  otpctl user set',
  );
}
