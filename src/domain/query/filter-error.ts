import { OtpctlError } from '../errors.ts';

/** A filter that cannot be read, with the place: characters from 0. The message shows the text and points. */
export class FilterError extends OtpctlError {
  readonly position: number;

  constructor(sentence: string, text: string, position: number, hint?: string) {
    super('invalid-filter', `${sentence}\n  ${excerpt(text, position)}`, hint);
    this.position = position;
  }
}

const BEFORE = 50;
const AFTER = 25;

/** The part of the text around a position, and a caret under it. */
function excerpt(text: string, position: number): string {
  const from = Math.max(0, position - BEFORE);
  const line = text.slice(from, position + AFTER).replace(/\s/g, ' ');
  const [head, tail] = [from > 0 ? '...' : '', position + AFTER < text.length ? '...' : ''];
  return `${head}${line}${tail}\n  ${' '.repeat(head.length + position - from)}^`;
}
