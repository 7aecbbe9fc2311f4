import { describe, expect, it } from 'vitest';
import { OtpctlError } from '../../src/domain/errors.ts';
import { fillTemplate, spokenCode, tagsOf, tagValues } from '../../src/domain/provider-call/template.ts';
import { DEFAULT_EMAIL_BODY } from '../../src/domain/settings/setting-rules.ts';

const plain = (value: string) => value;
const fill = (template: string, known: Record<string, string> = {}) =>
  fillTemplate(template, tagValues('ada', known), plain);

describe('a template', () => {
  it.each([
    ['no tags at all', 'no tags at all'],
    ['${PIN}', '123456'],
    ['code ${PIN}, again ${PIN}', 'code 123456, again 123456'],
    ['${PIN}${userName}', '123456ada'],
    ['costs 5$ or $5 or $$ or ${} or ${ PIN } or ${PIN', 'costs 5$ or $5 or $$ or ${} or ${ PIN } or ${PIN'],
    ['$${PIN}', '$123456'],
    ['${größe_2.x-y}', '170'],
    ['${部署}', '経理'],
    ['${fullName:-colleague}', 'colleague'],
    ['${fullName:-}.', '.'],
    ['${empty:-nothing}', 'nothing'],
    ['${PIN:-none}', '123456'],
    ['${fullName:-a:-b $x "c" \n}', 'a:-b $x "c" \n'],
    ['${pin:-other case}', 'other case'],
    ['${toString:-own only}${__proto__:-!}', 'own only!'],
  ])('%j gives %j', (template, filled) => {
    expect(
      fill(template, { PIN: '123456', userName: 'ada', größe_2: '?', 'größe_2.x-y': '170', 部署: '経理', empty: '' }),
    ).toBe(filled);
  });

  it('is filled in one pass: a value is never a template', () => {
    expect(fill('${a}${b}', { a: '${PIN}', b: '{PIN}', PIN: '123456' })).toBe('${PIN}{PIN}');
    expect(fill('$${a}', { a: '{PIN}', PIN: '123456' })).toBe('${PIN}');
    expect(fill('${a:-$}{PIN}', { PIN: '123456' })).toBe('${PIN}');
  });

  it('encodes values and defaults, and literal text apart from them', () => {
    const encode = (value: string) => `<${value}>`;
    const upper = (text: string) => text.toUpperCase();
    expect(fillTemplate('a ${x} b ${y:-c}', tagValues('ada', { x: 'v' }), encode, upper)).toBe('A <v> B <c>');
  });

  it.each([[{}], [{ fullName: '' }]])('names a tag without a value, and whose it is: %j', (known) => {
    expect(() => fill('Dear ${fullName}', known)).toThrow(
      expect.objectContaining({
        code: 'tag-without-value',
        message: 'user ada has no value for the tag ${fullName}, so nothing was sent',
        hint: expect.stringContaining('fullName=VALUE'),
      }),
    );
    expect(() => fill('Dear ${fullName}', known)).toThrow(OtpctlError);
  });

  it.each([
    ['PHONE', 'phone=VALUE'],
    ['EMAIL', 'mail=VALUE'],
  ])('knows which attribute ${%s} is', (tag, hint) => {
    expect(() => fill(`\${${tag}}`)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(`--attr ${hint}`) }),
    );
  });

  it('lists its tags once, in order', () => {
    expect(tagsOf('${b} ${a:-${c} ${b} $x ${ d}')).toEqual(['b', 'a']);
    expect(tagsOf(DEFAULT_EMAIL_BODY)).toEqual(['PIN']);
  });
});

describe('a spoken code', () => {
  it('is digits with pauses', () => {
    expect(spokenCode('123')).toBe('1. 2. 3. ');
  });
});
