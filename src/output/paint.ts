import type { Instant } from '../domain/instant.ts';

/** Colours by meaning. On anything but a terminal each returns its text as it is. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

/** What wording depends on, besides the thing that is shown. */
export interface Look {
  readonly paint: Paint;
  readonly now: Instant;
  /** Whether it is for a window, in which a long text may be cut; in a pipe nothing is. */
  readonly inWindow?: boolean;
}

const asIs = (text: string): string => text;

export const plain: Paint = { good: asIs, bad: asIs, warn: asIs, faint: asIs, strong: asIs };

/** Paint for a terminal. */
export async function colours(): Promise<Paint> {
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    faint: (text) => chalk.dim(text),
    strong: (text) => chalk.bold(text),
  };
}
