import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../src/domain/shell-word.ts';

describe('a word of a shell', () => {
  it.each([
    'ada',
    'mary ann',
    "o'hara",
    '$(id) `id` ${HOME}',
    'a;b&c|d',
    '~ada',
    'a*?[b]',
    'back\\slash',
    'Лев',
    '',
    '"',
    '#',
    '!1',
  ])('is for a shell what it was: %s', (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  });

  it('has no quotes where it needs none', () => {
    expect(shellWord('ada.b@example.com')).toBe('ada.b@example.com');
  });
});
