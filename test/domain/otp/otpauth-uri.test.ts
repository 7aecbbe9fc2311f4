import { parse } from '@otplib/uri';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otpauthUri } from '../../../src/domain/otp/otpauth-uri.ts';
import { Secret } from '../../../src/domain/secret.ts';

const base = {
  type: 'totp',
  issuer: 'otpctl',
  account: 'ada',
  secret: new Secret(Buffer.from('12345678901234567890')),
  algorithm: 'SHA1',
  digits: 6,
  period: 30,
} as const;

describe('an otpauth URI', () => {
  it('leaves out what the format takes for granted', () => {
    expect(otpauthUri(base)).toBe('otpauth://totp/otpctl:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=otpctl');
  });

  it('names what is not the default', () => {
    expect(otpauthUri({ ...base, algorithm: 'SHA512', digits: 8, period: 60 })).toBe(
      'otpauth://totp/otpctl:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=otpctl&algorithm=SHA512&digits=8&period=60',
    );
  });

  it('carries the counter of a HOTP device, also one beyond 2^53', () => {
    const { period: _, ...key } = base;
    expect(otpauthUri({ ...key, type: 'hotp', counter: 0n })).toContain('&counter=0');
    expect(otpauthUri({ ...key, type: 'hotp', counter: 9_007_199_254_740_993n })).toContain(
      '&counter=9007199254740993',
    );
  });

  it('writes a space as %20, and everything else so that it reads back', () => {
    expect(otpauthUri({ ...base, issuer: 'Big Co', account: 'ada l' })).toContain('otpauth://totp/Big%20Co:ada%20l?');
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((each) => !each.includes(':') && each.isWellFormed());
    fc.assert(
      fc.property(text, text, (issuer, account) => {
        const uri = otpauthUri({ ...base, issuer, account });
        expect(uri).toMatch(/^[\x21-\x7e]+$/);
        expect(uri).not.toContain('+');
        expect(parse(uri)).toMatchObject({ label: `${issuer}:${account}`, params: { issuer } });
      }),
    );
  });

  it.each([{ issuer: 'a:b' }, { account: 'a:b' }])('refuses a colon inside issuer or account: %o', (part) => {
    expect(() => otpauthUri({ ...base, ...part })).toThrow(/contains a colon/);
  });
});
