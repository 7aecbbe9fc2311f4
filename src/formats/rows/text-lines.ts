/** A line of a text, counted from 1, without its end. */
interface TextLine {
  readonly number: number;
  readonly content: string;
}

/** The lines of a text that have more than white space. LF, CRLF and CR each end a line. */
export function* textLines(text: string): Generator<TextLine> {
  let [start, number] = [0, 1];
  let [lf, cr] = [place(text, '\n', 0), place(text, '\r', 0)];
  while (start < text.length) {
    const end = Math.min(lf, cr);
    const content = text.slice(start, end);
    if (content.trim() !== '') yield { number, content };
    start = end + (cr === end && lf === end + 1 ? 2 : 1);
    number += 1;
    if (lf < start) lf = place(text, '\n', start);
    if (cr < start) cr = place(text, '\r', start);
  }
}

function place(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at;
}
