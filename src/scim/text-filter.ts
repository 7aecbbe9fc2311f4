/** No mark that parts words, and full stops behind digits. */
const WORD = /(?:\d\.?|[^\s,/\-.\d])+/g;

/**
 * The words of a `textFilter`: apart by spaces, commas, slashes, hyphens, and full stops that follow no digit; what is
 * in double quotes is one.
 */
export function textFilterWords(text: string): readonly string[] {
  const parts = text.split('"');
  // Every other one is quoted, but what follows a quote that has no end.
  return parts
    .flatMap((part, at) => (at % 2 === 1 && at < parts.length - 1 ? [part] : (part.match(WORD) ?? [])))
    .filter((word) => word.trim() !== '');
}
