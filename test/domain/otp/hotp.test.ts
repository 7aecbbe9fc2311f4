import { describe, expect, it } from 'vitest';
import { findCounter, hotp } from '../../../src/domain/otp/hotp.ts';
import { findStep, timeStep, totp } from '../../../src/domain/otp/totp.ts';
import { Secret } from '../../../src/domain/secret.ts';
import rfc4226 from '../../vectors/rfc4226.json' with { type: 'json' };
import rfc6238 from '../../vectors/rfc6238.json' with { type: 'json' };

const secret = new Secret(Buffer.from(rfc4226.secretHex, 'hex'));
const six = { algorithm: 'SHA1', digits: 6 } as const;

describe('HOTP', () => {
  it.each(rfc4226.codes.map((code, counter) => ({ counter, code })))(
    'gives $code for counter $counter (RFC 4226 Appendix D)',
    ({ counter, code }) => {
      expect(hotp(secret, BigInt(counter), six)).toBe(code);
    },
  );

  it('knows counters beyond 2^53, as oathtool computes them', () => {
    expect(hotp(secret, 9_007_199_254_740_993n, six)).toBe('354518');
    expect(hotp(secret, 2n ** 63n - 1n, six)).toBe('181742');
  });

  it('finds a counter in its window, both ends included, and no other', () => {
    const code = hotp(secret, 20n, six);
    expect(findCounter(secret, code, 10n, 20n, six)).toBe(20n);
    expect(findCounter(secret, code, 20n, 30n, six)).toBe(20n);
    expect(findCounter(secret, code, 10n, 19n, six)).toBeUndefined();
    expect(findCounter(secret, code, 21n, 30n, six)).toBeUndefined();
  });
});

describe('TOTP', () => {
  const cases = (['SHA1', 'SHA256', 'SHA512'] as const).flatMap((algorithm) =>
    rfc6238.times.map((time, at) => ({ algorithm, time, code: rfc6238.codes[algorithm][at] as string })),
  );

  it.each(cases)('gives $code at $time with $algorithm (RFC 6238 Appendix B)', ({ algorithm, time, code }) => {
    const key = new Secret(Buffer.from(rfc6238.secretsHex[algorithm], 'hex'));
    expect(totp(key, timeStep(time, 30), { algorithm, digits: 8 })).toBe(code);
  });

  it('never looks before the first step', () => {
    expect(findStep(secret, totp(secret, 0, six), -5, 1, six)).toBe(0);
  });
});
