import { stripVTControlCharacters } from 'node:util';
import { textWidth } from './text-width.ts';

/** A text that takes so many columns of a terminal at most: what is left of a longer one ends in `…`, without colour. */
export function cut(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(stripVTControlCharacters(text))) {
    width += textWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
