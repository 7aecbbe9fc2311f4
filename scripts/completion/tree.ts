// What the completion scripts know: every word of the command line, read off the registry.

import { takesGlobal } from '../../src/cli/parse/command-globals.ts';
import type { Argument, Command } from '../../src/cli/parse/define-command.ts';
import { GLOBAL_OPTIONS, type GlobalOptions } from '../../src/cli/parse/global-options.ts';
import { TOPICS } from '../../src/cli/parse/help-topics.ts';
import type { Option, Options } from '../../src/cli/parse/option.ts';
import { COMMANDS, NOUNS } from '../../src/cli/parse/registry.ts';

/**
 * What can stand in a place: a word, several words with commas between them, a path, or what is looked up when it is asked
 * for; undefined for anything.
 */
type Value =
  | { readonly words: readonly string[] }
  | { readonly list: readonly string[] }
  | { readonly kind: string }
  | undefined;

export interface Word {
  readonly word: string;
  readonly about: string;
}

export interface OptionWord extends Word {
  /** Whether a value follows it. */
  readonly takesValue: boolean;
  readonly value: Value;
}

export interface Node {
  /** The words that lead here: `device list`. */
  readonly path: string;
  readonly children: readonly Word[];
  readonly options: readonly OptionWord[];
  /** The options of every command that this one has a use for; of what is no command yet, undefined. */
  readonly globals?: readonly OptionWord[];
  readonly arguments: readonly { readonly value: Value; readonly repeats: boolean }[];
}

export interface Tree {
  readonly globals: readonly OptionWord[];
  readonly nodes: readonly Node[];
  readonly topics: readonly Word[];
}

/** What a placeholder stands for, in options and in arguments. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  assignment: 'assignments',
  device: 'devices',
  dir: 'folders',
  file: 'files',
  key: 'settings',
  plan: 'files',
  profile: 'profiles',
  run: 'runs',
  serial: 'serials',
  user: 'users',
};

export async function readTree(): Promise<Tree> {
  const nodes = new Map<string, Node>();
  const childrenOf = new Map<string, Map<string, Word>>([['', new Map()]]);
  for (const { name, summary } of COMMANDS) {
    const words = name.split(' ');
    words.forEach((word, at) => {
      const parent = words.slice(0, at).join(' ');
      const path = words.slice(0, at + 1).join(' ');
      const siblings = childrenOf.get(parent) ?? new Map<string, Word>();
      childrenOf.set(parent, siblings);
      const about = path === name ? summary : (NOUNS[path] ?? '');
      siblings.set(word, { word, about: siblings.get(word)?.about || about });
    });
  }
  for (const [path, children] of childrenOf) {
    nodes.set(path, { path, children: [...children.values()], options: [], arguments: [] });
  }
  for (const { name, load } of COMMANDS) {
    const command = await load();
    const { options, arguments: given } = command;
    const own = optionWords(options);
    nodes.set(name, {
      path: name,
      children: nodes.get(name)?.children ?? [],
      options: own,
      globals: globalsOf(command).filter(({ word }) => own.every((each) => each.word !== word)),
      arguments: given.map((argument) => ({ value: argumentValue(argument), repeats: argument.name.includes('...') })),
    });
  }
  const topics = Object.entries(TOPICS).map(([word, { summary }]) => ({ word, about: summary }));
  return { globals: [...optionWords(GLOBAL_OPTIONS), HELP], nodes: [...nodes.values()], topics };
}

const HELP: OptionWord = { word: '--help', about: 'what can be said', takesValue: false, value: undefined };

/** The options of every command that one has a use for; of its columns, their names. */
function globalsOf(command: Command): OptionWord[] {
  const { view } = command;
  const used = Object.entries(GLOBAL_OPTIONS as Options).filter(
    ([key]) => takesGlobal(command, key as keyof GlobalOptions) && (key !== 'columns' || view !== undefined),
  );
  const list = plainWords([...new Set(view?.columns.map(({ key }) => key))]);
  return used
    .flatMap(([key, option]) =>
      optionWords({ [key]: option }).map((word) => (key === 'columns' ? { ...word, value: { list } } : word)),
    )
    .concat(HELP);
}

/** The options of every command, by the commands that have a use for the same ones. */
export function globalSets({
  nodes,
}: Tree): readonly { readonly paths: string[]; readonly globals: readonly OptionWord[] }[] {
  const sets = new Map<string, { readonly paths: string[]; readonly globals: readonly OptionWord[] }>();
  for (const { path, globals } of nodes) {
    if (globals === undefined) continue;
    const key = globals.map(({ word }) => word).join(' ');
    const set = sets.get(key) ?? { paths: [], globals };
    set.paths.push(path);
    sets.set(key, set);
  }
  return [...sets.values()];
}

/** What of the options of every command takes another value in one: what stands before the values that all have. */
export function ownValues({ options, globals = [] }: Node): readonly OptionWord[] {
  return [...options, ...globals.filter(({ value }) => value !== undefined && 'list' in value)];
}

/** Every spelling of every option. */
function optionWords(options: Options): OptionWord[] {
  return Object.values(options).flatMap((option) =>
    (option.flags.match(/(?<![\w<])--?[a-zA-Z][\w-]*/g) ?? []).map((word) => ({
      word,
      about: option.description,
      takesValue: option.parse !== undefined,
      value: optionValue(option),
    })),
  );
}

function optionValue({ flags, choices, completes }: Option<unknown>): Value {
  const placeholder = /<([^>]*)>/.exec(flags)?.[1] ?? '';
  return readValue(choices, completes ?? (placeholder === 'path' ? 'files' : PLACEHOLDERS[placeholder]));
}

function argumentValue({ name, choices, completes }: Argument): Value {
  return readValue(choices, completes ?? PLACEHOLDERS[name.replaceAll(/[<[\]>.]/g, '')]);
}

function readValue(words: readonly string[] | undefined, kind: string | undefined): Value {
  if (words !== undefined) {
    return { words: plainWords(words) };
  }
  return kind === undefined ? undefined : { kind };
}

function plainWords(words: readonly string[]): readonly string[] {
  const wrong = words.find((word) => !/^[\w.:-]+$/.test(word));
  if (wrong !== undefined) throw new Error(`"${wrong}" is no word that a script can take as it is`);
  return words;
}

/** How a script writes down a value: `=a b c`, `,a b c` with commas, `:users`, `:files`, or nothing. */
function valueCode(value: Value): string {
  if (value === undefined) return '';
  if ('list' in value) return `,${value.list.join(' ')}`;
  return 'words' in value ? `=${value.words.join(' ')}` : `:${value.kind}`;
}

/** What the options and arguments of a node take, by what it is: those that take the same stand together. */
export function valuesOf(options: readonly OptionWord[], positions: Node['arguments'] = []): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  const add = (code: string, key: string) => groups.set(code, [...(groups.get(code) ?? []), key]);
  for (const { word, takesValue, value } of options) if (takesValue) add(valueCode(value), word);
  positions.forEach(({ value, repeats }, at) => {
    add(valueCode(value), repeats ? (at === 0 ? '[0-9]*' : `[${at}-9]*`) : String(at));
  });
  return groups;
}
