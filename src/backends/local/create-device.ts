import { type AuditResult, deviceObject } from '../../domain/audit/audit.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import { type DeviceResource, resourceOf, statusWord, visible } from '../../domain/device/device.ts';
import { refuseOneMore } from '../../domain/device/max-devices.ts';
import { deviceTypes, refuseSwitchedOff } from '../../domain/device-types/index.ts';
import { enroll } from '../../domain/enrollment/enroll.ts';
import {
  type Enrollment,
  type EnrollmentRequest,
  type EnrollmentTerms,
  enrollmentTerms,
} from '../../domain/enrollment/enrollment.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { isWeakKey, keyBits } from '../../domain/otp/key-length.ts';
import { newUser, userName } from '../../domain/user.ts';
import type { CreatedDevice } from '../../ports/backend.ts';
import type { LocalDeps } from './local-deps.ts';
import { newName } from './local-users.ts';

/** What a device may have from the start that its type does not ask for. */
export type PresetFields = Pick<Enrollment, 'status' | 'externalId' | 'email' | 'phone'>;

/** Enrols a device in status created, or as `preset` has it, under the user's name as it was first written. */
export function createDevice(
  { store, clock, random }: LocalDeps,
  request: EnrollmentRequest,
  origin: Origin,
  preset: PresetFields = {},
): Promise<CreatedDevice & { readonly resource: DeviceResource }> {
  return store.write((writer) => {
    const known = writer.user(request.user);
    const name = known?.name ?? newName(request.user);
    const user = known ?? newUser(name);
    const { settings, account } = enrollmentTerms(name, user, writer.policy());
    refuseSwitchedOff(request.type, settings, `no ${request.type} device can be created`);
    if (settings.users.strict && known === undefined) throw unknownUser(name);
    const enrollment = { ...preset, ...enroll({ account, ...request, user: name }, settings, random.bytes) };
    if (enrollment.status === 'V') refuseOneMore(name, known ? writer.users.enabledDevices(known) : 0, settings);
    const deviceName = deviceTypes[enrollment.type].deviceName(enrollment, () => writer.nextNumber());
    const now = clock.now();
    const { id } = known ?? writer.users.add(user, now);
    const record = writer.insert(enrollment, id, deviceName, now);
    const device = visible(record);
    const { otpauthUri, secret } = enrollment;
    const weak = secret !== undefined && request.secret !== undefined && isWeakKey(secret);
    const remarks = [
      ...(device.status === 'C' ? [] : [statusWord(device.status)]),
      ...(weak ? [`weak secret of ${keyBits(secret)}`] : []),
    ];
    const result: AuditResult = remarks.length === 0 ? 'ok' : `ok: ${remarks.join(', ')}`;
    writer.append({ ...origin, time: now, action: 'device.create', ...deviceObject(record), result });
    return { device, resource: resourceOf(record), ...(otpauthUri && { otpauthUri }) };
  });
}

/** What a new device of a user will be like. */
export function termsFor({ store }: LocalDeps, user: string): EnrollmentTerms {
  const name = userName(user);
  return enrollmentTerms(name, store.user(name), store.policy());
}

function unknownUser(name: string): OtpctlError {
  return new OtpctlError(
    'user-not-found',
    `there is no user "${name}", and users.strict is true`,
    'make the user known with  otpctl user set',
  );
}
