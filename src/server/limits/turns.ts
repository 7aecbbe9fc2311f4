/** Waits for a turn of the event loop of one's own. */
export type Turn = () => Promise<void>;

/**
 * Hands out turns of the event loop, one to each who waits, in the order in which they came. Work that has no end, cut
 * into pieces, takes one for each piece: however many clients ask for it, the loop does one piece and then whatever else
 * has come in.
 */
export function createTurns(): Turn {
  const waiting: (() => void)[] = [];
  const next = () => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(next);
    });
}
