import { DEVICE_STATUSES, type DeviceType } from '../../domain/device/device.ts';
import { DEVICE_SCHEMA, OTP_DEVICE_SCHEMA, OTP_DEVICE_TYPE } from '../../domain/query/device-schema.ts';
import { type AttributeType, attribute, type ResourceType, type ScimAttribute } from '../schema/schema.ts';

/** The resource type OtpDevice; the canonical values of its `type` are the types that may be created now. */
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
        deviceAttribute('name', 'string', 'automatic name', { mutability: 'readOnly' }),
        deviceAttribute('type', 'string', 'type of the device', {
          required: true,
          mutability: 'immutable',
          canonicalValues: enabledTypes,
        }),
        deviceAttribute('user', 'string', 'name of the user', { required: true, mutability: 'immutable' }),
        deviceAttribute('status', 'string', 'C created, V enabled (validated), L locked, D disabled', {
          required: true,
          canonicalValues: DEVICE_STATUSES,
        }),
        deviceAttribute('email', 'string', 'where an EMAIL device sends its codes'),
        deviceAttribute('phone', 'string', 'where an SMS device sends its codes'),
        deviceAttribute('fails', 'integer', 'consecutive failed attempts', { mutability: 'readOnly' }),
        deviceAttribute('created', 'dateTime', 'when the device was enrolled', { mutability: 'readOnly' }),
        deviceAttribute('lastUsed', 'dateTime', 'when a code was last accepted', { mutability: 'readOnly' }),
        deviceAttribute('pin', 'string', 'digits of a PIN device', { mutability: 'writeOnly', returned: 'never' }),
        deviceAttribute(
          'image',
          'binary',
          'QR code that sets up an app, as a PNG; in the answer to the creation only',
          {
            mutability: 'readOnly',
            returned: 'request',
          },
        ),
      ],
    },
  };
}

/** An attribute with the case sensitivity that it has in filters. */
function deviceAttribute(
  name: string,
  type: AttributeType,
  description: string,
  more: Parameters<typeof attribute>[3] = {},
): ScimAttribute {
  const rules = DEVICE_SCHEMA.attributes.find((each) => each.name === name);
  return attribute(name, type, description, { caseExact: rules?.caseExact ?? true, ...more });
}
