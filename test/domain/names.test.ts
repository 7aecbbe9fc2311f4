import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedEmail, maskedPhone } from '../../src/domain/device-types/message-code.ts';
import { numberedName } from '../../src/domain/device-types/otp-key.ts';
import { emailAddress } from '../../src/domain/enrollment/contact.ts';
import { phoneNumber } from '../../src/domain/enrollment/phone-number.ts';
import { neutraliseCell, readCell } from '../../src/domain/text/csv-cell.ts';
import { printable } from '../../src/domain/text/printable.ts';
import { fold, userName } from '../../src/domain/user.ts';
import { normaliseCode } from '../../src/domain/verification/verification.ts';

describe('automatic names', () => {
  it.each([
    ['dilbert@soffid.com', 'di*****@so****.co*'],
    ['a@b.co', 'a@b.co'],
    ['first.last@mail.example.org', 'fi***.la**@ma**.ex*****.or*'],
    ['müller@example.com', 'mü****@ex*****.co*'],
  ])('mask the address %s as %s', (address, masked) => {
    expect(maskedEmail(address)).toBe(masked);
  });

  it.each([
    ['666555444', '66*****44'],
    ['+34666555444', '+3********44'],
    ['12345', '12*45'],
    ['1234', '1234'],
  ])('mask the number %s as %s', (number, masked) => {
    expect(maskedPhone(number)).toBe(masked);
  });

  it('mask no separator, and never lengthen or shorten', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const masked = maskedEmail(address);
        expect(masked).toHaveLength(address.length);
        expect(masked.replace(/[^.@]/g, '')).toBe(address.replace(/[^.@]/g, ''));
        for (const run of masked.split(/[.@]/)) expect(run.slice(2)).toMatch(/^\**$/);
      }),
    );
  });

  it('have eight digits, and more when they run out', () => {
    expect(numberedName('TOTP', 1)).toBe('TOTP00000001');
    expect(numberedName('HOTP', 123_456_789)).toBe('HOTP123456789');
  });
});

describe('user names', () => {
  it('are one when their folds are', () => {
    const aliases = [
      'Müller',
      'MÜLLER',
      ' müller ',
      'mu\u0308ller',
      '\uff4d\u00fc\uff4c\uff4cer',
      'mü\u00adll\u200der',
    ];
    expect(new Set(aliases.map(fold)).size).toBe(1);
  });

  it('fold a piece as they fold the whole', () => {
    expect(fold('ΟΔΥΣΣΕΥΣ').startsWith(fold('ΟΔΥΣ'))).toBe(true);
  });

  it('fold to what folds to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('are kept as written, normalised and trimmed', () => {
    expect(userName('  Ada Lovelace ')).toBe('Ada Lovelace');
    expect(userName('李小龍')).toBe('李小龍');
    expect(userName('\uff21da')).toBe('Ada');
  });

  it.each(['', '   ', '\u00a0', '\u00ad', '\u200d', 'a\nb', 'a\u001b[31mb', 'a\u202eb', 'x'.repeat(257)])(
    'are not %j',
    (text) => {
      expect(() => userName(text)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    },
  );
});

describe('a code', () => {
  it.each(['123456', '123 456', ' 123456 ', '12-34-56', '1 2-3 4-5 6'])('is the same written %j', (typed) => {
    expect(normaliseCode(typed, 6)).toBe('123456');
  });

  it.each([
    '',
    '12345',
    '1234567',
    '12345a',
    '١٢٣٤٥٦',
    '１２３４５６',
    '123\u00a0456',
    '123\t456',
    '123456\n',
    '+23456',
    '12.456',
  ])('is not %j', (typed) => {
    expect(normaliseCode(typed, 6)).toBeUndefined();
  });
});

describe('contacts', () => {
  it.each(['ada@example.com', "o'neil+tag@sub.example.org", 'a@localhost', 'müller@exämple.de', ' ada@example.com '])(
    'take the address %j',
    (text) => {
      expect(emailAddress(text)).toBe(text.trim());
    },
  );

  it.each([
    '',
    'ada',
    '@x.com',
    'a@',
    'a b@x.com',
    'a@x.com,b@x.com',
    'a@x.com\r\nBcc: b@x.com',
    '<a@x.com>',
    'a@@x.com',
    'a@x..com',
    'a@.x.com',
    'a@x.com.',
    'a@-x.com',
    'a\u202eb@x.com',
    'a\uff20b@x.com',
    `${'a'.repeat(250)}@x.com`,
  ])('refuse the address %j', (text) => {
    expect(() => emailAddress(text)).toThrow(/not one e-mail address|longer than 254/);
  });

  it.each(['666555444', '+34 666 555 444', '(020) 7946-0000', '020/7946.0000'])('take the number %j', (text) => {
    expect(phoneNumber(text)).toBe(text);
  });

  it.each(['', '123', 'abc', '+', '66655x444', '1234567890123456', '٦٦٦٥٥٥٤٤٤', '666\n555'])(
    'refuse the number %j',
    (text) => {
      expect(() => phoneNumber(text)).toThrow(/not a phone number/);
    },
  );
});

describe('a csv cell', () => {
  it.each(['=1+1', '+1+1', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1", '\uff1d1'])(
    'that would run is neutralised: %j',
    (value) => {
      expect(neutraliseCell(value)).toBe(`'${value}`);
    },
  );

  it.each(['+34666555444', 'ada', "o'neil", '', "'quoted'"])('that would not is left alone: %j', (value) => {
    expect(neutraliseCell(value)).toBe(value);
  });

  it('reads back as what it was', () => {
    const risky = fc.string({ unit: fc.constantFrom(...`'=+-@\t\r1aä`) });
    fc.assert(
      fc.property(fc.oneof(risky, fc.string()), (value) => {
        expect(readCell(neutraliseCell(value))).toBe(value);
      }),
    );
  });
});

describe('printable text', () => {
  it('writes what would move a cursor or reorder as its code point', () => {
    expect(printable('a\u001b[31mb\u202ec\nd\u009be')).toBe('a\\u{1b}[31mb\\u{202e}c\\u{a}d\\u{9b}e');
  });

  it('leaves every script and emoji as it is', () => {
    for (const text of ['مرحبا', '李小龍', 'ελληνικά', '👩‍💻', 'می‌خواهم']) expect(printable(text)).toBe(text);
  });
});
