import { DEVICE_STATUSES, type DeviceType } from '../../domain/device/device.ts';
import { DEVICE_SCHEMA, OTP_DEVICE_SCHEMA, OTP_DEVICE_TYPE } from '../../domain/query/device-schema.ts';
import { type AttributeType, attribute, type ResourceType, type ScimAttribute } from '../schema/schema.ts';

/** OtpDevice, with the types that may be created now as the canonical values of `type`. */
export function otpDevice(enabledTypes: readonly DeviceType[]): ResourceType {
  return {
    name: OTP_DEVICE_TYPE,
    description: 'OTP device',
    endpoint: `/${OTP_DEVICE_TYPE}`,
    schema: {
      id: OTP_DEVICE_SCHEMA,
      name: OTP_DEVICE_TYPE,
      description: 'OTP device',
      attributes: [
        own('name', 'string', 'automatic name', { mutability: 'readOnly' }),
        own('type', 'string', 'type of the device', {
          required: true,
          mutability: 'immutable',
          canonicalValues: enabledTypes,
        }),
        own('user', 'string', 'name of the user', { required: true, mutability: 'immutable' }),
        own('status', 'string', 'C created, V enabled (validated), L locked, D disabled', {
          required: true,
          canonicalValues: DEVICE_STATUSES,
        }),
        own('email', 'string', 'where an EMAIL device sends its codes'),
        own('phone', 'string', 'where an SMS device sends its codes'),
        own('fails', 'integer', 'consecutive failed attempts', { mutability: 'readOnly' }),
        own('created', 'dateTime', 'when the device was enrolled', { mutability: 'readOnly' }),
        own('lastUsed', 'dateTime', 'when a code was last accepted', { mutability: 'readOnly' }),
        own('pin', 'string', 'digits of a PIN device', { mutability: 'writeOnly', returned: 'never' }),
        own('image', 'binary', 'QR code that sets up an app, as a PNG; in the answer to the creation only', {
          mutability: 'readOnly',
          returned: 'request',
        }),
      ],
    },
  };
}

/** Compared in filters as the core compares it. */
function own(
  name: string,
  type: AttributeType,
  description: string,
  more: Parameters<typeof attribute>[3] = {},
): ScimAttribute {
  const rules = DEVICE_SCHEMA.attributes.find((each) => each.name === name);
  return attribute(name, type, description, { caseExact: rules?.caseExact ?? true, ...more });
}
