import type { Device } from '../../domain/device/device.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Channel } from '../../domain/provider-call/channel.ts';
import type { Settings } from '../../domain/settings/settings.ts';

/** How a code will travel: by voice where it was asked for, else the first enabled channel of the type. */
export function chosenChannel({ name, type }: Device, settings: Settings, voice: boolean): Channel {
  const { channels = [] } = deviceTypes[type];
  if (voice && !channels.includes('voice')) {
    throw new OtpctlError('status-forbids', `device ${name} is of type ${type}, which cannot be called`);
  }
  const wanted: readonly Channel[] = voice ? ['voice'] : channels;
  const enabled = wanted.find((channel) => settings[channel].enabled);
  if (enabled !== undefined) return enabled;
  const keys = wanted.map((channel) => `${channel}.enabled`);
  throw new OtpctlError(
    'no-channel',
    `device ${name} cannot be challenged: ${keys.join(' and ')} ${keys.length > 1 ? 'are' : 'is'} false`,
    `set the channel up with  otpctl settings set,  and ${keys[0]} to true`,
  );
}
