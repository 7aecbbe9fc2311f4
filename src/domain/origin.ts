/** Who asks for a change, and what they say about it. Kept in the audit log with it. */
export interface Origin {
  /** The OS user of a command, or the API key of a request. */
  readonly actor: string;
  readonly reason?: string;
  readonly ticket?: string;
  /** The label of the bulk run at a server that this is part of, and of the one that it takes back. */
  readonly run?: string;
  readonly undoes?: string;
}
