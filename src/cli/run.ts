import { OtpctlError } from '../domain/errors.ts';
import type { Origin } from '../domain/origin.ts';
import type { Place } from '../domain/place.ts';
import { hasControlCharacters, printable } from '../domain/printable.ts';
import { chosenColumns } from '../output/view.ts';
import type { Adapters, Context } from './context.ts';
import type { Command } from './define-command.ts';
import { EXIT, EXIT_CODES, type ExitCode } from './exit-codes.ts';
import type { GlobalOptions } from './global-options.ts';
import { lookAhead } from './invocation.ts';
import { type Io, writeTo } from './io.ts';
import { chosenPlace, placeOf } from './place.ts';
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
  const chosen = chosenPlace(options, io.environment);
  let found: Promise<Place> | undefined;
  const place = () => {
    found ??= placeOf(chosen, options, io.environment, adapters.remote.profiles);
    return found;
  };
  const origin: Origin = {
    actor: adapters.actor(),
    ...(options.reason !== undefined && { reason: noteText('reason', options.reason) }),
    ...(options.ticket !== undefined && { ticket: noteText('ticket', options.ticket) }),
  };
  const print = createPrinter(io, options, () => adapters.now());
  const visit = {
    origin,
    trace: (text: string) => void print.trace(text),
    notice: (text: string) => void print.notice(printable(text)),
  };
  const context: Context = {
    io,
    options,
    origin,
    print,
    prompts: createPrompts(io, options.input !== false),
    now: () => adapters.now(),
    async backend(use = 'open') {
      const backend = await adapters.backend(await place(), use === 'create', visit);
      opened.push(backend);
      return backend;
    },
    isThere: async () => adapters.isThere(await place()),
    storeAdmin: async () => adapters.storeAdmin(await place(), visit),
    async serve(given) {
      const { interruption, stderr } = io;
      const log = { write: (line: string) => void stderr.write(line) };
      await adapters.serve(await place(), given, { announce: print.notice, log, interruption }, visit);
    },
    place,
    versions: adapters.versions,
    remote: adapters.remote,
    async ds100(needs, use = 'open', other) {
      const admin = await adapters.ds100(
        { storeOnly: options.store !== undefined, place: other === undefined ? place : async () => other },
        needs,
        use === 'create',
        visit,
      );
      opened.push(admin);
      return admin;
    },
    async bulk(use = {}) {
      const bulk = await adapters.bulk(await place(), use, visit);
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

function noteText(what: string, text: string): string {
  if (hasControlCharacters(text)) throw new OtpctlError('invalid-value', `the ${what} contains control characters`);
  if (text.length > 1000) throw new OtpctlError('invalid-value', `the ${what} is longer than 1,000 characters`);
  return text;
}
