import type { Random } from '../../ports/system/random.ts';
import type { ReadMoment, ReadTime } from './devices/zone-time.ts';
import type { ServerDialect } from './dialects.ts';
import type { Transport } from './transport/transport.ts';

/** A server, with how it is reached and how it speaks. */
export interface ScimRemote extends ServerDialect {
  readonly transport: Transport;
  readonly random: Random;
  /** Its ServiceProviderConfig, as JSON, where that is known. */
  readonly config: unknown;
  readonly readTime: ReadTime;
  readonly readMoment: ReadMoment;
}
