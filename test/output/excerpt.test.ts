import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { excerpt } from '../../src/output/text/excerpt.ts';

describe('an excerpt', () => {
  it.each([
    'user eq "x" and ',
    'user eq "张伟测试" and ',
    'user eq "👩‍👩‍👧 family" and ',
    'user eq "\u202e\u001b" and ',
    '',
    `${'id pr or '.repeat(20)}`,
  ])('points at what comes after %j', async (before) => {
    const text = `${before}foo eq 1 and a good deal of text that follows it`;
    const [line = '', caret = ''] = (await excerpt(text, before.length)).split('\n');
    expect(stringWidth(line.slice(0, line.indexOf('foo')))).toBe(caret.indexOf('^'));
    expect(line.endsWith('...')).toBe(true);
    expect(line).not.toMatch(/[\u202e]/);
  });
});
