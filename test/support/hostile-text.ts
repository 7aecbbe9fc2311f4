import fc from 'fast-check';

/** What breaks terminals, logs, JSON, SQL and UTF-8. */
const PIECES = [
  '\u0000',
  '\u001b[31m',
  '\u001b]0;x\u0007',
  '\n',
  '\r\n',
  '\t',
  '\u007f',
  '\u0085',
  '\u009b31m',
  '\ud800',
  '\udbff',
  '\udc00',
  '\udfff\ud800',
  '\u202e',
  '\u2066',
  '\u2028',
  '\u200b',
  '\u2060',
  '\ufeff',
  '\ufffd',
  '\ufffe',
  '\uffff',
  '\u{e0041}',
  '\u{1f600}',
  '\u{10ffff}',
  'ﷺ',
  'é',
  'e\u0301',
  '\u00ad',
  '\u2800',
  "'",
  '"',
  '\\',
  '\\u{1b}',
  '%00',
  '%',
  '${PIN}',
  ':',
  '/',
  '=',
  ',',
  '; DROP TABLE audit; --',
  '__proto__',
  'constructor',
  ' ',
];

/** Text as somebody sends it who wants to do harm: seldom a long one. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6 })), { maxLength: 8 })
      .map((parts) => parts.join('')),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
      .map((units) => String.fromCharCode(...units)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('x', 'ﷺ', '\u{1f600}', '\ud800', '\u0001'), fc.integer({ min: 60, max: 3000 }))
      .map(([unit, times]) => unit.repeat(times)),
  },
);
