import { emailAddress } from '../enrollment/contact.ts';
import { invalid } from '../errors.ts';
import { randomDigits } from '../random-source.ts';
import type { DeviceTypeRules } from './device-type.ts';
import { judgeMessageCode, maskedEmail } from './message-code.ts';

const NAME = 'Email message to ';
const NO_ADDRESS = { message: 'an EMAIL device needs an e-mail address', hint: 'add  --email ADDRESS' };

/** Codes by e-mail. For recovery and address checks: NIST SP 800-63B does not count e-mail as a factor. */
export const email: DeviceTypeRules = {
  type: 'EMAIL',
  title: 'codes by e-mail',
  options: ['email'],
  required: { email: NO_ADDRESS },
  hasQr: false,
  holds: { always: ['email'], atTimes: ['digits', 'lastChannel'] },
  isName: (name) => name.startsWith(NAME),
  lost: 'its e-mail address',
  channels: ['email'],
  caution: 'e-mail is for recovery and address checks: NIST SP 800-63B does not count it as a factor',

  enroll(request, settings) {
    if (request.email === undefined) throw invalid(NO_ADDRESS.message, NO_ADDRESS.hint);
    return {
      type: 'EMAIL',
      user: request.user,
      email: emailAddress(request.email),
      digits: settings.email.digits,
    };
  },

  deviceName: ({ email: address = '' }) => `${NAME}${maskedEmail(address)}`,

  parameters: ({ digits }) => ({ ...(digits !== undefined && { digits }) }),

  lockAfter: (settings) => settings.email.lockAfter,

  challenge: ({ device: { email: to = '', digits }, settings, randomBytes }) => ({
    kind: 'message',
    to,
    code: randomDigits(digits ?? settings.email.digits, randomBytes),
    ttl: settings.email.ttl,
  }),

  verify: (attempt) => judgeMessageCode(attempt, attempt.device.digits ?? attempt.settings.email.digits),
};
