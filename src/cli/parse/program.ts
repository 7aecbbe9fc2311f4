import { Command as Commander, CommanderError, Option as CommanderOption } from 'commander';
import { OtpctlError } from '../../domain/errors.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import type { Command } from './define-command.ts';
import { GLOBAL_OPTIONS, type GlobalOptions } from './global-options.ts';
import { notesAndExamples, topicsList } from './help-text.ts';
import { described, type Given, type Option, type Options } from './option.ts';
import { COMMANDS, GROUPS, isAlone, isGroup, NOUNS } from './registry.ts';

/** A command line that was understood: which subcommand, with what; or what there was to print instead. */
export type Parsed =
  | { readonly kind: 'run'; readonly command: Command; readonly options: GlobalOptions; readonly input: CommandInput }
  | { readonly kind: 'print'; readonly text: string };

type CommandInput = Parameters<Command['run']>[1];

/** Parses a command line; of all subcommands, only the one that is meant is loaded. Errors: `usage`, `invalid-value`. */
export async function parseCommandLine(
  argv: readonly string[],
  words: readonly string[],
  { version, width = 80 }: { readonly version: string; readonly width: number | undefined },
): Promise<Parsed> {
  let printed = '';
  let parsed: Parsed | undefined;
  let taken: Options = GLOBAL_OPTIONS;
  const program = new Commander('otpctl')
    .description('Administer one-time-password devices.')
    .version(version, '-V, --version')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {},
      outputError: () => {},
      // Commander would make the streams of the process to ask them.
      getOutHelpWidth: () => width,
      getOutHasColors: () => false,
    });
  addOptions(program, GLOBAL_OPTIONS);
  program.addHelpText('after', topicsList);

  // The options of a subcommand are built when it is the one that is meant.
  const prepare = async (sub: Commander, name: string): Promise<void> => {
    const command = await COMMANDS.find((known) => known.name === name)?.load();
    if (command === undefined) return;
    taken = { ...GLOBAL_OPTIONS, ...command.options };
    describe(sub, command);
    sub.action(() => {
      const options = readOptions(sub.opts(), command.options);
      const globals = readOptions(program.opts(), GLOBAL_OPTIONS);
      parsed = { kind: 'run', command, options: globals, input: { arguments: sub.args, options } };
    });
  };

  const addGroup = (parent: Commander, name: string, about: string) =>
    parent.command(name).description(about).helpCommand(false).copyInheritedSettings(parent);
  const addVerbs = (group: Commander, path: string, verbs: typeof COMMANDS) => {
    for (const { name, summary } of verbs) {
      group
        .command(name.slice(path.length + 1))
        .description(summary)
        .copyInheritedSettings(group);
    }
    group.hook('preSubcommand', (_, sub) => prepare(sub, `${path} ${sub.name()}`));
  };

  // Of a subcommand that is named in full only its own path is built, else the verbs of the noun that is named: help
  // shows no others, and a typo is compared with no others.
  const meant = COMMANDS.filter(({ name }) => name === words.join(' '));
  const commands = meant.length > 0 ? meant : COMMANDS;
  // Behind options written together, or a separator, the noun could not be told: any may be meant.
  const isTold = words[0] === undefined ? !argv.includes('--') : words[0] in NOUNS;
  for (const [noun, about] of Object.entries(NOUNS)) {
    const known = commands.filter(({ name }) => name.startsWith(`${noun} `));
    if (known.length === 0) continue;
    const group = addGroup(program, noun, about);
    const verbs = noun === words[0] || !isTold ? known : [];
    for (const [path, what] of Object.entries(GROUPS)) {
      const among = verbs.filter(({ name }) => name.startsWith(`${path} `));
      if (among.length > 0) addVerbs(addGroup(group, path.slice(noun.length + 1), what), path, among);
    }
    addVerbs(
      group,
      noun,
      verbs.filter(({ name }) => !isGroup(name.split(' '))),
    );
  }
  for (const { name, summary } of commands.filter(isAlone)) {
    program.command(name).description(summary).copyInheritedSettings(program);
  }
  program.hook('preSubcommand', (_, sub) => prepare(sub, sub.name()));

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that nobody asked for by name: the words so far lead to no subcommand.
    if (error.code === 'commander.help' && argv.length === 0)
      return { kind: 'print', text: `${program.helpInformation()}${topicsList()}\n` };
    if (error.exitCode !== 0) throw usageError(error, words, taken);
    refuseMore(argv, words);
    return { kind: 'print', text: printed };
  }
  if (parsed === undefined) throw new Error('the command line was parsed to nothing');
  return parsed;
}

/**
 * Help and version stand alone. Where a script means a value, `--help` in its place must not be a success:
 * `otpctl device verify --user ada "$CODE"` asks about a code, whatever is in it.
 */
function refuseMore(argv: readonly string[], words: readonly string[]): void {
  const [noun = ''] = words;
  const isKnown =
    words.length === 0 || (words.length < 2 && noun in NOUNS) || words.join(' ') in GROUPS || isCommand(words);
  if (!isKnown) throw new OtpctlError('usage', `unknown command "${words.join(' ')}"`, `see  ${helpFor(words)}`);
  if (argv.length <= words.length + 1) return;
  const asked = argv.find((token) => ['--help', '-h', '--version', '-V'].includes(token)) ?? '--help';
  throw new OtpctlError('usage', `${asked} stands alone`, `see  ${helpFor(words)}`);
}

function describe(target: Commander, command: Command): void {
  target.description(command.summary);
  for (const { name, description } of command.arguments) target.argument(name, description);
  addOptions(target, command.options);
  target.addHelpText('after', () => notesAndExamples(command));
}

function addOptions(target: Commander, options: Options): void {
  for (const definition of Object.values(options)) {
    const { flags, repeatable, parse } = definition;
    const option = new CommanderOption(flags, described(definition));
    if (parse !== undefined && repeatable) {
      option.argParser((text, previous: unknown[] | undefined) => [...(previous ?? []), parse(text)]);
    } else if (parse !== undefined) {
      option.argParser((text, previous) => {
        if (previous !== undefined) throw new OtpctlError('usage', `${option.long} is given twice`, 'give it once');
        return parse(text);
      });
    }
    target.addOption(option);
  }
}

/** The options that were given, by the keys of their definitions. */
function readOptions<O extends Options>(values: Record<string, unknown>, definitions: O): Given<O> {
  const given: Record<string, unknown> = {};
  for (const [key, { flags }] of Object.entries<Option<unknown>>(definitions)) {
    const option = new CommanderOption(flags);
    const value = values[option.attributeName()];
    if (value !== undefined && !(option.negate && value === true)) given[key] = value;
  }
  return given as Given<O>;
}

function usageError({ code, message }: CommanderError, words: readonly string[], taken: Options): OtpctlError {
  if (code === 'commander.help') {
    const what = words.length > 0 ? `${commandLine(words)} wants a verb` : 'no command is named';
    return new OtpctlError('usage', what, `see them with  ${helpFor(words)}`);
  }
  const [text = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const [what = '', ...extra] = text.split(/\. Expected \d+ arguments? but got \d+: /);
  const said = extra.length === 0 ? text : [what, extra.join(' ').replace(/\.$/, '')].join(': ');
  const sentence = said.replaceAll("'", '"');
  const lacking = Object.values(taken).find(({ flags }) => text === `option '${flags}' argument missing`);
  const hint =
    suggestion?.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean $1') ??
    (lacking?.example === undefined ? `see  ${helpFor(words)}` : `for example  ${exampleOf(lacking)}`);
  return new OtpctlError('usage', sentence, hint);
}

function exampleOf({ flags, example }: Option<unknown>): string {
  return `${flags.split(/[<[]/, 1)[0]}${example}`;
}

function isCommand(words: readonly string[]): boolean {
  return COMMANDS.some(({ name }) => name === words.join(' '));
}

function helpFor(words: readonly string[]): string {
  if (isCommand(words) || words.join(' ') in GROUPS) return commandLine(words, { help: true });
  if (isGroup(words)) return commandLine(words.slice(0, 2), { help: true });
  return words[0] !== undefined && words[0] in NOUNS ? commandLine([words[0]], { help: true }) : 'otpctl --help';
}
