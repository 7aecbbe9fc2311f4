import { textWidth } from './text-width.ts';

/** A text in lines of so many columns of a terminal, broken between words, or in one that is longer than a line. */
export function wrapped(text: string, columns: number, indent = ''): string[] {
  const room = Math.max(1, columns - textWidth(indent));
  const lines: string[] = [];
  let line = '';
  // Spaces before a word: two of them set off a command, and stay unless the line ends there.
  let gap = '';
  for (const word of text.split(' ')) {
    if (word === '') {
      gap += ' ';
      continue;
    }
    const longer = `${line}${gap}${word}`;
    if (line !== '' && textWidth(longer) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : longer;
    gap = ' ';
    while (textWidth(line) > room) {
      const [first, rest] = split(line, room);
      lines.push(first);
      line = rest;
    }
  }
  if (line !== '') lines.push(line);
  return lines.map((each) => `${indent}${each}`);
}

/** What fits, at least one character of it, and what is left. */
function split(text: string, columns: number): [string, string] {
  let first = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (first !== '' && textWidth(first + segment) > columns) break;
    first += segment;
  }
  return [first, text.slice(first.length)];
}
