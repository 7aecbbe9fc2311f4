import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, utf8 } from '../../src/domain/text/utf8.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const said = (bytes: Uint8Array): string => {
  try {
    return decodeUtf8(bytes, 'the file');
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    return `${message} / ${hint}`;
  }
};

describe('bytes that are no UTF-8', () => {
  it.each([
    ['Latin-1', latin1('user\nada\nM\xfcller\n'), 'line 3, column 2; it looks like Latin-1', 'iconv -f ISO-8859-1'],
    ['Latin-1 at its end', latin1('caf\xe9'), 'line 1, column 4; it looks like Latin-1', 'iconv -f ISO-8859-1'],
    ['Windows-1252', latin1('a\nb \x80 5\n'), 'line 2, column 3; it looks like Windows-1252', 'iconv -f WINDOWS-1252'],
    [
      'UTF-16 with a mark',
      Buffer.from('\ufeffid\n1\n', 'utf16le'),
      'line 1, column 1; it looks like UTF-16',
      'UTF-16LE',
    ],
    ['UTF-16 without one', Buffer.from('id\n1\n', 'utf16le'), 'line 1, column 1; it looks like UTF-16', 'UTF-16LE'],
    [
      'UTF-16, big end first',
      Buffer.from('id\n', 'utf16le').swap16(),
      'line 1, column 1; it looks like UTF-16',
      'UTF-16BE',
    ],
    [
      'both in one file',
      Buffer.concat([Buffer.from('ä\nö'), latin1('\xfc')]),
      'line 2, column 2; it looks like Latin-1',
      'write it as',
    ],
    ['a character that is cut', Buffer.from('ab€').subarray(0, 4), 'line 1, column 3 /', 'write it as UTF-8'],
    ['half a surrogate pair', Buffer.from([0x61, 0xed, 0xa0, 0x80]), 'line 1, column 2 /', 'write it as UTF-8'],
    [
      'after characters of four bytes',
      Buffer.concat([Buffer.from('𝒜𝒷'), latin1('\xff')]),
      'line 1, column 3; ',
      'write it',
    ],
  ])('%s: are told of by line, column and what they look like', (_, bytes, place, hint) => {
    expect(said(bytes)).toContain(`the file is not UTF-8: ${place}`);
    expect(said(bytes)).toContain(hint);
  });

  it('are found where the strict decoder of the platform finds them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 8 }), (bytes, text) => {
        const all = Buffer.concat([Buffer.from(text), bytes]);
        const place = /line (\d+), column (\d+)/.exec(said(all));
        if (utf8(all) !== undefined) return true;
        // All before that place is UTF-8, and with the byte at it no longer.
        const lines = all.toString('latin1').split('\n');
        const before = lines.slice(0, Number(place?.[1]) - 1).join('\n').length + (Number(place?.[1]) > 1 ? 1 : 0);
        return place !== null && utf8(all.subarray(0, before)) !== undefined;
      }),
      { numRuns: 2000 },
    );
  });
});

it('a byte order mark is no part of a text', () => {
  expect(decodeUtf8(Buffer.from('\ufeffid\n'), 'x')).toBe('id\n');
});
