import { OtpctlError } from '../domain/errors.ts';
import type { Origin } from '../domain/origin.ts';
import { hasControlCharacters } from '../domain/printable.ts';
import { chosenColumns } from '../output/view.ts';
import type { Adapters, Context, Place } from './context.ts';
import type { Command } from './define-command.ts';
import { EXIT, EXIT_CODES, type ExitCode } from './exit-codes.ts';
import type { GlobalOptions } from './global-options.ts';
import { lookAhead } from './invocation.ts';
import { type Io, writeTo } from './io.ts';
import { createPrinter, printError, useColour } from './printer.ts';
import { createPrompts } from './prompts.ts';

/**
 * Runs one command line to its exit code. Expected failures are printed; anything else is a bug and is thrown.
 */
export async function run(argv: readonly string[], io: Io, adapters: Adapters, version: string): Promise<ExitCode> {
  const asked = lookAhead(argv).words[0] === 'help' ? helpInstead(argv) : argv;
  const { words, format } = lookAhead(asked);
  const colour = useColour(io, { color: !argv.includes('--no-color') });
  try {
    const { parseCommandLine } = await import('./program.ts');
    const parsed = await parseCommandLine(asked, words, version);
    if (parsed.kind === 'print') {
      await writeTo(io.stdout, parsed.text);
      return EXIT.done;
    }
    checkColumns(parsed.options.columns, parsed.command.view);
    const { context, close } = createContext(io, parsed.options, adapters);
    try {
      return await parsed.command.run(context, parsed.input);
    } finally {
      close();
    }
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    await printError(io, format, colour, error);
    return EXIT_CODES[error.code];
  }
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

function createContext(io: Io, options: GlobalOptions, adapters: Adapters): { context: Context; close: () => void } {
  const opened: { close(): void }[] = [];
  const place = placeOf(options, io.environment);
  const origin: Origin = {
    actor: adapters.actor(),
    ...(options.reason !== undefined && { reason: noteText('reason', options.reason) }),
    ...(options.ticket !== undefined && { ticket: noteText('ticket', options.ticket) }),
  };
  const print = createPrinter(io, options, () => adapters.now());
  const visit = { origin, trace: (text: string) => void print.trace(text) };
  const context: Context = {
    io,
    options,
    origin,
    print,
    prompts: createPrompts(io, options.input !== false),
    now: () => adapters.now(),
    async backend(use = 'open') {
      const backend = await adapters.backend(place, use === 'create', visit);
      opened.push(backend);
      return backend;
    },
    storeAdmin: () => adapters.storeAdmin(place, visit),
    async bulk(use = {}) {
      const bulk = await adapters.bulk(place, use, visit);
      opened.push(bulk);
      return bulk;
    },
  };
  return {
    context,
    close: () => {
      for (const backend of opened) backend.close();
    },
  };
}

/** Options beat the environment; of either, only one may say where the devices are. */
function placeOf(options: GlobalOptions, environment: Io['environment']): Place {
  const given = onlyOne({ '--profile': options.profile, '--store': options.store });
  const { OTPCTL_PROFILE, OTPCTL_STORE } = environment;
  const found =
    given ?? onlyOne({ OTPCTL_PROFILE: OTPCTL_PROFILE || undefined, OTPCTL_STORE: OTPCTL_STORE || undefined });
  if (found === undefined) return {};
  const [name, value] = found;
  if (name === '--store' || name === 'OTPCTL_STORE') return { store: value };
  if (value === 'local') return {};
  throw new OtpctlError('profile-not-found', `there is no profile "${value}"`, 'the only profile is  local');
}

function onlyOne(choices: Record<string, string | undefined>): [string, string] | undefined {
  const given = Object.entries(choices).filter((each): each is [string, string] => each[1] !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => name).join(' and ');
    throw new OtpctlError('usage', `${names} exclude one another`, 'give one of them');
  }
  if (given[0]?.[1] === '') throw new OtpctlError('usage', `${given[0][0]} is empty`);
  return given[0];
}

function noteText(what: string, text: string): string {
  if (hasControlCharacters(text)) throw new OtpctlError('invalid-value', `the ${what} contains control characters`);
  if (text.length > 1000) throw new OtpctlError('invalid-value', `the ${what} is longer than 1,000 characters`);
  return text;
}
