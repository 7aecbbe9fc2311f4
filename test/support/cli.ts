import { PassThrough, Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';
import { compose } from '../../src/compose/compose.ts';
import type { Replacements } from '../../src/compose/open-context.ts';
import { VERSION } from '../../src/version.ts';
import { quickTimer } from './fixed.ts';
import { environmentOf } from './home.ts';

export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions extends Replacements {
  readonly home: string;
  readonly stdin?: string;
  readonly environment?: Record<string, string>;
  /** What the program is told that it runs on. */
  readonly versions?: { readonly node: string; readonly sqlite: string };
  /** What stdout and stderr say that they are. Questions are for a real terminal: `support/terminal`. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
  /** Whether nobody reads stdout. */
  readonly closed?: boolean;
  /** What happens instead of a wait between two requests to RSA. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** What tells the program to end. */
  readonly interruption?: AbortSignal;
}

/** Runs the program in this process, against real files. */
export async function otpctl(argv: readonly string[], options: RunOptions): Promise<Outcome> {
  const stdin = new PassThrough();
  stdin.end(options.stdin ?? '');
  const stdout = collector(options.terminal, options.closed);
  const stderr = collector(options.terminal);
  const environment = environmentOf(options.home, options.environment);
  const createContext = compose(
    { uid: 0, ...(options.versions && { versions: options.versions }) },
    { ...options, ...(options.sleep && { timer: quickTimer(options.sleep) }) },
  );
  const interruption = options.interruption ?? new AbortController().signal;
  const exit = await run(
    argv,
    { stdin, stdout: stdout.stream, stderr: stderr.stream, environment, interruption },
    createContext,
    VERSION,
  );
  return { exit, stdout: stdout.text(), stderr: stderr.text() };
}

/** Runs a command that must succeed, and reads the JSON that it prints. */
export async function json<T = Record<string, unknown>>(argv: readonly string[], options: RunOptions): Promise<T> {
  const { exit, stdout, stderr } = await otpctl([...argv, '-o', 'json'], options);
  if (exit !== 0) throw new Error(`otpctl ${argv.join(' ')} exited with ${exit}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

function collector(terminal: RunOptions['terminal'], closed = false) {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done(closed ? Object.assign(new Error('closed'), { code: 'EPIPE' }) : undefined);
    },
  });
  stream.on('error', () => {});
  return { stream: Object.assign(stream, terminal && { isTTY: true, ...terminal }), text: () => text };
}
