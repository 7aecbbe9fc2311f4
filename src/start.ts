import type { Io } from './cli/io.ts';
import { run } from './cli/run.ts';
import { compose } from './compose.ts';
import { printableLines } from './domain/printable.ts';
import { VERSION } from './version.ts';

const DONE = 0;
const OUTSIDE_FAILED = 7;
const INTERRUPTED = 130;
const BUG = 70;

/** Runs the command line of a process, and sets its exit code. */
export async function start(process: NodeJS.Process): Promise<void> {
  // Until the run has answered: a program that stops short of its answer did not succeed.
  process.exitCode = BUG;
  const { io, writable } = ioOf(process);
  const argv = process.argv.slice(2);
  try {
    const exit = isVersion(argv) ? printVersion(io) : await run(argv, io, compose(surroundings(process)), VERSION);
    process.exitCode = writable() ? exit : OUTSIDE_FAILED;
  } catch (bug) {
    const trace = printableLines(bug instanceof Error ? (bug.stack ?? bug.message) : String(bug));
    io.stderr.write(
      `otpctl ${VERSION} has a bug: please report what follows, with the command that you ran\n${trace}\n`,
    );
  }
}

/** The one question that is answered without loading the command line. */
function isVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V');
}

function printVersion({ stdout }: Io): typeof DONE {
  stdout.write(`${VERSION}\n`);
  return DONE;
}

function surroundings({ env, getuid, versions }: NodeJS.Process) {
  const { node, sqlite = 'none' } = versions;
  return { environment: env, uid: getuid?.(), versions: { node, sqlite } };
}

/** The streams of a process, each made when it is first used: Node takes milliseconds for one. */
function ioOf(process: NodeJS.Process): { io: Io; writable: () => boolean } {
  let writable = true;
  let interruption: AbortSignal | undefined;
  const watched = new Set<NodeJS.WriteStream>();
  const watch = (stream: NodeJS.WriteStream): NodeJS.WriteStream => {
    if (watched.has(stream)) return stream;
    watched.add(stream);
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader that has gone (`| head`) is no error of ours; what the run found out is told by its exit code.
      if (error.code === 'EPIPE') return;
      writable = false;
      process.exitCode = OUTSIDE_FAILED;
      if (stream === process.stdout) {
        process.stderr.write(`error: stdout cannot be written: ${error.code ?? error.message}\n`);
      }
    });
    return stream;
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
      return watch(process.stdout);
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
