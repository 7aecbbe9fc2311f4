import { FORMATS, type Format, GLOBAL_OPTIONS } from './global-options.ts';
import { COMMANDS, isAlone, isGroup } from './registry.ts';

/** What can be told of a command line before it is parsed. */
export interface Invocation {
  /**
   * The words that name the subcommand, as far as they can be told: two; one where a subcommand stands alone, three in
   * a group. For hints; the parser decides.
   */
  readonly words: readonly string[];
  /** How errors are to be written. */
  readonly format: Format;
}

const VALUE_FLAGS = new Set(
  Object.values(GLOBAL_OPTIONS).flatMap(({ flags, ...rest }) =>
    'parse' in rest ? (flags.match(/--?[a-z]+/g) ?? []) : [],
  ),
);

/** Reads ahead, for errors of the parsing itself: which command they are about, and the format they go out in. */
export function lookAhead(argv: readonly string[]): Invocation {
  const words: string[] = [];
  let format: Format = 'table';
  const see = (text: string | undefined) => {
    format = FORMATS.find((known) => known === text) ?? format;
  };
  for (let at = 0; at < argv.length; at++) {
    const token = argv[at] as string;
    if (token === '--') break;
    const inline = /^(?:--output=|-o=?)(.+)$/.exec(token);
    if (inline) see(inline[1]);
    else if (token === '-o' || token === '--output') see(argv[at + 1]);
    if (VALUE_FLAGS.has(token)) at++;
    else if (!token.startsWith('-') && words.length < 3) words.push(token);
  }
  const [first = ''] = words;
  const length = COMMANDS.some((known) => isAlone(known) && known.name === first) ? 1 : isGroup(words) ? 3 : 2;
  return { words: words.slice(0, length), format };
}
