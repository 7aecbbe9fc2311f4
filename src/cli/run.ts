import { OtpctlError } from '../domain/errors.ts';
import { chosenColumns } from '../output/view.ts';
import type { CreateContext } from './context.ts';
import { EXIT, EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { refuseOtherGlobals } from './parse/command-globals.ts';
import type { Command } from './parse/define-command.ts';
import { refuseNotUtf8 } from './parse/not-utf8.ts';
import { readCommandLine, splitCommandLine } from './parse/read-command-line.ts';
import { chosenPlace } from './profile/place.ts';
import { type Io, windowOf, writeTo } from './terminal/io.ts';
import { printError, useColour } from './terminal/printer.ts';

/**
 * Runs one command line to its exit code. Expected failures are printed; anything else is a bug and is thrown.
 */
export async function run(
  argv: readonly string[],
  io: Io,
  createContext: CreateContext,
  version: string,
): Promise<ExitCode> {
  if (argv[0] === '__complete') {
    const { completeValues } = await import('./completion/complete-values.ts');
    return completeValues(argv.slice(1), io, createContext);
  }
  const isHelp = splitCommandLine(argv).words[0] === 'help' && !argv.includes('--');
  const asked = isHelp ? helpInstead(argv) : argv;
  const line = splitCommandLine(asked);
  const colour = useColour(io, { color: line.globals.every(({ key }) => key !== 'color') });
  try {
    refuseNotUtf8(argv, io.environment);
    const call = await readCommandLine(line);
    if (call === undefined) {
      const topic = isHelp ? await topicText(asked.slice(0, -1)) : undefined;
      await writeTo(io.stdout, topic ?? (await helpText(asked, line.words, io, version)));
      return EXIT.done;
    }
    const { command, options, input } = call;
    refuseOtherGlobals(command, options, line.words);
    checkColumns(options.columns, command.view);
    // Two places at once are refused also where the command works on neither.
    chosenPlace(options, io.environment);
    const { context, close } = createContext(io, options);
    try {
      return await command.run(context, input);
    } finally {
      close();
    }
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    await printError(io, line.format, colour, error);
    return EXIT_CODES[error.code];
  }
}

/** Loads commander, which takes as long as a command takes to run. Errors: `usage`, `invalid-value`: the mistake. */
async function helpText(argv: readonly string[], words: readonly string[], io: Io, version: string): Promise<string> {
  const { helpOrMistake } = await import('./parse/help-or-mistake.ts');
  return helpOrMistake(argv, words, { version, width: windowOf(io.stdout)?.columns });
}

/** What `otpctl help WORDS` prints of a topic; undefined where the words are those of a command. Errors: `usage`. */
async function topicText(words: readonly string[]): Promise<string | undefined> {
  const { helpOnTopic } = await import('./parse/help-topics.ts');
  return helpOnTopic(words);
}

/** `otpctl help device list` is `otpctl device list --help`. */
function helpInstead(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf('help');
  return [...argv.slice(0, at), ...argv.slice(at + 1), '--help'];
}

function checkColumns(columns: readonly string[] | undefined, view: Command['view']): void {
  if (columns === undefined) return;
  if (view === undefined) throw new OtpctlError('usage', 'this command has no columns', 'leave out  --columns');
  chosenColumns(view, columns);
}
