import { describe, expect, it } from 'vitest';
import type { OtpctlError } from '../../src/domain/errors.ts';
import { changeSettings } from '../../src/domain/settings/change-settings.ts';
import type { SettingValue } from '../../src/domain/settings/setting-value.ts';
import { runsNothingMore } from '../../src/domain/text/command-line.ts';

type Values = Record<string, SettingValue | null>;

/** What a change is refused with; undefined where it is taken. */
function refusal(given: Values, before: Record<string, SettingValue> = {}): string | undefined {
  try {
    changeSettings(new Map(Object.entries(before)), given, () => true);
    return undefined;
  } catch (error) {
    const { code, message, hint } = error as OtpctlError;
    expect(code).toBe('invalid-value');
    return `${message} ${hint}`;
  }
}

const URL_ = 'https://sms.example.com/send';
const POST = { 'sms.url': URL_, 'sms.method': 'POST' };
const CODELESS = /a message would come without its code/;

describe('a message without its code', () => {
  it.each<[string, Values]>([
    ['a mail', { 'email.body': 'Your code is .' }],
    ['a mail with another subject', { 'email.subject': 'Access', 'email.body': 'Hello ${userName}' }],
    ['a mail that names the tag of another case', { 'email.body': 'Your code is ${pin}' }],
    ['a mail that names half a tag', { 'email.body': 'Your code is ${PIN' }],
    ['a mail with the tag inside a default', { 'email.body': '${code:-${PIN}}' }],
    ['a GET', { 'sms.url': `${URL_}?to=\${PHONE}&text=Code ` }],
    ['a GET with a body that says nothing either', { 'sms.url': URL_, 'sms.body': 'x' }],
    ['a POST', { ...POST, 'sms.body': '{"text":"code"}' }],
    ['a PUT', { ...POST, 'sms.method': 'PUT', 'sms.body': 'text=code' }],
    ['a body that has no URL yet', { 'sms.method': 'POST', 'sms.body': 'text=code' }],
    ['a code in the headers alone', { ...POST, 'sms.headers': 'X-Code: ${PIN}', 'sms.body': 'text=code' }],
    ['a call', { 'voice.url': `${URL_}?to=\${PHONE}` }],
    ['an enabled channel without a body', { ...POST, 'sms.enabled': true }],
  ])('is refused: %s', (_what, given) => {
    expect(refusal(given)).toMatch(CODELESS);
  });

  it.each<[string, Values]>([
    ['a body', { 'email.body': 'Your code is ${PIN}' }],
    ['a subject', { 'email.subject': 'Your code is ${PIN}', 'email.body': 'See above' }],
    ['a tag with a default', { 'email.body': '${PIN:-none}' }],
    ['the query', { 'sms.url': `${URL_}?text=\${PIN}` }],
    ['the path', { 'voice.url': `${URL_}/\${PIN}/x`, 'voice.enabled': true }],
    ['the URL of a POST with a body', { ...POST, 'sms.url': `${URL_}?text=\${PIN}`, 'sms.body': 'a=b' }],
    ['JSON', { ...POST, 'sms.body': '{"text":"code: ${PIN}"}', 'sms.enabled': true }],
    ['JSON that writes the tag with an escape', { ...POST, 'sms.body': '{"text":"code: \\u0024{PIN}"}' }],
    ['XML', { ...POST, 'sms.headers': 'Content-Type: text/xml', 'sms.body': '<a>${PIN}</a>' }],
    ['nothing, before there is a body', POST],
    ['nothing, before there is a URL', { 'sms.headers': 'A: b', 'sms.method': 'PUT' }],
  ])('is none with the tag in %s', (_where, given) => {
    expect(refusal(given)).toBeUndefined();
  });

  it('is none with the tag in the body of a GET, and a warning says that few read it', () => {
    const given = { 'sms.url': URL_, 'sms.body': '{"text":"${PIN}"}' };
    const noticesOf = (values: Values) => changeSettings(new Map(), values, () => true).notices;
    expect(noticesOf(given)).toEqual([
      expect.stringMatching(/^warning: the code is in sms\.body alone, and sms\.method is GET/),
    ]);
    for (const more of [{ 'sms.method': 'PUT' }, { 'sms.url': `${URL_}?text=\${PIN}` }]) {
      expect(noticesOf({ ...given, ...more })).toEqual([]);
    }
  });

  it.each<[string, Values, Record<string, SettingValue>]>([
    ['the body is unset', { 'sms.body': null }, { ...POST, 'sms.body': 'x=${PIN}', 'sms.enabled': true }],
    ['the channel is enabled', { 'sms.enabled': true }, POST],
    ['the subject that had it is unset', { 'email.subject': null }, { 'email.subject': '${PIN}', 'email.body': 'x' }],
    [
      'mail is enabled',
      { 'email.enabled': true },
      { 'email.from': 'a@b.example', 'email.smtpUrl': 'smtps://b.example', 'email.body': 'x' },
    ],
  ])('is refused when %s', (_what, given, before) => {
    expect(refusal(given, before)).toMatch(CODELESS);
  });

  it('is judged by all that changes together', () => {
    const before = { ...POST, 'sms.body': 'text=${PIN}', 'sms.enabled': true };
    expect(refusal({ 'sms.url': `${URL_}?text=\${PIN}`, 'sms.body': null }, before)).toBeUndefined();
    expect(
      refusal({ 'sms.url': `${URL_}?text=\${PIN}`, 'sms.method': 'GET', 'sms.body': 'x' }, before),
    ).toBeUndefined();
  });

  it('says that the body goes away with the URL', () => {
    const before = { ...POST, 'sms.body': 'text=${PIN}', 'sms.enabled': true };
    expect(refusal({ 'sms.url': 'https://other.example.com/' }, before)).toMatch(
      /sms\.body goes away when sms\.url leads elsewhere: give both in the same change/,
    );
  });

  it('does not stand in the way of other changes to a store that has one', () => {
    const before = {
      'email.body': 'x',
      'email.enabled': true,
      'email.from': 'a@b.example',
      'email.smtpUrl': 'smtps://b.example',
    };
    for (const given of [
      { 'totp.digits': 8 },
      { 'email.enabled': false },
      { 'email.ttl': '90s' },
      { 'email.body': null },
    ]) {
      expect(refusal(given, before)).toBeUndefined();
    }
    expect(refusal({ 'sms.url': null }, { ...POST, 'sms.body': 'x' })).toBeUndefined();
  });
});

describe('the hint for a message without its code', () => {
  it.each([
    ['${pin}', '${pin}'],
    ['${ PIN }', '${ PIN }'],
    ['$PIN', '$PIN'],
    ['{PIN}', '{PIN}'],
    ['{{pin}}', '{{pin}}'],
    ['$(PIN)', '$(PIN)'],
    ['%PIN%', '%PIN%'],
    ['#{PIN}', '#{PIN}'],
    ['[code]', '[code]'],
    ['<OTP>', '<OTP>'],
    ['${PNI}', '${PNI}'],
    ['${Code}', '${Code}'],
    ['${PIN', '${PIN'],
  ])('names %s, and the tag that was meant', (written, named) => {
    expect(refusal({ 'email.body': `Your number is ${written}, Ada` })).toContain(
      `'${named}' is not the tag of the code, '\${PIN}' is`,
    );
  });

  it('says what a shell does, and how to write it', () => {
    expect(refusal({ 'email.body': 'Your code is .' })).toMatch(
      /in double quotes a shell takes '\$\{PIN\}' away.* otpctl settings set 'email\.body=Your code is \$\{PIN\}'$/,
    );
    expect(refusal({ ...POST, 'sms.body': 'text=code' })).toMatch(/otpctl settings set sms\.body=@FILE$/);
    expect(refusal({ 'sms.url': URL_ })).toMatch(/otpctl settings set sms\.url=@FILE$/);
  });

  it('reaches who works at a server, where a hint that a shell would run something of is left out', () => {
    for (const written of ['$PIN', '${pin}', '<OTP>', '$(PIN)']) {
      expect(runsNothingMore(refusal({ 'email.body': written })?.split('its code ')[1] ?? '$')).toBe(true);
    }
  });

  it('repeats nothing else of a template', () => {
    const said = refusal({ ...POST, 'sms.url': `${URL_}?key=hunter2`, 'sms.body': 'password=hunter3&text=$PIN' });
    expect(said).toMatch(/'\$PIN' is not/);
    expect(said).not.toContain('hunter');
  });
});
