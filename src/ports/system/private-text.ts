/** A text file of the owner's alone (0600). Errors: `permissions` where others can reach it. */
export interface PrivateText {
  readonly path: string;
  /** Undefined when it is not there. */
  read(): string | undefined;
  /** Changes it as a whole, one process at a time; a text that stays the same is not written. */
  edit(change: (text: string) => string): Promise<void>;
}
