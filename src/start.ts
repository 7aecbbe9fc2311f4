import type { Io } from './cli/terminal/io.ts';
import { plainOutput } from './system/output.ts';
import { VERSION } from './version.ts';

const DONE = 0;
const OUTSIDE_FAILED = 7;
const INTERRUPTED = 130;
const BUG = 70;

/** The descriptor of stdout. */
const STDOUT = 1;

/** Runs the command line of a process, and sets its exit code. */
export async function start(process: NodeJS.Process): Promise<void> {
  // Until the command has returned its exit code: a program that stops before that did not succeed.
  process.exitCode = BUG;
  const { io, writable } = ioOf(process);
  const argv = process.argv.slice(2);
  try {
    const exit = isVersion(argv) ? printVersion(io) : await runCommand(argv, io, process);
    process.exitCode = writable() ? exit : OUTSIDE_FAILED;
  } catch (bug) {
    const { printableLines } = await import('./domain/text/printable.ts');
    const trace = printableLines(bug instanceof Error ? (bug.stack ?? bug.message) : String(bug));
    io.stderr.write(
      `otpctl ${VERSION} has a bug: please report what follows, with the command that you ran\n${trace}\n`,
    );
  }
}

/** Whether this is `--version`, which is answered without loading the command line. */
function isVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V');
}

function printVersion({ stdout }: Io): typeof DONE {
  stdout.write(`${VERSION}\n`);
  return DONE;
}

/** Loads the command line: this file and what it imports are all that `--version` takes. */
async function runCommand(argv: readonly string[], io: Io, process: NodeJS.Process): Promise<number> {
  const [{ run }, { compose }] = await Promise.all([import('./cli/run.ts'), import('./compose/compose.ts')]);
  return run(argv, io, compose(factsOf(process)), VERSION);
}

function factsOf({ getuid, versions }: NodeJS.Process) {
  const { node, sqlite = 'none' } = versions;
  return { uid: getuid?.(), versions: { node, sqlite } };
}

/** The streams of a process. Each is made when it is first used, because Node takes milliseconds to make one. */
function ioOf(process: NodeJS.Process): { io: Io; writable: () => boolean } {
  let writable = true;
  let interruption: AbortSignal | undefined;
  const watched = new Set<NodeJS.WriteStream>();
  let stdout: Io['stdout'] | undefined;
  const failed = (error: NodeJS.ErrnoException, isStdout: boolean): void => {
    // A reader that has gone (`| head`) is no error: the exit code tells the result of the command.
    if (error.code === 'EPIPE') return;
    writable = false;
    process.exitCode = OUTSIDE_FAILED;
    if (isStdout) process.stderr.write(`error: stdout cannot be written: ${error.code ?? error.message}\n`);
  };
  const watch = (stream: NodeJS.WriteStream): NodeJS.WriteStream => {
    if (watched.has(stream)) return stream;
    watched.add(stream);
    return stream.on('error', (error) => failed(error, stream === process.stdout));
  };
  const io: Io = {
    environment: process.env,
    get interruption() {
      interruption ??= interruptionOf(process);
      return interruption;
    },
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      stdout ??=
        plainOutput(STDOUT, {
          stream: () => watch(process.stdout),
          failed: (error) => failed(error, true),
        }) ?? watch(process.stdout);
      return stdout;
    },
    get stderr() {
      return watch(process.stderr);
    },
  };
  return { io, writable: () => writable };
}

function interruptionOf(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return controller.signal;
}
