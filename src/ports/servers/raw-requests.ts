/** The answer of a server, whatever its status and its content type. */
interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends a request with a method, a path and a content that a person gives.
 * Errors: `invalid-value`, `unreachable`, `outcome-unknown`, `not-signed-in`.
 */
export type RawRequest = (method: string, path: string, content?: string) => Promise<RawAnswer>;
