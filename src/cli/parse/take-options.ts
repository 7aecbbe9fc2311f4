import type { Option, Options } from './option.ts';

/** An option as it stands on a command line. */
export interface GivenOption {
  /** Its key in the table of options. */
  readonly key: string;
  readonly option: Option<unknown>;
  /** The text after it, as it was written; undefined for a flag, and where the line ends before the text. */
  readonly text: string | undefined;
}

/** A command line without the options of a table. Empty `unknown` means that everything was read. */
export interface TakenOptions {
  readonly given: readonly GivenOption[];
  /** What is no option, up to the first unknown one. */
  readonly operands: readonly string[];
  /** From the first option on that is not in the table: what is left of the line. */
  readonly unknown: readonly string[];
}

/**
 * Takes the options of a table out of a command line: `-o json`, `-ojson`, `--output json`, `--output=json`, and flags
 * written together, `-vq`. The text of an option may begin with a hyphen. After `--` nothing is an option.
 */
export function takeOptions(argv: readonly string[], options: Options): TakenOptions {
  const byFlag: ByFlag = new Map(
    Object.entries(options).flatMap(([key, option]) => flagsOf(option).map((flag) => [flag, { key, option }])),
  );
  const given: GivenOption[] = [];
  const operands: string[] = [];
  const unknown: string[] = [];
  let next = 0;
  let together: string | undefined;
  while (together !== undefined || next < argv.length) {
    const token = together ?? (argv[next++] as string);
    together = undefined;
    if (token === '--') {
      const literal = argv.slice(next);
      if (unknown.length > 0) return { given, operands, unknown: [...unknown, token, ...literal] };
      return { given, operands: [...operands, ...literal], unknown };
    }
    const found = findOption(token, byFlag);
    if (found === undefined) {
      (unknown.length > 0 || looksLikeOption(token) ? unknown : operands).push(token);
      continue;
    }
    const { key, option, inline } = found;
    given.push({ key, option, text: option.parse && (inline ?? argv[next++]) });
    together = found.together;
  }
  return { given, operands, unknown };
}

type ByFlag = Map<string, Pick<GivenOption, 'key' | 'option'>>;

interface Found extends Pick<GivenOption, 'key' | 'option'> {
  /** The text that is in the token: `json` of `-ojson`. */
  readonly inline?: string;
  /** The flags that are still to be read: `-q` of `-vq`. */
  readonly together?: string;
}

function findOption(token: string, byFlag: ByFlag): Found | undefined {
  const exact = byFlag.get(token);
  if (exact !== undefined || !token.startsWith('-')) return exact;
  const isLong = token.startsWith('--');
  const end = isLong ? token.indexOf('=') : 2;
  const found = end > 0 && end < token.length ? byFlag.get(token.slice(0, end)) : undefined;
  if (found === undefined) return undefined;
  if (found.option.parse !== undefined) return { ...found, inline: token.slice(isLong ? end + 1 : end) };
  return isLong ? undefined : { ...found, together: `-${token.slice(end)}` };
}

/** The ways to write an option: `-o` and `--output`. */
function flagsOf({ flags }: Option<unknown>): readonly string[] {
  return flags.split(/,? /).filter((word) => word.startsWith('-'));
}

/** A hyphen alone stands for stdin, and a negative number is an argument. */
function looksLikeOption(token: string): boolean {
  return token.length > 1 && token.startsWith('-') && !/^-(?:\d+|\d*\.\d+)(?:[eE][+-]?\d+)?$/.test(token);
}
