import type { Origin } from '../../domain/audit/origin.ts';
import type { Selection } from '../../domain/device/selection.ts';
import type { Random } from '../../ports/system/random.ts';
import type { ReadMoment, ReadTime } from './devices/zone-time.ts';
import type { Transport } from './transport/transport.ts';

/** How a server speaks SCIM. */
export type Dialect = 'rfc' | 'soffid';

/** A server with what is known of its ways. */
export interface ScimRemote {
  readonly transport: Transport;
  readonly dialect: Dialect;
  readonly random: Random;
  readonly readTime: ReadTime;
  readonly readMoment: ReadMoment;
  /** Whether `totalResults` is known to be the number of all, and not of a page. */
  readonly countsAll: boolean;
  /** Whether a text can be an id there: what cannot is not asked for. */
  isId(text: string): boolean;
  /** Whether the server keeps what is said about a change, also about one that changes nothing. */
  readonly keepsOrigin: boolean;
  /** What goes with a change of what is said about it. */
  headersOf(origin: Origin): Readonly<Record<string, string>>;
  /** What the server is asked for: it finds all of a selection, and maybe more. Undefined for everything. */
  filter(selection: Selection): string | undefined;
}
