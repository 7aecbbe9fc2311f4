/** The first characters of a text from outside. Of one that is longer, the word at the cut is left out: it is half of one. */
export function beginningOf(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = length;
  while (end > 0 && /\S/.test(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}
