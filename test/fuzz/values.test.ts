import fc from 'fast-check';
import { describe } from 'vitest';
import * as values from '../../src/cli/parse/values.ts';
import { keyName } from '../../src/domain/api-key/api-key.ts';
import { grantsOf } from '../../src/domain/api-key/role.ts';
import { DEVICE_TYPES } from '../../src/domain/device/device.ts';
import { ds100Serial, ds100Time } from '../../src/domain/ds100.ts';
import { after, before, parseDuration } from '../../src/domain/duration.ts';
import { emailAddress } from '../../src/domain/enrollment/contact.ts';
import { enroll } from '../../src/domain/enrollment/enroll.ts';
import { dialledNumber, phoneNumber } from '../../src/domain/enrollment/phone-number.ts';
import { parseMoment, toIso } from '../../src/domain/instant.ts';
import { importedSecret } from '../../src/domain/otp/imported-secret.ts';
import { parseOtpauth } from '../../src/domain/otp/parse-otpauth.ts';
import { profileName } from '../../src/domain/place/profile.ts';
import { serverUrl, timeoutSeconds, timeZone } from '../../src/domain/place/server.ts';
import { hasPassword, literalCredentials } from '../../src/domain/provider-call/call-credentials.ts';
import { callRequest, checkCallTemplates } from '../../src/domain/provider-call/call-template.ts';
import { CALL_METHODS } from '../../src/domain/provider-call/channel.ts';
import { emailSender, maskedSmtpUrl, smtpServer } from '../../src/domain/provider-call/email-channel.ts';
import { fillTemplate, tagValues } from '../../src/domain/provider-call/template.ts';
import { Secret } from '../../src/domain/secret.ts';
import { changeSettings } from '../../src/domain/settings/change-settings.ts';
import { SETTING_KEYS } from '../../src/domain/settings/setting-rules.ts';
import { DEFAULT_SETTINGS, settingsOf } from '../../src/domain/settings/settings.ts';
import { fold, userAttribute, userName } from '../../src/domain/user.ts';
import { normaliseCode } from '../../src/domain/verification/verification.ts';
import { apiBase, tokenEndpoint } from '../../src/ds100/rsa-url.ts';
import { countedRandom, NEW_YEAR } from '../support/fixed.ts';
import { eachAnswersOrRefuses, reader } from '../support/fuzzing.ts';
import { textsLike } from '../support/mutants.ts';

const MOMENTS = textsLike('2022-01-01', '2021-10-14T06:44:43Z', '2021-10-14T06:44:43.123+02:00', '0000-01-01');
const DURATIONS = textsLike('30s', '30min', '12h', '90d', '2w', '6mo', '1y', '999999999y');
const URLS = textsLike(
  'https://sms.example.com/send?to=${PHONE}&text=${PIN}',
  'https://user:p%40ss@sms.example.com:8443/${userName}/x?y=${mail:-none}',
  'http://localhost:8080/${PHONE}',
  'https://[::1]/a',
);
const HEADERS = textsLike('Authorization: Bearer abc\nX-To: ${PHONE}', 'Content-Type: application/json; charset=utf-8');
const BODIES = textsLike(
  '{"to":"${PHONE}","text":"your code is ${PIN}"}',
  'to=${PHONE}&text=${PIN}',
  '<m to="${PHONE}">${PIN}</m>',
  'code ${PIN}',
);
const ATTRIBUTES = fc.record({ mail: textsLike('ada@example.com'), fullName: textsLike('Ada Lovelace') });

describe('a value from outside', () => {
  eachAnswersOrRefuses([
    reader('a date', MOMENTS, (text) => {
      const moment = parseMoment(text);
      return moment === undefined ? undefined : toIso(Math.floor(moment));
    }),
    reader('a duration', DURATIONS, (text) => {
      const duration = parseDuration(text);
      return [before, after].map((each) => toIso(each(NEW_YEAR, duration)));
    }),
    reader('a timeout', DURATIONS, timeoutSeconds),
    reader('a code', textsLike('123456', '123 456', '12-34-56'), (text) => normaliseCode(text, 6)),
    reader('an e-mail address', textsLike('ada@example.com', 'a.b+c@sub.example.org'), emailAddress),
    reader('a sender of mails', textsLike('Ada <ada@example.com>', '"A, B" <a@b.c>'), emailSender),
    reader('a phone number', textsLike('+34666555444', '(0034) 666-555.444', 'tel:+44 (0)20 7946 x12'), (text) =>
      dialledNumber(phoneNumber(text)),
    ),
    reader('a user name', textsLike('ada', 'Müller', 'a b'), (text) => fold(userName(text))),
    reader('a user attribute', fc.tuple(textsLike('fullName', 'x.y-z'), textsLike('Ada')), ([name, value]) =>
      userAttribute(name, value),
    ),
    reader('the name of an API key', textsLike('monitor', 'team key'), keyName),
    reader('roles', fc.array(textsLike('query', 'super')), grantsOf),
    reader('the name of a profile', textsLike('prod', 'a.b-c_d'), profileName),
    reader('the URL of a server', textsLike('https://idm.example.com/scim/v2', 'http://127.0.0.1:8080'), (text) => [
      serverUrl(text),
      serverUrl(text, true),
    ]),
    reader('a time zone', textsLike('UTC', 'Europe/Madrid', '+02:00'), timeZone),
    reader('the URL of RSA', textsLike('https://acme.access.securid.com/AdminInterface/restapi/v1'), (text) => [
      apiBase(text),
      tokenEndpoint(text, true),
    ]),
    reader('a secret of one’s own', textsLike('GEZDGNBVGY3TQOJQ', 'hex:00112233445566778899aabbccddeeff'), (text) =>
      importedSecret(text).expose(),
    ),
    reader(
      'an otpauth URI',
      textsLike('otpauth://totp/A:b%20c?secret=GEZDGNBV&issuer=A&digits=8', 'otpauth://hotp/x?counter=1&secret=GE'),
      (text) => parseOtpauth(text).secret.expose(),
    ),
    reader('the serial number of a DS100', textsLike('140100080', '000123456789'), ds100Serial),
    reader('a time of RSA', textsLike('2022-05-24T084041.067Z', '2018-06-30T12:00:00.000Z'), ds100Time),
    reader(
      'a value of the command line',
      fc.tuple(
        textsLike('totp', 'enabled', 'SHA-256', '12', '600/min', '2022-01-01'),
        fc.constantFrom(
          values.deviceType,
          values.deviceStatus,
          values.algorithm,
          values.count('the number'),
          values.bigCount('the counter'),
          values.port,
          values.ratePerMinute,
          values.instant,
          values.moment,
          values.oneOf('word', ['a', 'b']),
        ),
      ),
      ([text, read]: [string, (text: string) => unknown]) => read(text),
    ),
  ]);
});

describe('what an administrator wants enrolled', () => {
  const text = (good: string) => fc.option(textsLike(good), { nil: undefined });
  const number = fc.option(fc.oneof(fc.double(), fc.integer(), fc.constantFrom(6, 30)), { nil: undefined });
  const requests = fc.record({
    type: fc.constantFrom(...DEVICE_TYPES),
    user: textsLike('ada'),
    email: text('ada@example.com'),
    phone: text('+34666555444'),
    issuer: text('Example'),
    account: text('Ada Lovelace'),
    digits: number,
    period: number,
    counter: fc.option(fc.bigInt(), { nil: undefined }),
    pin: fc.option(textsLike('12345678').map(Secret.ofText), { nil: undefined }),
    secret: fc.option(
      fc.uint8Array({ maxLength: 80 }).map((bytes) => new Secret(bytes)),
      { nil: undefined },
    ),
  });
  eachAnswersOrRefuses([
    reader('an enrolment', requests, (request) => {
      const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
      return enroll(given as unknown as Parameters<typeof enroll>[0], DEFAULT_SETTINGS, countedRandom().bytes);
    }),
  ]);
});

describe('a setting', () => {
  const given = fc.oneof(
    textsLike('true', '6', 'SHA256', '5min', 'otpctl', 'smtps://u:p%40@mail.example.com', 'Ada <a@example.com>'),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  );
  const few = fc.dictionary(fc.oneof(fc.constantFrom(...SETTING_KEYS), textsLike('totp.digits')), given, {
    minKeys: 1,
    maxKeys: 3,
  });
  eachAnswersOrRefuses([
    reader('settings by their rules', few, (changes) => {
      const { values: changed } = changeSettings(new Map(), changes, () => false);
      return settingsOf(new Map([...changed].filter(([, value]) => value !== undefined)));
    }),
    reader(
      'each setting alone',
      fc.tuple(fc.constantFrom(...SETTING_KEYS), given),
      ([key, value]) => changeSettings(new Map(), { [key]: value }, () => false).notices,
    ),
    reader(
      'the URL of a mail server',
      textsLike('smtps://USER:PASS%40@mail.example.com:465', 'smtp://[::1]'),
      (text) => [smtpServer(text), maskedSmtpUrl(text)],
    ),
  ]);
});

describe('a template', () => {
  const known = { PIN: '123456', PHONE: '+34666555444', userName: 'ada' };
  eachAnswersOrRefuses([
    reader('the text of a message', fc.tuple(BODIES, ATTRIBUTES), ([body, attributes]) =>
      fillTemplate(body, tagValues('ada', { ...attributes, ...known }), (value) => value),
    ),
    reader(
      'the call of a provider',
      fc.tuple(URLS, fc.option(HEADERS, { nil: undefined }), fc.option(BODIES, { nil: undefined }), ATTRIBUTES),
      ([url, headers, body, attributes]) => {
        const templates = { url, headers, body };
        checkCallTemplates(templates);
        return CALL_METHODS.map((method) =>
          callRequest(templates, method, tagValues('ada', { ...attributes, ...known })),
        );
      },
    ),
    reader('what is secret in a call', fc.tuple(URLS, HEADERS, BODIES), ([url, headers, body]) => [
      hasPassword(url),
      hasPassword(body),
      literalCredentials({ url, headers, body }),
    ]),
  ]);
});
