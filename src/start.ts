import { run } from './cli/run.ts';
import { compose } from './compose.ts';
import { VERSION } from './version.ts';

/** Runs the command line of a process, and sets its exit code. */
export async function start(process: NodeJS.Process): Promise<void> {
  const { argv, env: environment, stdin, stdout, stderr } = process;
  // A reader that has gone (`| head`) is no error of ours.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  // Until the run has answered: a program that stops short of its answer did not succeed.
  process.exitCode = 70;
  try {
    const adapters = compose({ environment, uid: process.getuid?.() });
    process.exitCode = await run(argv.slice(2), { stdin, stdout, stderr, environment }, adapters, VERSION);
  } catch (bug) {
    stderr.write(`otpctl ${VERSION} has a bug: please report what follows, with the command that you ran\n`);
    stderr.write(`${bug instanceof Error ? bug.stack : String(bug)}\n`);
  }
}
