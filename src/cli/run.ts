import type { Origin } from '../domain/audit/origin.ts';
import { OtpctlError } from '../domain/errors.ts';
import { isRemote, type Place } from '../domain/place/place.ts';
import { nearest } from '../domain/query/nearest.ts';
import { commandLine } from '../domain/text/command-line.ts';
import { freeTextProblem, printable } from '../domain/text/printable.ts';
import { chosenColumns } from '../output/view.ts';
import type { Ds100Runs } from '../ports/bulk/ds100-runs.ts';
import type { Ds100Need } from '../ports/ds100-admin.ts';
import type { Adapters, BulkUse, Context, Visit } from './context.ts';
import { isOldSqlite } from './doctor/sqlite-version.ts';
import { EXIT, EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { refuseOtherGlobals } from './parse/command-globals.ts';
import type { Command } from './parse/define-command.ts';
import type { GlobalOptions } from './parse/global-options.ts';
import { refuseNotUtf8 } from './parse/not-utf8.ts';
import { readCommandLine, type SplitCommandLine, splitCommandLine } from './parse/read-command-line.ts';
import { COMMANDS } from './parse/registry.ts';
import { chosenPlace, placeOf } from './profile/place.ts';
import { type Io, windowOf, writeTo } from './terminal/io.ts';
import { createPrinter, printError, useColour } from './terminal/printer.ts';
import { createPrompts } from './terminal/prompts.ts';

/**
 * Runs one command line to its exit code. Expected failures are printed; anything else is a bug and is thrown.
 */
export async function run(argv: readonly string[], io: Io, adapters: Adapters, version: string): Promise<ExitCode> {
  if (argv[0] === '__complete') {
    const { completeValues } = await import('./completion/complete-values.ts');
    return completeValues(argv.slice(1), io, adapters);
  }
  const isHelp = splitCommandLine(argv).words[0] === 'help' && !argv.includes('--');
  const asked = isHelp ? helpInstead(argv) : argv;
  const line = splitCommandLine(asked);
  const colour = useColour(io, { color: line.globals.every(({ key }) => key !== 'color') });
  try {
    refuseNotUtf8(argv, io.environment);
    const topic = isHelp ? await helpOnTopic(asked.slice(0, -1)) : undefined;
    const call = topic === undefined ? await readCommandLine(line) : undefined;
    if (call === undefined) {
      await writeTo(io.stdout, topic ?? (await helpText(asked, line, io, version)));
      return EXIT.done;
    }
    const { command, options, input } = call;
    refuseOtherGlobals(command, options, line.words);
    checkColumns(options.columns, command.view);
    const { context, close } = createContext(io, options, adapters);
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
async function helpText(
  argv: readonly string[],
  { words }: SplitCommandLine,
  io: Io,
  version: string,
): Promise<string> {
  const { helpOrMistake } = await import('./parse/help-or-mistake.ts');
  return helpOrMistake(argv, words, { version, width: windowOf(io.stdout)?.columns });
}

/** `otpctl help device list` is `otpctl device list --help`. */
function helpInstead(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf('help');
  return [...argv.slice(0, at), ...argv.slice(at + 1), '--help'];
}

/** The text of a topic; undefined where the words are those of a command. Errors: `usage`, with what was probably meant. */
async function helpOnTopic(words: readonly string[]): Promise<string | undefined> {
  const [name = '', ...more] = words;
  const { TOPICS } = await import('./parse/help-topics.ts');
  if (more.length === 0 && Object.hasOwn(TOPICS, name)) return TOPICS[name]?.load();
  const known = COMMANDS.flatMap((command) => command.name.split(' ').slice(0, 1));
  if (name === '' || name.startsWith('-') || known.includes(name)) return undefined;
  const meant = nearest(name, [...Object.keys(TOPICS), ...known]);
  const hint = meant === undefined ? 'see  otpctl --help' : `did you mean  ${commandLine(['help', meant])}`;
  throw new OtpctlError('usage', `there is no command and no topic "${name}"`, hint);
}

function checkColumns(columns: readonly string[] | undefined, view: Command['view']): void {
  if (columns === undefined) return;
  if (view === undefined) throw new OtpctlError('usage', 'this command has no columns', 'leave out  --columns');
  chosenColumns(view, columns);
}

function createContext(io: Io, options: GlobalOptions, adapters: Adapters): { context: Context; close: () => void } {
  const opened: { close(): void }[] = [];
  let saidThatSqliteIsOld = false;
  const chosen = chosenPlace(options, io.environment);
  let found: Promise<Place> | undefined;
  const place = () => {
    found ??= placeOf(chosen, options, io.environment, remote.profiles);
    return found;
  };
  const origin: Origin = {
    actor: adapters.actor(),
    ...(options.reason !== undefined && { reason: noteText('reason', options.reason) }),
    ...(options.ticket !== undefined && { ticket: noteText('ticket', options.ticket) }),
  };
  const print = createPrinter(io, options, () => adapters.now());
  /** What can be damaged is said where a store is served or changed in bulk, once. */
  const sayIfSqliteIsOld = async () => {
    const { sqlite } = adapters.versions;
    if (saidThatSqliteIsOld || !isOldSqlite(sqlite) || isRemote(await place())) return;
    saidThatSqliteIsOld = true;
    await print.notice(`notice: SQLite ${sqlite} can damage a store that several processes write: see  otpctl doctor`);
  };
  const visit: Visit = {
    origin,
    trace: print.trace,
    notice: (text) => void print.notice(printable(text)),
  };
  const remote = adapters.remote(visit.trace);
  const ds100Place = {
    storeOnly: options.store !== undefined,
    insecureHttp: options.insecureHttp === true,
    ...(options.timeout !== undefined && { timeout: options.timeout }),
  };
  async function ds100Runs(needs: readonly Ds100Need[], use?: BulkUse): Promise<Ds100Runs>;
  async function ds100Runs(
    needs: readonly Ds100Need[],
    use: BulkUse,
    which: 'if-there',
  ): Promise<Ds100Runs | undefined>;
  async function ds100Runs(needs: readonly Ds100Need[], use: BulkUse = {}, which?: 'if-there') {
    const runs = await adapters.ds100Runs({ ...ds100Place, place }, needs, use, visit);
    if (runs !== undefined) opened.push(runs);
    else if (which === undefined) {
      throw new OtpctlError(
        'not-supported-here',
        'a server keeps no registry of DS100 devices',
        'name a local store with  --store PATH,  or say how RSA is reached: see  docs/securid.md',
      );
    }
    return runs;
  }
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
      await sayIfSqliteIsOld();
      const { interruption, stderr } = io;
      const log = { write: (line: string) => void stderr.write(line) };
      await adapters.serve(await place(), given, { announce: print.notice, log, interruption }, visit);
    },
    place,
    versions: adapters.versions,
    remote,
    async ds100(needs, use = 'open', other) {
      const admin = await adapters.ds100(
        { ...ds100Place, place: other === undefined ? place : async () => other },
        needs,
        use === 'create',
        visit,
      );
      opened.push(admin);
      return admin;
    },
    ds100Runs,
    async bulk(use = {}) {
      await sayIfSqliteIsOld();
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
  if (text.trim() === '') throw new OtpctlError('usage', `the ${what} is empty`, `leave out  --${what}`);
  const problem = freeTextProblem(text);
  if (problem !== undefined) throw new OtpctlError('invalid-value', `the ${what} ${problem}`);
  return text;
}
