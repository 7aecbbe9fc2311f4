/**
 * The words of a `textFilter`: apart by spaces, commas, slashes, hyphens, and full stops that follow no digit; what is
 * in double quotes is one.
 */
export function textFilterWords(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|((?:[^\s,/\-."]|(?<=\d)\.)+)/g)]
    .map(([, quoted, word]) => quoted ?? word ?? '')
    .filter((word) => word.trim() !== '');
}
