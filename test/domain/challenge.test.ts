import { describe, expect, it } from 'vitest';
import { MAX_TRIES, outstanding } from '../../src/domain/verification/challenge.ts';
import { NEW_YEAR } from '../support/fixed.ts';

const CHALLENGE = { id: 'c', created: NEW_YEAR, expires: NEW_YEAR + 300, tries: 0 };
const MESSAGE = { ...CHALLENGE, codeHash: new Uint8Array(32) };

describe('a challenge', () => {
  it.each([
    [0, true],
    [300, true],
    [301, false],
    [-1, false],
  ])('can be answered %i seconds after it was issued: %s', (seconds, can) => {
    expect(outstanding(CHALLENGE, NEW_YEAR + seconds)).toBe(can);
    expect(outstanding(MESSAGE, NEW_YEAR + seconds)).toBe(can);
  });

  it('that sent a code is dead after so many tries; PIN positions are not, which the lock of the device ends', () => {
    expect(outstanding({ ...MESSAGE, tries: MAX_TRIES - 1 }, NEW_YEAR)).toBe(true);
    expect(outstanding({ ...MESSAGE, tries: MAX_TRIES }, NEW_YEAR)).toBe(false);
    expect(outstanding({ ...CHALLENGE, positions: [1, 3], tries: MAX_TRIES }, NEW_YEAR)).toBe(true);
    expect(outstanding(undefined, NEW_YEAR)).toBe(false);
  });
});
