/** Settings of channels that are set up. */
export const CHANNELS = {
  'email.from': 'otp@example.com',
  'email.smtpUrl': 'smtps://mail.example.com',
  'email.enabled': true,
  'sms.url': 'https://sms.example.com/send?to=${PHONE}&text=${PIN}',
  'sms.enabled': true,
};
