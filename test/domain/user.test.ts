import { expect, it, onTestFinished, vi } from 'vitest';
import { emailAddress } from '../../src/domain/enrollment/contact.ts';
import { userName } from '../../src/domain/user.ts';

it('a name of any length is refused before anything is made of it', () => {
  const normalize = vi.spyOn(String.prototype, 'normalize');
  onTestFinished(() => normalize.mockRestore());
  for (const letter of ['x', '\ufdfa', '\u0300', '\u1e9b\u0323', '\ud83d\ude00']) {
    expect(() => userName(letter.repeat(500_000))).toThrow('the user name is longer than 256 characters');
  }
  expect(normalize).not.toHaveBeenCalled();
});

it('a name is as long as it is when it is composed, without the spaces around it', () => {
  expect(userName(`${' '.repeat(5000)}${'a\u0308'.repeat(256)}`)).toBe('\u00e4'.repeat(256));
  expect(() => userName('\ufdfa'.repeat(20))).toThrow('longer than 256');
});

it('an address that is too long is not said again', () => {
  expect(() => emailAddress(`${'a'.repeat(1_000_000)}@example.com`)).toThrow(
    /^the e-mail address is longer than 254 characters$/,
  );
});
