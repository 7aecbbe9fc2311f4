/** Letters that a typo is off at most. */
const FARTHEST = 2;

/** The word that a typo was probably meant to be: at most two letters off, and less than half of them. */
export function nearest(typo: string, words: readonly string[]): string | undefined {
  const wanted = typo.toLowerCase();
  const [best] = words
    // A word that is longer or shorter by more is farther off: what a typo costs does not grow with its length.
    .filter((word) => Math.abs(word.length - wanted.length) <= FARTHEST)
    .map((word) => ({ word, distance: distance(wanted, word.toLowerCase()) }))
    .filter((each) => each.distance <= Math.min(FARTHEST, Math.floor(each.word.length / 2)))
    .sort((a, b) => a.distance - b.distance);
  return best?.word;
}

/** Edits between two words: insertions, deletions, replacements, and neighbours that changed places. */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let old = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (old[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (old[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (older[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    older = old;
    old = row;
  }
  return old[b.length] ?? 0;
}
