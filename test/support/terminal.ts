import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { environmentOf, temporaryHome } from './home.ts';
import { ROOT } from './process.ts';

/** How long a slow machine may take for one step. */
const PATIENCE = 30_000;
const GLANCE = 50;

/** The time limit of a test with a terminal: several steps. */
export const TERMINAL_TEST = { timeout: 180_000 };

export interface TerminalOptions {
  readonly home: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Record<string, string>;
}

/** A person at a terminal in which the built program runs. */
export interface Terminal {
  /** Types text, without Enter. */
  type(text: string): Promise<void>;
  /** Presses keys by tmux's names: `Enter`, `Down`, `C-c`. */
  press(...keys: string[]): Promise<void>;
  /**
   * Waits until a text is on the screen or in its scrollback, all white space counting as one space, as the program
   * and the terminal wrap lines where they like. Returns the text that was there then, in that form.
   */
  see(text: string | RegExp): Promise<string>;
  /** Waits for a question, types the answer, and presses Enter. */
  answer(question: string | RegExp, text: string): Promise<void>;
  /** Screen and scrollback as they stand, without colours; `see` is for what is about to come. */
  text(): Promise<string>;
  /** What is in the window now, with its colours as SGR sequences, every row at its full width. */
  drawing(): Promise<string>;
  /** Every byte that the terminal was sent, also those overwritten since, at least until a text that must come. */
  transcript(until: string): Promise<string>;
  /** Waits for the end of the program; of one that a signal ended, 128 and the signal. */
  exit(): Promise<number>;
}

/** Runs the built program in a terminal of its own, gone when the test ends. */
export function terminal(argv: readonly string[], options: TerminalOptions): Promise<Terminal> {
  return terminalOf(process.execPath, [join(ROOT, 'bin/otpctl.js'), ...argv], options);
}

/** Runs a command in a terminal of its own. */
export async function terminalOf(
  file: string,
  argv: readonly string[],
  { home, columns = 80, rows = 24, environment }: TerminalOptions,
): Promise<Terminal> {
  // The socket is in a folder of this terminal alone: no other server is found there, and none is left behind.
  const folder = temporaryHome();
  const log = join(folder, 'transcript');
  const end = join(folder, 'exit');
  const env = { ...environmentOf(home, { LANG: 'C.UTF-8', ...environment }), TMUX_TMPDIR: folder };
  const tmux = async (...words: string[]) => {
    const all = ['-L', 'otpctl-test', '-f', '/dev/null', '-u', ...words];
    return (await promisify(execFile)('tmux', all, { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })).stdout;
  };
  // One sequence: the program must not end before what keeps its screen is set, nor write before it is recorded.
  const set = (name: string, value: string) => ['set-option', '-gq', name, value, ';'];
  const start = [
    ...['start-server', ';', ...set('status', 'off'), ...set('history-limit', '10000')],
    ...[...set('remain-on-exit', 'on'), ...set('remain-on-exit-format', '')],
    ...['new-session', '-d', '-x', String(columns), '-y', String(rows), '--'],
    ...['sh', '-c', RECORDER, 'sh', end, file, ...argv, ';'],
    ...['pipe-pane', `cat > '${log}'`],
  ];
  onTestFinished(async () => {
    await tmux('kill-server').catch(() => {});
  });
  await tmux(...start);
  onTestFinished(() => endProgram(tmux));

  const capture = (...flags: string[]) => tmux('capture-pane', '-p', ...flags);
  const text = async () => (await capture('-J', '-S', '-')).replace(/\s+$/, '');
  const ended = async () => ((await isDead(tmux)) ? Number(readFileSync(end, 'utf8')) : undefined);
  const type = async (typed: string) => void (await tmux('send-keys', '-l', '--', typed));
  const press = async (...keys: string[]) => void (await tmux('send-keys', ...keys));

  async function see(wanted: string | RegExp): Promise<string> {
    const found = (shown: string) => (typeof wanted === 'string' ? shown.includes(wanted) : wanted.test(shown));
    let exit: number | undefined;
    return until(`${wanted}`, text, async () => {
      // In this order: what the program wrote before its end is on the screen when the end is seen.
      const before = exit;
      exit = await ended();
      const shown = (await text()).replace(/\s+/g, ' ');
      if (found(shown)) return shown;
      if (before !== undefined) throw new Error(`the program ended with ${before} before ${wanted}\n${await text()}`);
      return undefined;
    });
  }

  return {
    type,
    press,
    see,
    text,
    async answer(question, reply) {
      await see(question);
      await type(reply);
      await press('Enter');
    },
    drawing: () => capture('-e', '-N'),
    transcript: (last) =>
      until(`${last} in the transcript`, text, async () => {
        const written = existsSync(log) ? readFileSync(log, 'utf8') : '';
        return written.includes(last) ? written : undefined;
      }),
    exit: () => until('the end of the program', text, ended),
  };
}

/** Looks again and again until there is something to see. */
async function until<T>(what: string, text: () => Promise<string>, look: () => Promise<T | undefined>): Promise<T> {
  const late = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > late) throw new Error(`waited in vain for ${what}; the terminal shows\n${await text()}`);
    await pause(GLANCE);
  }
}

type Tmux = (...words: string[]) => Promise<string>;

/**
 * Runs a command and keeps its exit code in a file: tmux sometimes misses how a program ended. Ctrl-C in a terminal
 * that is not raw goes to the shell too, which lives on.
 */
const RECORDER = `trap : INT QUIT; end=$1; shift; "$@"; echo $? >"$end"`;

/** Ends a program that a failed test left waiting, before its home folder is taken away under it. */
async function endProgram(tmux: Tmux): Promise<void> {
  if (await isDead(tmux)) return;
  process.kill(-Number(await tmux('display-message', '-p', '#{pane_pid}')), 'SIGKILL');
  const text = async () => 'a program that does not die';
  await until('its end', text, async () => ((await isDead(tmux)) ? true : undefined));
}

/** Whether the terminal has no program any more, and has shown all that it wrote. */
async function isDead(tmux: Tmux): Promise<boolean> {
  return (await tmux('display-message', '-p', '#{pane_dead}')).trim() === '1';
}
