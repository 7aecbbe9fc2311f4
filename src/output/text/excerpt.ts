import { printable } from '../../domain/text/printable.ts';

const BEFORE = 50;
const AFTER = 25;

/** The part of a text around a place, and a caret under it, whatever the width of its characters. */
export async function excerpt(text: string, position: number): Promise<string> {
  const { textWidth } = await import('./text-width.ts');
  const characters = Array.from(text.slice(0, position));
  const from = Math.max(0, characters.length - BEFORE);
  const show = (part: readonly string[]) => printable(part.map((each) => (/\s/.test(each) ? ' ' : each)).join(''));
  const before = `${from > 0 ? '...' : ''}${show(characters.slice(from))}`;
  const rest = Array.from(text.slice(position));
  const after = `${show(rest.slice(0, AFTER))}${rest.length > AFTER ? '...' : ''}`;
  return `  ${before}${after}\n  ${' '.repeat(textWidth(before))}^`;
}
