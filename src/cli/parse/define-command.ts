import type { View } from '../../output/view.ts';
import type { CandidateKind } from '../../ports/store/candidates.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Given, Options } from './option.ts';

/** An argument as data. */
export interface Argument {
  /** `<device>` has to be given, `[device]` may be; `<device...>` and `[device...]` are one or several. */
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

/** The global options that only some commands take, by their keys. The others are for all. */
export type CommandGlobal =
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
  /** The columns that it prints, so that `--columns` is checked before anything is done; undefined where it has none. */
  readonly view: View<never> | undefined;
  /** The global options that it takes, besides those that all commands take. Any other is refused. */
  readonly globals: readonly CommandGlobal[];
  readonly notes?: string;
  run(
    context: Context,
    input: { readonly arguments: readonly string[]; readonly options: Given<O> },
  ): Promise<ExitCode>;
}

export function defineCommand<O extends Options>(command: Command<O>): Command<O> {
  return command;
}
