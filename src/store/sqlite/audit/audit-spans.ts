/** What is wrong with entries. `filed`: under another user; `resealed`: changed after they were sealed; `unerased`: what they say was erased is not. */
export type Kind = 'before' | 'missing' | 'cut' | 'changed' | 'filed' | 'resealed' | 'unerased';

/** Entries that follow one another, and what is wrong with the first of them. */
export interface Span {
  readonly first: number;
  readonly last: number;
  readonly kind: Kind;
  /** Of entries that were changed after they were sealed: the entry that sealed them. */
  readonly by?: number;
}

/** The parts of a span that none of the others covers. */
export function without(span: Span, others: readonly Pick<Span, 'first' | 'last'>[]): readonly Span[] {
  let left: readonly Span[] = [span];
  for (const { first, last } of others) {
    left = left.flatMap((each) => {
      if (last < each.first || first > each.last) return [each];
      return [
        ...(each.first < first ? [{ ...each, last: first - 1 }] : []),
        ...(each.last > last ? [{ ...each, first: last + 1 }] : []),
      ];
    });
  }
  return left;
}

/** Spans that are told apart. Of more, neighbours are taken for one, with the sound entries between them. */
const MOST_SPANS = 1000;

/** Spans in the order of their entries. Those that touch become one. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const found: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.first - b.first)) {
    const before = found.at(-1);
    if (before === undefined || span.first > before.last + 1) found.push(span);
    else found[found.length - 1] = joined(before, span);
  }
  const together = Math.ceil(found.length / MOST_SPANS);
  if (together <= 1) return found;
  return Array.from({ length: Math.ceil(found.length / together) }, (_, at) =>
    found.slice(at * together, (at + 1) * together).reduce(joined),
  );
}

function joined(before: Span, after: Span): Span {
  return { ...before, last: Math.max(before.last, after.last) };
}
