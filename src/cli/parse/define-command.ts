import type { View } from '../../output/view.ts';
import type { CandidateKind } from '../../ports/store/candidates.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Given, Options } from './option.ts';

/** An argument as data. */
export interface Argument {
  /** As commander reads it: `[device]`, `<device...>`. */
  readonly name: string;
  readonly description: string;
  /** What completion offers. */
  readonly choices?: readonly string[];
  /** What completion looks up, where the placeholder does not say it. */
  readonly completes?: CandidateKind;
}

interface Example {
  /** What the example does, as a sentence. */
  readonly does: string;
  /** Without the leading `otpctl`. */
  readonly line: string;
}

/** The options that only some commands have a use for, by their keys. */
export type GlobalUse =
  | 'profile'
  | 'store'
  | 'url'
  | 'timeout'
  | 'insecureHttp'
  | 'reason'
  | 'ticket'
  | 'yes'
  | 'quiet';

/** A subcommand as data: what help, completion and the documents say of it, and what it does. */
export interface Command<O extends Options = Options> {
  readonly summary: string;
  readonly arguments: readonly Argument[];
  readonly options: O;
  readonly examples: readonly Example[];
  /** What it prints, so that `--columns` is checked before anything is done; undefined where it has no columns. */
  readonly view: View<never> | undefined;
  /** Which options of every command it has a use for; the others are refused, but for those that all have a use for. */
  readonly uses: readonly GlobalUse[];
  readonly notes?: string;
  run(
    context: Context,
    input: { readonly arguments: readonly string[]; readonly options: Given<O> },
  ): Promise<ExitCode>;
}

export function defineCommand<O extends Options>(command: Command<O>): Command<O> {
  return command;
}
