import type { Page, Selection } from '../domain/device/selection.ts';

/** How a place reads a list, for a person who wonders why it takes long. */
export interface Explanation {
  /** The SQL of a store, or the request to a server. */
  readonly query: string;
  /** What is bound in it. */
  readonly parameters: readonly string[];
  /** Its steps, in the order in which they are taken. */
  readonly plan: readonly string[];
}

/** Says how a list would be read, and reads none of it. */
export type Explain = (selection: Selection, page: Page) => Promise<Explanation>;
