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

/** A subcommand as data: what help, completion and the documents say of it, and what it does. */
export interface Command<O extends Options = Options> {
  readonly summary: string;
  readonly arguments: readonly Argument[];
  readonly options: O;
  readonly examples: readonly Example[];
  /** What it prints, so that `--columns` is checked before anything is done; undefined where it has no columns. */
  readonly view: View<never> | undefined;
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

/** What an option means, with the words that it takes unless its description names them already. */
export function described({ description, choices = [] }: Option<unknown>): string {
  const unsaid = choices.some((word) => !description.toLowerCase().includes(word.toLowerCase()));
  return unsaid ? `${description}: ${choices.join(', ')}` : description;
}

/** The text of an option as it was written. */
export const asText = (text: string): string => text;
