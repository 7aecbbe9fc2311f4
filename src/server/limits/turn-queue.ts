/** Waits until it is the caller's turn: each pass of the event loop has one. */
export type WaitForTurn = () => Promise<void>;

/**
 * Lets one waiting caller go on in each pass of the event loop, first come first served. Long work is done in pieces, and
 * waits here before each: so between two pieces, of whatever client, the server answers what else has come in.
 */
export function createTurnQueue(): WaitForTurn {
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
