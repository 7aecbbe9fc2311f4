import { OtpctlError } from '../../domain/errors.ts';
import type { Command } from './define-command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import type { Option, Options } from './option.ts';
import type { Parsed } from './program.ts';
import { COMMANDS } from './registry.ts';

type Run = Extract<Parsed, { kind: 'run' }>;

/**
 * Reads a command line that leaves no question, without commander, which takes as long to load as a command takes to
 * run. Undefined for all others: help, mistakes, and what is seldom written. Where it answers, commander answers the same.
 */
export async function plainCommandLine(argv: readonly string[], words: readonly string[]): Promise<Run | undefined> {
  const command = await COMMANDS.find(({ name }) => name === words.join(' '))?.load();
  if (command === undefined) return undefined;
  const globals: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  const operands: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const token = argv[at] as string;
    if (!isFlag(token)) {
      operands.push(token);
      continue;
    }
    const [flag = '', inline] = token.startsWith('--') ? halves(token) : [token];
    const isGlobal = optionOf(GLOBAL_OPTIONS, flag) !== undefined;
    const found = optionOf(isGlobal ? GLOBAL_OPTIONS : command.options, flag);
    if (found === undefined || (!isGlobal && operands.length < words.length)) return undefined;
    const [key, option] = found;
    const text = option.parse === undefined || inline !== undefined ? inline : argv[++at];
    const value = valueGiven(flag, option, text, (isGlobal ? globals : own)[key]);
    if (value === undefined) return undefined;
    (isGlobal ? globals : own)[key] = value;
  }
  const given = operands.slice(words.length);
  if (words.some((word, at) => operands[at] !== word) || !fits(given.length, command.arguments)) return undefined;
  return { kind: 'run', command, options: globals, input: { arguments: given, options: own } };
}

function isFlag(text: string): boolean {
  return text.length > 1 && text.startsWith('-');
}

function halves(token: string): [string, string?] {
  const at = token.indexOf('=');
  return at === -1 ? [token] : [token.slice(0, at), token.slice(at + 1)];
}

function optionOf(options: Options, flag: string): [string, Option<unknown>] | undefined {
  return Object.entries(options).find(([, { flags }]) => flags.split(/,? /).includes(flag));
}

/** The value of an option, after the one that it has already; undefined where commander is to say what is wrong. */
function valueGiven(flag: string, { parse, repeatable }: Option<unknown>, text: string | undefined, before: unknown) {
  if (parse === undefined) return text === undefined ? !flag.startsWith('--no-') : undefined;
  if (text === undefined || isFlag(text) || (before !== undefined && !repeatable)) return undefined;
  try {
    const value = parse(text);
    return repeatable ? [...((before as unknown[] | undefined) ?? []), value] : value;
  } catch (error) {
    if (error instanceof OtpctlError) return undefined;
    throw error;
  }
}

function fits(count: number, wanted: Command['arguments']): boolean {
  const least = wanted.filter(({ name }) => name.startsWith('<')).length;
  return count >= least && (count <= wanted.length || wanted.some(({ name }) => name.includes('...')));
}
