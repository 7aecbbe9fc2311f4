import type { View } from '../output/view.ts';
import type { CandidateKind } from '../ports/candidates.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

/** An option as data: how it is written, what it means, and how its text becomes a value. */
export interface Option<T> {
  /** As commander reads them: `--limit <n>`, `--all`. */
  readonly flags: string;
  readonly description: string;
  readonly repeatable: boolean;
  /** Throws an `OtpctlError` for a text that is not a value; absent for flags. */
  readonly parse?: (text: string) => unknown;
  /** What holds where it is not given, as help says it; absent where its absence means nothing but that. */
  readonly default?: string;
  /** What completion offers. */
  readonly choices?: readonly string[];
  /** What completion looks up, where the placeholder does not say it: `<user>` and `<file>` do. */
  readonly completes?: CandidateKind;
  /** A value to show to who gave none. */
  readonly example?: string;
  /** Only its type is used. */
  readonly value?: T;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

/** The values of options that were given. */
export type Given<O extends Options> = { readonly [K in keyof O]?: O[K] extends Option<infer T> ? T : never };

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

export function flag(flags: string, description: string): Option<boolean> {
  return { flags, description, repeatable: false };
}

export function option<T = string>(
  flags: string,
  description: string,
  parse: (text: string) => T,
  choices?: readonly string[],
): Option<T> {
  return { flags, description, repeatable: false, parse, ...(choices && { choices }) };
}

/** An option that may be given several times; its value is the list. */
export function repeatable<T>(
  flags: string,
  description: string,
  parse: (text: string) => T,
  choices?: readonly string[],
): Option<readonly T[]> {
  return { flags, description, repeatable: true, parse, ...(choices && { choices }) };
}

/** An option with what holds where it is not given, for help. */
export function defaulting<T>(said: string, option: Option<T>): Option<T> {
  return { ...option, default: said };
}

/** What an option means, with the words that it takes unless its description names them already, and its default. */
export function described({ description, choices = [], ...option }: Option<unknown>): string {
  const unsaid = choices.some((word) => !description.toLowerCase().includes(word.toLowerCase()));
  const said = unsaid ? `${description}: ${choices.join(', ')}` : description;
  return option.default === undefined ? said : `${said} (default: ${option.default})`;
}

/** The text of an option as it was written. */
export const asText = (text: string): string => text;
