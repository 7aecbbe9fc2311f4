import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyName } from '../../src/domain/api-key/api-key.ts';
import { asSeen, withHidden } from '../../src/domain/text/identifier.ts';
import { refuseNewName } from '../../src/domain/text/new-name.ts';
import { fold, userName } from '../../src/domain/user.ts';

const admit = (text: string) => refuseNewName(userName(text), 'user');
const point = (code: number) => String.fromCodePoint(code);

/** What a name is compared by under UsernameCaseMapped (RFC 8265 section 3.3.1): width, case, normal form. */
function caseMapped(name: string): string {
  const narrow = name.replace(/[\uff01-\uffee\u3000]/g, (wide) => wide.normalize('NFKC'));
  return narrow.toLowerCase().normalize('NFC');
}

describe('names that PRECIS takes for one', () => {
  it('are one by the fold, whatever letters they have', () => {
    const letters = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'AaÄäΣσςßẞİıK\u212a\uff21\uff41ﬁǅǆ\u0345\u03b1ᾳ') }),
    );
    fc.assert(
      fc.property(letters, (text) => {
        expect(fold(caseMapped(text))).toBe(fold(text));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('a new user', () => {
  it.each([
    'ada',
    'Ada Lovelace',
    'ada@example.com',
    "o'hara $(id)",
    'CORP\\ada',
    'Zoë',
    'zoe\u0308',
    'weiß',
    'İpek',
    'ılgaz',
    'ΟΔΥΣΣΕΥΣ',
    '李小龍',
    'カール・マルクス',
    'الخوارزمي',
    'ا١٢',
    'משה',
    'משה Cohen',
    'देवनागरी',
    'col·lega',
    '\uff21\uff44\uff41',
    'ﬁona',
    '김철수',
  ])('can be called %s', (name) => {
    expect(() => admit(name)).not.toThrow();
  });

  it.each([
    ['a braille blank', 'ada\u2800', 'U+2800'],
    ['a blank alone', '\u2800', 'U+2800'],
    ['a control of hieroglyphs', 'a\u{13430}da', 'U+13430'],
    ['a blank hieroglyph, full', 'ada\u{13441}', 'U+13441'],
    ['a hieroglyph that only turns the one before it', 'ada\u{13440}', 'U+13440'],
    ['a blank hieroglyph, half', 'ada\u{13442}', 'U+13442'],
    ['a Khitan filler', 'ada\u{16fe4}', 'U+16FE4'],
    ['an annotation anchor', 'a\ufff9da', 'U+FFF9'],
    ['an object replacement', 'ada\ufffc', 'U+FFFC'],
    ['a soft hyphen', 'a\u00adda', 'U+00AD'],
    ['a grapheme joiner', 'a\u034fda', 'U+034F'],
    ['a joiner', 'a\u200dda', 'U+200D'],
    ['a non-joiner', 'a\u200cda', 'U+200C'],
    ['a vowel separator', 'a\u180eda', 'U+180E'],
    ['a variation selector', 'ada\ufe0f', 'U+FE0F'],
    ['a far variation selector', 'ada\u{e0100}', 'U+E0100'],
    ['a Hangul filler', 'ada\u3164', 'U+1160'],
    ['a halfwidth Hangul filler', 'ada\uffa0', 'U+1160'],
    ['a lone jamo', 'ada\u1100', 'U+1100'],
    ['an inherent vowel', 'ada\u17b4', 'U+17B4'],
    ['a shorthand control', 'ada\u{1bca0}', 'U+1BCA0'],
    ['a musical control', 'ada\u{1d173}', 'U+1D173'],
    ['a null notehead', 'ada\u{1d159}', 'U+1D159'],
    ['private use', 'ada\ue000', 'U+E000'],
    ['what no Unicode has', 'ada\u0378', 'U+0378'],
    ['a noncharacter', 'ada\uffff', 'U+FFFF'],
    ['an Ogham space', 'ada\u1680b', 'U+1680'],
    ['a picture', 'ada😀', 'U+1F600'],
    ['a tatweel', 'محـمد', 'U+0640'],
    ['a middle dot outside Catalan', 'a·da', 'U+00B7'],
    ['two spaces', 'ada  lovelace', 'two spaces'],
    ['two spaces, one of them wide', 'ada \u3000lovelace', 'two spaces'],
    ['a mark first', '\u0301ada', 'begins with a mark'],
    ['a mark first in its second word', 'ada \u0301b', 'begins with a mark'],
    ['two directions of writing', 'adaמשה', 'directions'],
    ['digits before Hebrew', '1משה', 'directions'],
    ['digits of two kinds', 'ا١1', 'directions'],
  ])('has no %s in the name', (_, name, why) => {
    expect(() => admit(name)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    expect(() => admit(name)).toThrow(why);
  });

  it('has nothing in the name that is drawn as nothing, wherever it stands', () => {
    const classes = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;
    const missed: string[] = [];
    const vast = /[\p{Co}\p{Cn}]/u;
    for (let code = 0x80; code <= 0x10ffff; code++) {
      const text = `a${point(code)}da`;
      if (
        !classes.test(point(code)) ||
        (vast.test(point(code)) && code % 61 > 0) ||
        /^[ -~]*$/.test(text.normalize('NFKC'))
      )
        continue;
      try {
        admit(text);
        missed.push(code.toString(16));
      } catch {}
    }
    expect(missed).toEqual([]);
  });

  it('is refused or is what its fold folds to', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6 }), (text) => {
        try {
          admit(text);
        } catch {
          return;
        }
        expect(fold(asSeen(text))).toBe(fold(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a new key', () => {
  it('has nothing in its name that cannot be seen', () => {
    expect(keyName('night desk')).toBe('night desk');
    expect(() => keyName('desk\u2800')).toThrow('U+2800');
  });
});

describe('a text as it is seen', () => {
  it.each([
    ['ada\u2800', 'ada'],
    ['a\u{13430}d\ufff9a', 'ada'],
    ['ada  \u3000lovelace', 'ada lovelace'],
    ['ada\ue000', 'ada\ufffd'],
    ['ada\u0378', 'ada\ufffd'],
    ['Ada', 'Ada'],
  ])('%j looks like %j', (text, seen) => {
    expect(asSeen(text)).toBe(seen);
  });

  it('is told with what is hidden', () => {
    expect(withHidden('ada\u2800 é\u{13441}\u200d')).toBe('ada\\u{2800} é\\u{13441}\\u{200d}');
  });
});
