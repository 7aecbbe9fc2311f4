import { describe, expect, it } from 'vitest';
import { dialledNumber } from '../../src/domain/contact.ts';

describe('a number as it is dialled', () => {
  it.each([
    ['+34 666 55-54.44', '+34666555444'],
    ['(0034) 666/555', '0034666555'],
    ['+(1)900', '+1900'],
    ['666555444', '666555444'],
  ])('of %s is %s', (phone, dialled) => {
    expect(dialledNumber(phone)).toBe(dialled);
  });
});
