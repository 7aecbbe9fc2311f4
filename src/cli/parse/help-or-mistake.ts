import { Command as Commander, CommanderError, Option as CommanderOption } from 'commander';
import { OtpctlError } from '../../domain/errors.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import type { Command } from './define-command.ts';
import { GLOBAL_OPTIONS, VERSION_OPTION } from './global-options.ts';
import { notesAndExamples, topicsList } from './help-text.ts';
import { described, type Option, type Options } from './option.ts';
import { COMMANDS, GROUPS, isAlone, NOUNS } from './registry.ts';

interface Surroundings {
  readonly version: string;
  /** Columns of the terminal; undefined where there is none. */
  readonly width: number | undefined;
}

/**
 * What commander says of a command line that runs nothing: help or the version as text, a mistake as an error. It is asked
 * only where `readCommandLine` found nothing to run. Errors: `usage`, `invalid-value`.
 */
export async function helpOrMistake(
  argv: readonly string[],
  words: readonly string[],
  surroundings: Surroundings,
): Promise<string> {
  const command = await COMMANDS.find(({ name }) => name === words.join(' '))?.load();
  const printed: string[] = [];
  const program = createProgram(words, command, surroundings, printed);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Without any argument commander takes help for an error.
    if (error.code === 'commander.help' && argv.length === 0) return `${program.helpInformation()}${topicsList()}\n`;
    if (error.exitCode !== 0) throw usageError(error, words, { ...GLOBAL_OPTIONS, ...command?.options });
    refuseMore(argv, words);
    return printed.join('');
  }
  throw new Error(`commander reads what readCommandLine cannot: ${commandLine(argv)}`);
}

/** What commander knows: all nouns, the verbs of the noun that is named, and the options of the verb that is named. */
export function createProgram(
  words: readonly string[],
  named: Command | undefined,
  { version, width = 80 }: Surroundings,
  printed: string[],
): Commander {
  const program = new Commander('otpctl')
    .description('Administer one-time-password devices.')
    .version(version, VERSION_OPTION.flags, VERSION_OPTION.description)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void printed.push(text),
      writeErr: () => {},
      outputError: () => {},
      // Commander would make the streams of the process to ask them.
      getOutHelpWidth: () => width,
      getOutHasColors: () => false,
    })
    .addHelpText('after', topicsList);
  addOptions(program, GLOBAL_OPTIONS);
  const groups = new Map<string, Commander>();
  const add = (name: string, about: string): Commander => {
    const end = name.lastIndexOf(' ');
    const group = groups.get(name.slice(0, Math.max(end, 0))) ?? program;
    return group.command(name.slice(end + 1)).description(about);
  };
  for (const [name, about] of Object.entries({ ...NOUNS, ...GROUPS }))
    groups.set(name, add(name, about).helpCommand(false));
  for (const { name, summary } of COMMANDS) {
    if (!isAlone({ name }) && !name.startsWith(`${words[0]} `)) continue;
    const sub = add(name, summary);
    if (named !== undefined && name === words.join(' ')) describe(sub, named);
  }
  return program;
}

/**
 * Help and version stand alone. Where a script means a value, `--help` in its place must not be a success:
 * `otpctl device verify --user ada "$CODE"` asks about a code, whatever is in it.
 */
function refuseMore(argv: readonly string[], words: readonly string[]): void {
  if (known(words).length < words.length)
    throw new OtpctlError('usage', `unknown command "${words.join(' ')}"`, `see  ${helpFor(words)}`);
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

/** What the values are is of no interest here, only what is wrong with them. */
function addOptions(target: Commander, options: Options): void {
  for (const definition of Object.values(options)) {
    const { flags, repeatable, parse } = definition;
    const option = new CommanderOption(flags, described(definition));
    if (parse !== undefined) {
      option.argParser((text, previous) => {
        if (previous !== undefined && !repeatable)
          throw new OtpctlError('usage', `${option.long} is given twice`, 'give it once');
        return parse(text);
      });
    }
    target.addOption(option);
  }
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

function helpFor(words: readonly string[]): string {
  const named = known(words);
  return named.length > 0 ? commandLine(named, { help: true }) : 'otpctl --help';
}

/** The words up to the last one that makes a subcommand, a group or a noun of them. */
function known(words: readonly string[]): readonly string[] {
  const names = new Set([...COMMANDS.map(({ name }) => name), ...Object.keys(GROUPS), ...Object.keys(NOUNS)]);
  return words.slice(0, words.findLastIndex((_, at) => names.has(words.slice(0, at + 1).join(' '))) + 1);
}
