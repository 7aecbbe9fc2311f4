import type { RemotePlace } from '../../domain/place/place.ts';
import type { DialectName } from '../../domain/place/server.ts';
import type { SignIn } from './sign-in.ts';

/** What a server is, found out by reads alone. */
export interface Findings {
  /** The SCIM base: of a bare origin, the known path that answered. */
  readonly url: string;
  readonly dialect: DialectName;
  /** Whether the credential was taken; undefined without one. */
  readonly signedIn?: boolean;
  /** Whether the devices may be read, and how many there are, if the server said so. */
  readonly devices: 'readable' | 'forbidden' | 'missing' | 'unknown';
  readonly count?: number;
  /** What the server says that it can do: `patch`, `bulk`, `filter`, `sort`, `etag`. */
  readonly supports: readonly string[];
}

/** Asks a server. Errors: `unreachable`. */
export type Probe = (place: RemotePlace, signIn: SignIn | undefined) => Promise<Findings>;
