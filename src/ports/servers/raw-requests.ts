/** What a server answered, whatever it is. */
interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Requests that a person words. Errors: `invalid-value`, `unreachable`, `outcome-unknown`, `not-signed-in`. */
export type RawRequest = (method: string, path: string, content?: string) => Promise<RawAnswer>;
