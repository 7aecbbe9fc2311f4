import type { CandidateKind } from '../../ports/store/candidates.ts';

/** An option as data: how it is written, what it means, and how its text becomes a value. */
export interface Option<T> {
  /** Its names and its value, as help shows them: `-o, --output <format>`; `--all` of one without a value. */
  readonly flags: string;
  readonly description: string;
  readonly repeatable: boolean;
  /** Makes a value of the text, or throws an `OtpctlError`; absent for flags, which have no text. */
  readonly parse?: (text: string) => unknown;
  /** What holds where it is not given, in the words of help; absent where nothing does. */
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
