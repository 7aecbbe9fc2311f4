import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/delivery/redact.ts';
import { cpuTime } from '../support/cpu-time.ts';

describe('redaction', () => {
  it('strips controls, and what reorders text', () => {
    expect(redact('a\r\nb\u001b[2J\u202ec\u0085\u200bd', '492039', [])).toBe('a b [2J c d');
  });

  it('leaves what is neither', () => {
    const text = '{"status":-12,"message":"unknown number +34666555444","id":"5f2c9a7e-1b1e-4b7e-9f2d-3f6a1c9d0e11"}';
    expect(redact(text, '492039', ['XXXXXXt'])).toBe(text);
  });

  it('leaves nothing of a secret that has the code in it, or of a code that has a secret in it', () => {
    expect(redact('492039', '492039', ['203'])).toBe('[code]');
    expect(redact('a203b', '492039', ['203'])).toBe('a[secret]b');
  });

  it('finds a secret in whatever writing, and in more than one', () => {
    const secret = 'p"ä/😀 <1';
    const writings = [
      encodeURIComponent(secret),
      encodeURIComponent(secret).replaceAll('%20', '+').toLowerCase(),
      JSON.stringify(secret).slice(1, -1),
      secret.toUpperCase(),
      'p\\"\\u00e4\\/\\ud83d\\uDE00 &lt;&#x031;',
      'p&quot;%e4&#47;&#x1F600;+&#060;1',
      'p\\x22a\u0308/😀%20\\u003C%31',
    ];
    for (const writing of writings) expect(redact(`a ${writing} b`, '492039', [secret])).toBe('a [secret] b');
  });

  it('finds what is encoded in a form that is not the usual one', () => {
    expect(redact(`to ${encodeURIComponent('ﬁle-Ａ')}`, '492039', ['ﬁle-Ａ'])).toBe('to [secret]');
    expect(redact('to 4\\uff19%ef%bc%92&#xff10;3９', '492039', [])).toBe('to [code]');
  });

  it.each([
    ['URL encoding twice', each((digit) => `%25${hexOf(digit)}`)],
    ['URL encoding three times', each((digit) => `%2525${hexOf(digit)}`)],
    ['URL encoding of an encoded fullwidth digit', each((digit) => encodeURIComponent(`%EF%BC%9${digit}`))],
    ['entities without their ends', each((digit) => `&#${digit.charCodeAt(0)}`)],
    ['entities in entities', each((digit) => `&amp;#x${hexOf(digit)};`)],
    ['code points in braces', each((digit) => `\\u{${hexOf(digit)}}`)],
    ['octal escapes', each((digit) => `\\0${digit.charCodeAt(0).toString(8)}`)],
    ['quoted-printable', each((digit) => `=${hexOf(digit)}`)],
    [
      'bytes with colons',
      Buffer.from('492039')
        .toString('hex')
        .replace(/..(?=.)/g, '$&:'),
    ],
    ['bytes of a program', each((digit) => `0x${hexOf(digit)}, `)],
    ['numbers of characters', JSON.stringify([...Buffer.from('492039')])],
    ['bits', each((digit) => `00${digit.charCodeAt(0).toString(2)} `)],
    ['digits of Arabic', each((digit) => String.fromCodePoint(0x660 + Number(digit)))],
    ['digits of Devanagari', each((digit) => String.fromCodePoint(0x966 + Number(digit)))],
    ['long tags between', each((digit) => `<span class="digit of a code">${digit}</span>`)],
    ['numbers between', each((digit, at) => `${at}=${digit}&`)],
    ['backwards', '930294'],
    ['Base64 in lines', 'NDky\r\nMDM5'],
    ['Base64 in lines of JSON', 'NDky\\r\\nMDM5'],
    ['Base64 of Base64', btoa(btoa('492039'))],
    ['Base64 of hex', btoa(Buffer.from('492039').toString('hex'))],
    ['hex of Base64', Buffer.from(btoa('492039')).toString('hex')],
  ])('shows nothing of an answer that has the code in it by %s', (_what, written) => {
    expect(redact(`answer ${written} end`, '492039', [])).toBe('[code]');
    expect(redact(`${' '.repeat(3900)}${written}${' '.repeat(200)}`, '492039', [])).toMatch(/^(?:\[code\]|\.\.\.)$/);
  });

  it('shows nothing of an answer that has a secret in it which is encoded twice', () => {
    const secret = 'Top Secret/ä';
    const twice = encodeURIComponent(encodeURIComponent(secret));
    for (const written of [
      twice,
      btoa(btoa('Top Secret/')),
      Buffer.from(secret).toString('hex').replace(/../g, '$& '),
    ]) {
      expect(redact(`answer ${written} end`, '492039', [secret, 'Top Secret/'])).toBe('[secret]');
    }
  });

  it('leaves nothing of letters that hide a secret, and have the code in them by chance', () => {
    const secret = '?4920390?';
    const hidden = Buffer.from(`a:${secret}`).toString('base64');
    const code = hidden.replace(/[^0-9]/g, '');
    expect(code).not.toBe('');
    expect(redact(`x ${hidden} y`, code, [secret])).toBe('x [code] y');
  });

  it.each([
    ['a code', '492039', '492039'],
    ['a code with marks', '4-9-2-0-3-9', '492039'],
    ['an encoded code', '%34%39%32%30%33%39', '492039'],
    ['a secret', 'topsecret', 'topsecret'],
    ['an encoded secret', [...'topsecret'].map((each) => `&#${each.charCodeAt(0)};`).join(''), 'topsecret'],
    ['a secret with an endless number', `topsecre&#${'0'.repeat(90)}116;`, 'topsecret'],
    ['a secret of composed characters', 'a\u0308o\u0308u\u0308A\u0308O\u0308', 'äöüÄÖ'],
    ['digits that hide a long secret', Buffer.from('a-long-secret-of-a-provider').toString('hex'), '612'],
    ['letters that hide a secret', Buffer.from('the topsecret').toString('base64'), 'dGhlI'],
  ])('leaves nothing of %s that a cut goes through', (_what, written, secret) => {
    for (let before = 3900; before <= 4000; before += 3) {
      const text = `${' '.repeat(before)}${written} ${' '.repeat(9000)}`;
      const shown = redact(text, '492039', ['topsecret', 'äöüÄÖ', 'a-long-secret-of-a-provider']).replaceAll(
        /\[code\]|\[secret\]|\.\.\.$/g,
        '',
      );
      expect(`${before} ${shown}`).not.toContain(secret.slice(0, 3).normalize('NFKC'));
      expect(`${before} ${shown.replace(/[^A-Za-z0-9]/g, '')}`).not.toMatch(/ (?:492|343932|116|dGhl)/);
    }
  });

  it('does not take two letters for a secret', () => {
    expect(redact('a banana', '492039', ['', 'a', 'an'])).toBe('a banana');
  });

  it('finds the code between anything', () => {
    const code = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 6, maxLength: 10 });
    const around = fc.string({ unit: fc.constantFrom(...'ab <>&;%\\-.\n\u001b'), maxLength: 20 });
    const between = fc.string({ unit: fc.constantFrom(...' .,-_/\n\t\u00a0\u200b'), maxLength: 5 });
    fc.assert(
      fc.property(code, around, between, around, (digits, before, mark, after) => {
        const shown = redact(`${before}x${[...digits].join(mark)}x${after}`, digits, []);
        expect(shown.replace(/[^0-9]/g, '')).toBe('');
      }),
    );
  });

  it.each([
    ['digits', '49203'.repeat(13_000)],
    ['digits and marks', '4 9 2 0 3 '.repeat(6_500)],
    ['marks', `4${'<'.repeat(65_000)}`],
    ['entities', '4&;&#;'.repeat(11_000)],
    ['escapes', '4%20\\u0020%%'.repeat(5_400)],
    ['letters', 'QUJD'.repeat(16_000)],
    ['letters of a secret', 'aaaaaaab'.repeat(8_000)],
    ['encoded marks between digits', `4${'%aa'.repeat(12)}9${'%aa'.repeat(12)}2${'%aa'.repeat(8)}`],
    ['encoded marks after every digit', [...'49203'].map((digit) => digit + '%aa'.repeat(24)).join('')],
    ['digits that are encoded in two ways', '%34%39%32%30%33'.repeat(4_000)],
    ['zeros of an entity', `&#${'0'.repeat(65_000)}`],
    ['beginnings of entities', '&#0&#x0'.repeat(9_000)],
    ['what grows when it is normalised', '\ufdfa'.repeat(65_000)],
  ])('of much text, %s, takes no time', (_what, text) => {
    const spent = cpuTime();
    redact(text, '492039', ['aaaaaaaaac', 'a'.repeat(200)]);
    expect(spent()).toBeLessThan(3000);
  });
});

function each(write: (digit: string, at: number) => string): string {
  return [...'492039'].map(write).join('');
}

function hexOf(digit: string): string {
  return digit.charCodeAt(0).toString(16);
}
