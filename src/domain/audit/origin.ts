/** Who asks for a change, what they say about it, and which way they came. Kept in the audit log with it. */
export interface Origin {
  /** See `actorOf`: `user:root`, `key:portal`. No kind can pass for another. */
  readonly actor: string;
  readonly reason?: string;
  readonly ticket?: string;
  /** The label of the bulk run at a server that this is part of, and of the one that it takes back. */
  readonly run?: string;
  readonly undoes?: string;
  /** The way in of a request at a server: `v1`, `scim`. On the machine of the store there is none. */
  readonly door?: string;
  /** The address at the other end of the connection of a request; `local` for a Unix socket. */
  readonly peer?: string;
  /** The address for which a trusted proxy sent the request. */
  readonly client?: string;
}

/**
 * The OS user of a command, by name or, where the machine has no name for it, by number; the API key of a request; the
 * person who is signed in; the software at a door.
 */
const ACTOR_KINDS = ['user', 'uid', 'key', 'person', 'door'] as const;
type ActorKind = (typeof ACTOR_KINDS)[number];

/** An actor as the log has it: `key:desk`. */
export function actorOf(kind: ActorKind, name: string): string {
  return `${kind}:${name}`;
}

/** The kind of an actor, with its colon, and the name. Actors of before had no kind: theirs is empty. */
export function actorParts(actor: string): { readonly kind: string; readonly name: string } {
  const at = actor.indexOf(':') + 1;
  return { kind: actor.slice(0, at), name: actor.slice(at) };
}

/** Who is meant by a name in a search: whoever has it, of each kind, and the entries of a time when actors did not say which. */
export function actorsNamed(text: string): readonly string[] {
  return text.includes(':') ? [text] : [text, ...ACTOR_KINDS.map((kind) => actorOf(kind, text))];
}
