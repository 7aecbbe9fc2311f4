import { ALGORITHMS } from '../device/device.ts';
import { parseDuration } from '../duration.ts';
import { invalid } from '../errors.ts';
import { CALL_METHODS } from '../provider-call/channel.ts';
import { ehloName, emailSender, maskedSmtpUrl, smtpServer } from '../provider-call/email-channel.ts';
import { commandLine } from '../text/command-line.ts';
import { grouped } from '../text/counted.ts';
import { hasControlCharacters } from '../text/printable.ts';
import type { SettingValue } from './setting-value.ts';

/** The message of the e-mail channel, unless it is set. */
export const DEFAULT_EMAIL_SUBJECT = 'Your access code';

export const DEFAULT_EMAIL_BODY = `Your access code is \${PIN}.

If you did not ask for it, you can ignore this message.
`;

/** What a setting may be. */
export interface SettingRules {
  /** What it is, for a person. */
  readonly about: string;
  readonly default?: SettingValue;
  /** Sealed in the store, and shown masked. */
  readonly secret?: true;
  /** The value as it is kept. `given` may be a text for every type. Errors: `invalid-value`. */
  read(key: string, given: SettingValue): SettingValue;
  /** What others may see of a secret value. */
  mask?(value: SettingValue): string;
}

const CALL_SETTINGS = (what: string) =>
  ({
    url: secretText(`the URL of the ${what} provider; tags as in the body`, 4000),
    method: choice('GET, POST or PUT', CALL_METHODS, 'GET'),
    headers: secretText('HTTP headers of the call, lines  Name: value', 8000),
    body: secretText('the body of the call', 20_000),
    expect: text('text that the response must contain', 1000),
    allowPrivateHosts: flag('whether loopback and private addresses may be called', false),
  }) as const;

const sms = CALL_SETTINGS('SMS');
const voice = CALL_SETTINGS('voice');

/** Every setting, in the order of the documentation. */
const TABLE = {
  'totp.enabled': flag('whether TOTP devices can be created and verified', true),
  'totp.digits': integer('digits of the codes of new TOTP devices', 6, 6, 8),
  'totp.algorithm': choice('HMAC of new TOTP devices', ALGORITHMS, 'SHA1'),
  'totp.period': integer('seconds in a time step of new TOTP devices', 30, 15, 300),
  'totp.window': integer('time steps accepted each way', 1, 0, 10),
  'totp.issuer': issuer('who an app says that a TOTP device is from'),
  'totp.lockAfter': lockAfter('TOTP', 10),
  'hotp.enabled': flag('whether HOTP devices can be created and verified', true),
  'hotp.digits': integer('digits of the codes of new HOTP devices', 6, 6, 8),
  'hotp.algorithm': choice('HMAC of new HOTP devices', ALGORITHMS, 'SHA1'),
  'hotp.lookAhead': integer('counters accepted beyond the next one', 10, 0, 100),
  'hotp.issuer': issuer('who an app says that a HOTP device is from'),
  'hotp.lockAfter': lockAfter('HOTP', 10),
  'pin.enabled': flag('whether PIN devices can be created and verified', true),
  'pin.minLength': integer('least digits of a new PIN', 8, 8, 64),
  'pin.digitsToAsk': integer('digits of a PIN that a challenge asks for', 3, 2, 64),
  'pin.lockAfter': lockAfter('PIN', 3),
  'email.enabled': flag('whether codes travel by e-mail', false),
  'email.digits': integer('digits of a code by e-mail', 6, 6, 10),
  'email.ttl': duration('how long a code by e-mail is good', '5min', 30, 600),
  'email.lockAfter': lockAfter('e-mail', 10),
  'email.from': checked('the sender of mails', emailSender),
  'email.smtpUrl': {
    about: 'the SMTP server: smtps://USER:PASSWORD@HOST, or smtp:// with STARTTLS',
    secret: true,
    read(key, given) {
      const text = textOf(key, given, 2000);
      smtpServer(text);
      return text;
    },
    mask: (value) => maskedSmtpUrl(String(value)),
  },
  'email.ehloName': {
    about: "the name to greet the SMTP server with, instead of this machine's",
    read: (key, given) => ehloName(textOf(key, given, 1000)),
  },
  'email.subject': text('the subject of mails', 200, DEFAULT_EMAIL_SUBJECT),
  'email.body': text(
    'the text of mails; tags: ${PIN}, ${EMAIL}, ${userName}, any user attribute',
    20_000,
    DEFAULT_EMAIL_BODY,
    true,
  ),
  'sms.enabled': flag('whether codes travel by SMS', false),
  'sms.digits': integer('digits of a code by SMS or voice', 6, 6, 10),
  'sms.ttl': duration('how long a code by SMS or voice is good', '5min', 30, 600),
  'sms.lockAfter': lockAfter('SMS', 10),
  'sms.url': sms.url,
  'sms.method': sms.method,
  'sms.headers': sms.headers,
  'sms.body': sms.body,
  'sms.expect': sms.expect,
  'sms.allowPrivateHosts': sms.allowPrivateHosts,
  'voice.enabled': flag('whether codes of SMS devices can be spoken in a call', false),
  'voice.lockAfter': lockAfter('voice', 10),
  'voice.url': voice.url,
  'voice.method': voice.method,
  'voice.headers': voice.headers,
  'voice.body': voice.body,
  'voice.expect': voice.expect,
  'voice.allowPrivateHosts': voice.allowPrivateHosts,
  'send.perUserPerHour': integer('messages to one user in an hour', 10, 1, 1000),
  'send.resendAfter': duration('time in which a repeated challenge sends nothing', '60s', 1, 3600),
  'users.maxDevices': integer('enabled devices of a user at most', 10, 1, 100),
  'users.strict': flag('whether only known users may have devices', false),
} as const satisfies Record<string, SettingRules>;

export type SettingKey = keyof typeof TABLE;
export const SETTINGS: Readonly<Record<SettingKey, SettingRules>> = TABLE;
export const SETTING_KEYS = Object.keys(TABLE) as readonly SettingKey[];

function flag(about: string, standard: boolean): SettingRules {
  return {
    about,
    default: standard,
    read(key, given) {
      if (typeof given === 'boolean') return given;
      if (given === 'true' || given === 'false') return given === 'true';
      throw invalid(`${key} is ${shown(given)}, and may be true or false`);
    },
  };
}

function integer(about: string, standard: number, least: number, most: number): SettingRules {
  return {
    about,
    default: standard,
    read(key, given) {
      const number = typeof given === 'string' && /^[0-9]{1,9}$/.test(given) ? Number(given) : given;
      if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) return number;
      throw invalid(`${key} is ${shown(given)}, and may be a whole number from ${least} to ${most}`);
    },
  };
}

/** NIST SP 800-63B section 3.2.2: at most 100 consecutive failures. */
function lockAfter(type: string, standard: number): SettingRules {
  return integer(`wrong codes in a row that lock a device (${type})`, standard, 1, 100);
}

function choice<T extends string>(about: string, words: readonly T[], standard: T): SettingRules {
  return {
    about,
    default: standard,
    read(key, given) {
      const found = words.find((word) => word === String(given).toUpperCase());
      if (found !== undefined) return found;
      throw invalid(`${key} is ${shown(given)}, and may be ${words.join(', ')}`);
    },
  };
}

function duration(about: string, standard: string, least: number, most: number): SettingRules {
  return {
    about,
    default: standard,
    read(key, given) {
      const written = textOf(key, given, 20);
      const length = parseDuration(written);
      if ('seconds' in length && length.seconds >= least && length.seconds <= most) return written;
      throw invalid(
        `${key} is ${shown(given)}, and may be ${least}s to ${most >= 120 ? `${most / 60}min` : `${most}s`}`,
      );
    },
  };
}

function issuer(about: string): SettingRules {
  return {
    about,
    default: 'otpctl',
    read(key, given) {
      const name = textOf(key, given, 64).normalize('NFC').trim();
      if (name === '') throw invalid(`${key} is empty`);
      if (name.includes(':')) throw invalid(`${key} contains a colon, which an otpauth:// label cannot carry`);
      return name;
    },
  };
}

function text(about: string, most: number, standard?: string, lines = false): SettingRules {
  return {
    about,
    ...(standard !== undefined && { default: standard }),
    read: (key, given) => textOf(key, given, most, lines),
  };
}

function secretText(about: string, most: number): SettingRules {
  return { about, secret: true, read: (key, given) => textOf(key, given, most, true), mask: () => '[secret]' };
}

function checked(about: string, check: (text: string) => unknown): SettingRules {
  return {
    about,
    read(key, given) {
      const text = textOf(key, given, 1000).trim();
      check(text);
      return text;
    },
  };
}

function textOf(key: string, given: SettingValue, most: number, lines = false): string {
  const written = String(given).replace(/\r\n/g, '\n');
  if (written === '')
    throw invalid(`${key} is empty`, `take the value away with  ${commandLine(['settings', 'unset', key])}`);
  if (hasControlCharacters(lines ? written.replace(/[\n\t]/g, '') : written)) {
    throw invalid(`${key} contains control characters`);
  }
  if (written.length > most) throw invalid(`${key} has more than ${grouped(most)} characters`);
  return written;
}

function shown(given: SettingValue): string {
  return typeof given === 'string' ? `"${given.length > 40 ? `${given.slice(0, 40)}...` : given}"` : String(given);
}
