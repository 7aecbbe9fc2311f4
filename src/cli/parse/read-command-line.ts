import { OtpctlError } from '../../domain/errors.ts';
import type { Command } from './define-command.ts';
import { FORMATS, type Format, GLOBAL_OPTIONS, type GlobalOptions, VERSION_OPTION } from './global-options.ts';
import { COMMANDS, isAlone, isGroup } from './registry.ts';
import { type GivenOption, takeOptions } from './take-options.ts';

/** A command line without the global options, which may stand anywhere in it. */
export interface SplitCommandLine {
  readonly globals: readonly GivenOption[];
  /** The words of the subcommand and its arguments, up to the first option that is not global. */
  readonly operands: readonly string[];
  /** From that option on. */
  readonly rest: readonly string[];
  /**
   * The words that name the subcommand, or seem to: two; one where a subcommand has no noun, three in a group. Hints
   * about a mistake go by them.
   */
  readonly words: readonly string[];
  /** How errors are written. */
  readonly format: Format;
}

/** What a command line asks for: a subcommand, and what it is called with. */
export interface Call {
  readonly command: Command;
  readonly options: GlobalOptions;
  readonly input: Parameters<Command['run']>[1];
}

/** Reads as much of a command line as can be read before its subcommand is loaded. */
export function splitCommandLine(argv: readonly string[]): SplitCommandLine {
  const { given, operands, unknown } = takeOptions(argv, { ...GLOBAL_OPTIONS, version: VERSION_OPTION });
  const end = unknown.indexOf('--');
  const words = [...operands, ...(end < 0 ? unknown : unknown.slice(0, end))].filter((word) => !word.startsWith('-'));
  return {
    globals: given,
    operands,
    rest: unknown,
    words: words.slice(0, lengthOfName(words)),
    format: formatOf(given),
  };
}

/**
 * Reads a command line to its end. Nothing else decides what is run. Undefined for a request for help and for a mistake:
 * see `helpOrMistake`.
 */
export async function readCommandLine({ globals, operands, rest, words }: SplitCommandLine): Promise<Call | undefined> {
  const command = await COMMANDS.find(({ name }) => name === words.join(' '))?.load();
  if (command === undefined || words.some((word, at) => operands[at] !== word)) return undefined;
  if (globals.some(({ key }) => key === 'version')) return undefined;
  const own = takeOptions(rest, command.options);
  const given = [...operands.slice(words.length), ...own.operands];
  if (own.unknown.length > 0 || !fits(given.length, command.arguments)) return undefined;
  const [options, ownOptions] = [valuesOf(globals), valuesOf(own.given)];
  if (options === undefined || ownOptions === undefined) return undefined;
  return { command, options, input: { arguments: given, options: ownOptions } };
}

function lengthOfName(words: readonly string[]): number {
  if (COMMANDS.some((known) => isAlone(known) && known.name === words[0])) return 1;
  return isGroup(words) ? 3 : 2;
}

/** The last format that is one. `-o=json` is a mistake, but tells how to write the error about it. */
function formatOf(globals: readonly GivenOption[]): Format {
  let format: Format = 'table';
  for (const { key, text } of globals) {
    if (key === 'output') format = FORMATS.find((known) => known === text?.replace(/^=/, '')) ?? format;
  }
  return format;
}

/** The values of options by their keys; undefined where a text is missing, is not a value, or is one too many. */
function valuesOf(given: readonly GivenOption[]): Readonly<Record<string, unknown>> | undefined {
  const values: Record<string, unknown> = {};
  for (const { key, option, text } of given) {
    const before = values[key];
    if (option.parse === undefined) {
      values[key] = !option.flags.startsWith('--no-');
      continue;
    }
    if (text === undefined || (before !== undefined && !option.repeatable)) return undefined;
    try {
      const value = option.parse(text);
      values[key] = option.repeatable ? [...((before as unknown[] | undefined) ?? []), value] : value;
    } catch (error) {
      if (error instanceof OtpctlError) return undefined;
      throw error;
    }
  }
  return values;
}

function fits(count: number, wanted: Command['arguments']): boolean {
  const least = wanted.filter(({ name }) => name.startsWith('<')).length;
  return count >= least && (count <= wanted.length || wanted.some(({ name }) => name.includes('...')));
}
