import { platform } from 'node:os';
import { resolve } from 'node:path';
import { homeFolder, type Paths, pathsOf } from '../config/paths.ts';
import type { Origin } from '../domain/audit/origin.ts';
import type { LocalPlace } from '../domain/place/place.ts';
import type { RsaConfig } from '../ds100/rsa-config.ts';
import type { Backend } from '../ports/backend.ts';
import type { Messenger } from '../ports/messenger.ts';
import type { CredentialStore } from '../ports/servers/credentials.ts';
import type { Clock } from '../ports/system/clock.ts';
import type { Random } from '../ports/system/random.ts';
import type { Timer } from '../ports/system/timer.ts';
import type { Limits } from '../server/limits/limits.ts';
import { systemClock, systemTimer } from '../system/clock.ts';
import { systemRandom } from '../system/random.ts';

/** What a test may replace; everything else is real. */
export interface Replacements {
  /** Who runs the command. */
  readonly actor?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly messenger?: Messenger;
  /** How RSA is reached, if the environment does not say it. */
  readonly rsa?: RsaConfig;
  /** What waits between two requests. */
  readonly timer?: Timer;
  /** The limits of `serve`. */
  readonly limits?: Partial<Limits>;
  /** How long one try of a request may take, in milliseconds. */
  readonly timeout?: number;
  /** Has bulk runs work on a local store as at a server, by requests to the backend that this returns. */
  readonly remote?: (backend: Backend) => Backend;
}

/** Who opens something, and who hears what happens on the way. */
interface Opener {
  readonly origin: Origin;
  /** Says a line under `--verbose`. A function is called only then. */
  trace(text: string | (() => string)): void;
  /** Says a line to the person, on stderr. */
  notice(text: string): void;
}

/** What is needed to open a store, a server or anything else. One is made for each command. */
export interface OpenContext extends Opener {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly paths: Paths;
  /** Where the store of a place is. */
  storePath(place: LocalPlace): string;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: Random;
  /** The secrets of profiles. */
  credentials(): Promise<CredentialStore>;
  readonly replaced: Replacements;
}

export function createOpenContext(
  environment: OpenContext['environment'],
  replaced: Replacements,
  opener: Opener,
): OpenContext {
  const paths = pathsOf({
    platform: platform(),
    environment,
    home: (content) => homeFolder(environment['HOME'], content),
  });
  return {
    ...opener,
    environment,
    paths,
    storePath: ({ store }) => resolve(store ?? paths.store),
    clock: replaced.clock ?? systemClock,
    timer: replaced.timer ?? systemTimer,
    random: replaced.random ?? systemRandom,
    async credentials() {
      const { openCredentials } = await import('./credentials.ts');
      return openCredentials(environment, paths);
    },
    replaced,
  };
}
