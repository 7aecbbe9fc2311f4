import { run } from './cli/run.ts';
import { compose } from './compose.ts';
import { printableLines } from './domain/printable.ts';
import { VERSION } from './version.ts';

const OUTSIDE_FAILED = 7;
const BUG = 70;

/** Runs the command line of a process, and sets its exit code. */
export async function start(process: NodeJS.Process): Promise<void> {
  const { argv, env: environment, stdin, stdout, stderr } = process;
  let lost = false;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader that has gone (`| head`) is no error of ours; what the run found out is told by its exit code.
      if (error.code === 'EPIPE') return;
      lost = true;
      process.exitCode = OUTSIDE_FAILED;
      if (stream === stdout) stderr.write(`error: stdout cannot be written: ${error.code ?? error.message}\n`);
    });
  }
  // Until the run has answered: a program that stops short of its answer did not succeed.
  process.exitCode = BUG;
  try {
    const adapters = compose({ environment, uid: process.getuid?.() });
    const exit = await run(argv.slice(2), { stdin, stdout, stderr, environment }, adapters, VERSION);
    process.exitCode = lost ? OUTSIDE_FAILED : exit;
  } catch (bug) {
    const trace = bug instanceof Error ? (bug.stack ?? bug.message) : String(bug);
    const lines = printableLines(trace);
    stderr.write(`otpctl ${VERSION} has a bug: please report what follows, with the command that you ran\n${lines}\n`);
  }
}
