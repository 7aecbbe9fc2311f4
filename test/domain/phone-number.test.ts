import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dialledNumber,
  internationalDigits,
  phoneNumber,
  withDoubleZero,
} from '../../src/domain/enrollment/phone-number.ts';
import type { OtpctlError } from '../../src/domain/errors.ts';

function refusal(text: string): string {
  try {
    phoneNumber(text);
  } catch (error) {
    const { code, message } = error as OtpctlError;
    expect(code).toBe('invalid-value');
    return message;
  }
  throw new Error(`${text} is taken`);
}

describe('a phone number', () => {
  it.each([
    ['666555444', '666555444'],
    [' +34 666 555-444\n', '+34 666 555-444'],
    ['(020) 7946-0000', '(020) 7946-0000'],
    ['020/7946.0000', '020/7946.0000'],
    ['(+44) 20 7946 0018', '(+44) 20 7946 0018'],
    ['+ 44 20 7946 0018', '+ 44 20 7946 0018'],
    ['0044 20 7946 0018', '0044 20 7946 0018'],
    ['+34\u00a0666\u202f555\u2009444', '+34 666 555 444'],
    ['+34 666\u2011555\u2013444', '+34 666-555-444'],
    ['tel:+44-20-7946-0018', '+44-20-7946-0018'],
    ['TEL:+34666555444', '+34666555444'],
  ])('%j is kept as %s', (text, kept) => {
    expect(phoneNumber(text)).toBe(kept);
  });

  it.each([
    ['66655.44a', '"a" at character 9'],
    ['  +34 666&555', '"&" at character 10'],
    ['tel:+34*666555', '"*" at character 8'],
    ['\u202a+34 666 555 444\u202c', 'U+202A, which cannot be seen, at character 1'],
    ['+34 666 555 444\u202c', 'U+202C, which cannot be seen, at character 16'],
    ['+34\u200b666555444', 'U+200B, which cannot be seen, at character 4'],
    ['+34 666\u00ad555444', 'U+00AD, which cannot be seen, at character 8'],
    ['+34 666\n555 444', 'U+000A, which cannot be seen, at character 8'],
    ['+34 666\t555 444', 'U+0009, which cannot be seen, at character 8'],
    ['+34 \uff16\uff16\uff16555444', '"\uff16" (U+FF16) at character 5'],
    ['\uff0b34666555444', '"\uff0b" (U+FF0B) at character 1'],
    ['٦٦٦٥٥٥٤٤٤', '"٦" (U+0666) at character 1'],
    ['+34 666 555 \u{1f4f1}', '"\u{1f4f1}" (U+1F4F1) at character 13'],
    ['34+666555444', '"+" at character 3'],
    ['++34666555444', '"+" at character 2'],
    ['-666555444', '"-" at character 1'],
    ['+abc', '"a" at character 2'],
  ])('%j is refused, and the character is named', (text, named) => {
    expect(refusal(text)).toContain(`is not a phone number: ${named} is neither a digit nor a separator`);
  });

  it.each([
    ['', 'it is empty'],
    ['+', 'it has 0 digits'],
    ['1234', 'it has 4 digits, and may have 5 to 15'],
    ['+1234567890123456', 'it has 16 digits'],
    ['+44 20 7946 0018 x12', '"x12" from character 18 on is an extension'],
    ['+44 20 7946 0018 ext. 12', '"ext. 12" from character 18 on is an extension'],
    ['+44 20 7946 0018,12', '",12" from character 17 on is an extension'],
    ['+44 20 7946 0018#12', '"#12" from character 17 on is an extension'],
    ['tel:+442079460018;ext=12', '";ext=12" from character 18 on is an extension'],
  ])('%j is refused: %s', (text, why) => {
    expect(refusal(text)).toContain(why);
  });
});

describe('a zero in parentheses', () => {
  it.each([
    ['+44 (0)20 7946 0018', '+44 20 7946 0018', '+442079460018'],
    ['+44(0)2079460018', '+44 2079460018', '+442079460018'],
    ['+44 (0) 20 7946 0018', '+44 20 7946 0018', '+442079460018'],
    ['+49-(0)-171-1234567', '+49 171-1234567', '+491711234567'],
    ['(+41) (0)44 123 45 67', '(+41) 44 123 45 67', '+41441234567'],
    ['+(353) (0)1 123 4567', '+(353) 1 123 4567', '+35311234567'],
    ['0044 (0)20 7946 0018', '0044 20 7946 0018', '00442079460018'],
    ['tel:+44-(0)20-79460018', '+44 20-79460018', '+442079460018'],
  ])('after a country code goes away: %s', (text, kept, dialled) => {
    expect(phoneNumber(text)).toBe(kept);
    expect(dialledNumber(kept)).toBe(dialled);
    // As a store has it that kept what was given.
    expect(dialledNumber(text.replace('tel:', ''))).toBe(dialled);
  });

  it.each([
    ['+39 06 6982 1234', '+390669821234'],
    ['+39 (06) 6982 1234', '+390669821234'],
    ['(0)20 7946 0018', '02079460018'],
    ['(020) 7946 0018', '02079460018'],
    ['+44 20 7946 0018', '+442079460018'],
    ['+34 (666) 055 (044)', '+34666055044'],
  ])('elsewhere is a digit like any other: %s', (text, dialled) => {
    expect(dialledNumber(phoneNumber(text))).toBe(dialled);
  });

  it.each([
    ['+39 (0)6 6982 1234', 'after +39 a zero is dialled'],
    ['+44 20 (0) 7946 0018', '(0) at character 8 does not follow the country code'],
    ['+4420 (0)79460018', 'does not follow the country code'],
    ['44 (0)20 7946 0018', 'it is not clear whether the zero of (0) at character 4 is dialled'],
    ['+44 (020) 7946 0018', 'the zero of (020) at character 5 is not dialled after +44: write the number as it is'],
    ['+49 (0171) 1234567', 'the zero of (0171) at character 5 is not dialled after +49'],
    ['+44 (0)(0)20 7946 0018', 'it has two zeros in parentheses'],
  ])('that might be dialled or not is refused: %s', (text, why) => {
    expect(refusal(text)).toContain(why);
  });
});

describe('a number as it is dialled', () => {
  it.each([
    ['+34 666 55-54.44', '+34666555444', '34666555444', '0034666555444'],
    ['(0034) 666/555', '0034666555', '34666555', '0034666555'],
    ['+(1)900', '+1900', '1900', '001900'],
    ['(+44) 20 7946', '+44207946', '44207946', '0044207946'],
    ['666555444', '666555444', '666555444', '666555444'],
    ['+44 20 (0) 7946', '+442007946', '442007946', '00442007946'],
  ])('of %s is %s, and without plus %s, and with 00 %s', (phone, dialled, digits, doubleZero) => {
    expect(dialledNumber(phone)).toBe(dialled);
    expect(internationalDigits(phone)).toBe(digits);
    expect(withDoubleZero(phone)).toBe(doubleZero);
  });

  it('is the same of what is kept as of what was given, and what is kept is taken again', () => {
    const typed = fc.string({ unit: fc.constantFrom(...'+0012345679 ()./-'), minLength: 5, maxLength: 20 });
    fc.assert(
      fc.property(typed, (text) => {
        let kept: string;
        try {
          kept = phoneNumber(text);
        } catch {
          return;
        }
        expect(phoneNumber(kept)).toBe(kept);
        expect(dialledNumber(kept)).toBe(dialledNumber(text));
        expect(dialledNumber(kept)).toMatch(/^\+?[0-9]{5,15}$/);
      }),
      { numRuns: 5000 },
    );
  });
});
