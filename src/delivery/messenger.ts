import { emailAddress } from '../domain/enrollment/contact.ts';
import { dialledNumber, internationalDigits, phoneNumber, withDoubleZero } from '../domain/enrollment/phone-number.ts';
import { literalCredentials } from '../domain/provider-call/call-credentials.ts';
import { callRequest } from '../domain/provider-call/call-template.ts';
import type { CallChannel, Channel, EmailChannel } from '../domain/provider-call/channel.ts';
import { emailSender, smtpServer } from '../domain/provider-call/email-channel.ts';
import { fillTemplate, singleLine, spokenCode, type TagValues, tagValues } from '../domain/provider-call/template.ts';
import type { Address } from '../http/dispatcher.ts';
import type { CodeMessage, Delivery, Messenger } from '../ports/messenger.ts';
import type { Clock } from '../ports/system/clock.ts';

export interface MessengerDeps {
  readonly clock: Clock;
  /** Milliseconds that a delivery may take; ten seconds unless a test has less time. */
  readonly limit?: number;
  /** Looks up every address of a host name, instead of the system. */
  readonly lookup?: (host: string) => Promise<readonly Address[]>;
  /** Certificates of authorities to trust besides those of the system. */
  readonly ca?: string;
}

const LIMIT = 10_000;

/** Fills the templates of a channel, and delivers by SMTP or by the call of a provider; each is loaded when it is needed. */
export function createMessenger(deps: MessengerDeps): Messenger {
  return {
    prepare(message, settings) {
      const { channel } = settings;
      return channel === 'email'
        ? prepareEmail(message, settings.email, deps)
        : prepareCall(message, channel, settings.call, deps);
    },
  };
}

function prepareEmail(
  message: CodeMessage,
  { from, smtpUrl, ehloName, subject, body }: EmailChannel,
  deps: MessengerDeps,
): Delivery {
  const values = valuesOf(message, 'email');
  const email = {
    server: smtpServer(smtpUrl.exposeText()),
    ...(ehloName !== undefined && { ehloName }),
    from: emailSender(from),
    to: emailAddress(message.to),
    subject: singleLine(fillTemplate(subject, values, singleLine)),
    body: fillTemplate(body, values, singleLine),
    code: message.code,
  };
  return async (report = () => {}) => {
    const { sendEmail } = await import('./email.ts');
    await sendEmail({ ...email, date: deps.clock.now() }, { limit: LIMIT, ...deps }, report);
  };
}

function prepareCall(message: CodeMessage, channel: 'sms' | 'voice', call: CallChannel, deps: MessengerDeps): Delivery {
  const templates = {
    url: call.url.exposeText(),
    headers: call.headers?.exposeText(),
    body: call.body?.exposeText(),
  };
  const prepared = {
    channel,
    request: callRequest(templates, call.method, valuesOf(message, channel)),
    expect: call.expect,
    allowPrivateHosts: call.allowPrivateHosts,
    code: message.code,
    secrets: literalCredentials(templates),
  };
  return async (report = () => {}) => {
    const { callProvider } = await import('./http-call.ts');
    await callProvider(prepared, { limit: LIMIT, ...deps }, report);
  };
}

/** What the tags of a message stand for. The address or number is that of the device, all else is of the user. */
function valuesOf({ to, user, code, attributes }: CodeMessage, channel: Channel): TagValues {
  const phone = channel === 'email' ? attributes['phone'] : numberOf(to);
  const written = (form: (number: string) => string) => (phone === undefined ? undefined : form(phone));
  return tagValues(user, {
    ...attributes,
    PIN: channel === 'voice' ? spokenCode(code) : code,
    PHONE: written(dialledNumber),
    PHONE_DIGITS: written(internationalDigits),
    PHONE_00: written(withDoubleZero),
    EMAIL: channel === 'email' ? to : attributes['mail'],
    userName: user,
  });
}

/** The number of a device, also one that the rules of today would refuse for a new device. */
function numberOf(to: string): string {
  if (/^[0-9+ ()./-]{5,}$/.test(to.trim())) return to;
  return phoneNumber(to);
}
