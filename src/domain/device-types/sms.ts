import { phoneNumber } from '../enrollment/phone-number.ts';
import { invalid } from '../errors.ts';
import { randomDigits } from '../random-source.ts';
import type { DeviceTypeRules } from './device-type.ts';
import { judgeMessageCode, maskedPhone } from './message-code.ts';

const NAME = 'SMS message to ';
const NO_NUMBER = { message: 'an SMS device needs a phone number', hint: 'add  --phone NUMBER' };

/** Codes to a phone: by SMS, or spoken in a call. */
export const sms: DeviceTypeRules = {
  type: 'SMS',
  title: 'codes by SMS',
  options: ['phone'],
  required: { phone: NO_NUMBER },
  hasQr: false,
  holds: { always: ['phone'], atTimes: ['digits', 'lastChannel'] },
  isName: (name) => name.startsWith(NAME),
  lost: 'its phone number',
  channels: ['sms', 'voice'],
  caution: 'SMS and voice are restricted in NIST SP 800-63B: offer a device of another type beside it',

  enroll(request, settings) {
    if (request.phone === undefined) throw invalid(NO_NUMBER.message, NO_NUMBER.hint);
    return { type: 'SMS', user: request.user, phone: phoneNumber(request.phone), digits: settings.sms.digits };
  },

  deviceName: ({ phone = '' }) => `${NAME}${maskedPhone(phone)}`,

  parameters: ({ digits }) => ({ ...(digits !== undefined && { digits }) }),

  lockAfter: ({ sms, voice }, { lastChannel }) => (lastChannel === 'voice' ? voice : sms).lockAfter,

  challenge: ({ device: { phone: to = '', digits }, settings, randomBytes }) => ({
    kind: 'message',
    to,
    code: randomDigits(digits ?? settings.sms.digits, randomBytes),
    ttl: settings.sms.ttl,
  }),

  verify: (attempt) => judgeMessageCode(attempt, attempt.device.digits ?? attempt.settings.sms.digits),
};
