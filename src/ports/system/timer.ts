/** Time that passes: it never jumps, and has nothing to do with the date. Milliseconds. */
export interface Timer {
  /** Since some moment that stays the same. */
  elapsed(): number;
  sleep(milliseconds: number): Promise<void>;
}
