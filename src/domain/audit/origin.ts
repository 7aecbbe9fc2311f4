/** Who asks for a change, and what they say about it. Kept in the audit log with it. */
export interface Origin {
  /** The OS user of a command, `user:root`, or the API key of a request, `key:portal`: neither can pass for the other. */
  readonly actor: string;
  readonly reason?: string;
  readonly ticket?: string;
  /** The label of the bulk run at a server that this is part of, and of the one that it takes back. */
  readonly run?: string;
  readonly undoes?: string;
}

/** The actor of a key; its name has no colon. */
export function keyActor(name: string): string {
  return `key:${name}`;
}

/** Who is meant by a name in a search: the user and the key, and the entries of a time when actors did not say which. */
export function actorsNamed(text: string): readonly string[] {
  return text.includes(':') ? [text] : [text, `user:${text}`, keyActor(text)];
}
