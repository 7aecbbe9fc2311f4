import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OtpctlError } from '../../../src/domain/errors.ts';
import { otpauthUri } from '../../../src/domain/otp/otpauth-uri.ts';
import { parseOtpauth } from '../../../src/domain/otp/parse-otpauth.ts';
import { Secret } from '../../../src/domain/secret.ts';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const totp = (label: string, more = '') => parseOtpauth(`otpauth://totp/${label}?secret=${SECRET}${more}`);

function refusalOf(text: string): string {
  try {
    parseOtpauth(text);
  } catch (error) {
    if (error instanceof OtpctlError && error.code === 'invalid-value') return error.message;
    throw error;
  }
  return 'taken';
}

describe('an otpauth URI', () => {
  it('is read as it was written, whatever is in it', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => {
      return (
        !/[:\p{C}\u2028\u2029]/u.test(text) && text.trim() === text && text.normalize('NFC') === text && text !== ''
      );
    });
    const key = fc.uint8Array({ minLength: 10, maxLength: 64 }).map((bytes) => new Secret(bytes));
    const common = { issuer: name, account: name, secret: key, digits: fc.integer({ min: 6, max: 8 }) };
    const algorithm = fc.constantFrom('SHA1' as const, 'SHA256' as const, 'SHA512' as const);
    fc.assert(
      fc.property(fc.record({ ...common, algorithm, period: fc.integer({ min: 15, max: 300 }) }), (given) => {
        const { unsaid: _, ...read } = parseOtpauth(otpauthUri({ type: 'totp', ...given }));
        expect({ ...read, secret: read.secret.exposeText() }).toEqual({
          type: 'TOTP',
          ...given,
          secret: given.secret.exposeText(),
        });
      }),
    );
    fc.assert(
      fc.property(fc.record({ ...common, algorithm, counter: fc.bigInt({ min: 0n, max: 2n ** 53n }) }), (given) => {
        const { unsaid: _, ...read } = parseOtpauth(otpauthUri({ type: 'hotp', ...given }));
        expect({ ...read, secret: read.secret.exposeText() }).toEqual({
          type: 'HOTP',
          ...given,
          secret: given.secret.exposeText(),
        });
      }),
    );
  });

  it('has what the format takes for granted where it says nothing', () => {
    const { unsaid, secret, ...rest } = totp('ada');
    expect(rest).toEqual({ type: 'TOTP', account: 'ada', algorithm: 'SHA1', digits: 6, period: 30 });
    expect([...unsaid].sort()).toEqual(['algorithm', 'counter', 'digits', 'period']);
    expect(secret.exposeText()).toBe('12345678901234567890');
  });

  it.each([
    ['Example:ada', '', 'Example', 'ada'],
    ['Example%3Aada', '', 'Example', 'ada'],
    ['Example:%20ada', '', 'Example', 'ada'],
    ['Big%20Corp:ada%40x', '&issuer=Big%20Corp', 'Big Corp', 'ada@x'],
    ['Big%20Corp:ada', '&issuer=Big+Corp', 'Big Corp', 'ada'],
    ['a+b', '', undefined, 'a+b'],
    ['ada', '&issuer=Example', 'Example', 'ada'],
    ['ada', '&issuer=', undefined, 'ada'],
    ['Example:ada', '&issuer=', 'Example', 'ada'],
    ['', '&issuer=Example', 'Example', undefined],
  ])('has the names of  %s%s', (label, more, issuer, account) => {
    const read = totp(label, more);
    expect([read.issuer, read.account]).toEqual([issuer, account]);
  });

  it.each([
    `OTPAUTH://TOTP/ada?SECRET=${SECRET}`,
    `otpauth://totp/ada?secret=${SECRET.toLowerCase()}`,
    `otpauth://totp/ada?secret=${SECRET}====`,
    `otpauth://totp/ada?secret=${SECRET}%3D%3D`,
    `otpauth://totp/ada?secret=GEZD%20GNBV%20GY3T%20QOJQ GEZD-GNBV-GY3T-QOJQ`,
    `  otpauth://totp/ada?secret=${SECRET}&image=https%3A%2F%2Fx.y&color=red\n`,
    `otpauth://totp?secret=${SECRET}`,
    `otpauth://totp/ada?secret=${SECRET}&algorithm=sha-1`,
  ])('may be written  %s', (text) => {
    expect(parseOtpauth(text).secret.exposeText()).toBe('12345678901234567890');
  });

  it.each([
    [`otpauth://steam/ada?secret=${SECRET}`, 'is not  otpauth://totp/'],
    [`otpauth://user@totp/ada?secret=${SECRET}`, 'is not  otpauth://totp/'],
    [`otpauth:totp/ada?secret=${SECRET}`, 'is not  otpauth://totp/'],
    [`otpauth://totp/ada?secret=${SECRET}#x`, 'is not  otpauth://totp/'],
    ['otpauth-migration://offline?data=CiAKCg', 'several accounts'],
    ['otpauth://totp/ada', 'has no secret'],
    ['otpauth://totp/ada?secret=', 'has no secret'],
    ['otpauth://totp/ada?secret=0189', 'not Base32'],
    [`otpauth://totp/ada?secret=${SECRET}&secret=${SECRET}`, 'twice: secret'],
    [`otpauth://totp/ada?secret=${SECRET}&Secret=GEZDGNBV`, 'twice: secret'],
    [`otpauth://totp/ada?secret=${SECRET}&digits=6&digits=8`, 'twice: digits'],
    [`otpauth://totp/ada?secret=${SECRET}&x=1&x=2`, 'a parameter twice'],
    [`otpauth://totp/a:b:c?secret=${SECRET}`, 'more than one colon'],
    [`otpauth://totp/a%3Ab:c?secret=${SECRET}`, 'more than one colon'],
    [`otpauth://totp/ada?secret=${SECRET}&issuer=a%3Ab`, 'a colon in its issuer'],
    [`otpauth://totp/Example:ada?secret=${SECRET}&issuer=Other`, 'another as a parameter'],
    [`otpauth://totp/Example:ada?secret=${SECRET}&issuer=example`, 'another as a parameter'],
    [`otpauth://totp/a%0Ab?secret=${SECRET}`, 'control characters'],
    [`otpauth://totp/a%FFb?secret=${SECRET}`, 'a % that begins no character'],
    [`otpauth://totp/ada?secret=${SECRET}&digits=5`, 'digits that is not a number from 6 to 8'],
    [`otpauth://totp/ada?secret=${SECRET}&digits=9`, 'digits that is not'],
    [`otpauth://totp/ada?secret=${SECRET}&digits=1000000000`, 'digits that is not'],
    [`otpauth://totp/ada?secret=${SECRET}&digits=`, 'digits that is not'],
    [`otpauth://totp/ada?secret=${SECRET}&digits=6.0`, 'digits that is not'],
    [`otpauth://totp/ada?secret=${SECRET}&period=0`, 'period that is not a number from 15 to 300'],
    [`otpauth://totp/ada?secret=${SECRET}&period=-30`, 'period that is not'],
    [`otpauth://totp/ada?secret=${SECRET}&algorithm=MD5`, 'algorithm that is not'],
    [`otpauth://totp/ada?secret=${SECRET}&algorithm=constructor`, 'algorithm that is not'],
    [`otpauth://hotp/ada?secret=${SECRET}`, 'has no counter'],
    [`otpauth://hotp/ada?secret=${SECRET}&counter=-1`, 'a counter that is not a number'],
    [`otpauth://hotp/ada?secret=${SECRET}&counter=1e3`, 'a counter that is not a number'],
    [`otpauth://totp/ada?secret=${SECRET}\notpauth://totp/bob?secret=${SECRET}`, 'more than one line'],
  ])('is refused, and not repeated:  %s', (text, sentence) => {
    const message = refusalOf(text);
    expect(message).toContain(sentence);
    expect(message).not.toContain(SECRET);
    expect(message).not.toContain('ada');
  });
});
