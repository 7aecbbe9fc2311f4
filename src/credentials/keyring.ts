import { extname, join } from 'node:path';
import { printable } from '../domain/text/printable.ts';

/** What the child is to do, in this order: remove, set, find. */
export interface KeyringTask {
  readonly find?: readonly string[];
  readonly remove?: readonly string[];
  readonly set?: { readonly account: string; readonly secret: string };
}

export type KeyringAnswer =
  | { readonly found: readonly (string | null)[]; readonly removed: boolean }
  | { readonly error: string };

/** Milliseconds to wait for the keyring. After that, there is taken to be none. */
const PATIENCE = 3000;

export type Keyring = (task: KeyringTask) => Promise<KeyringAnswer>;

/** Asks the OS keyring in a child process. The child is killed after its answer, and also when it gives none. */
export function createKeyring(environment: Readonly<Record<string, string | undefined>>): Keyring {
  const script = join(import.meta.dirname, `keyring-child${extname(import.meta.filename)}`);
  // The child needs the variables that lead to the desktop session, but none of ours: they may hold a password.
  const env = Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('OTPCTL_') && name !== 'NODE_OPTIONS'),
  );

  return async (task) => {
    const { fork } = await import('node:child_process');
    return new Promise((resolve) => {
      const child = fork(script, [], { env, execArgv: [], stdio: ['pipe', 'pipe', 'ignore', 'ipc'] });
      let text = '';
      const end = (answer: KeyringAnswer) => {
        clearTimeout(timer);
        child.kill('SIGKILL');
        resolve('error' in answer ? { error: reasonOf(answer.error) } : answer);
      };
      const timer = setTimeout(() => end({ error: `it did not answer within ${PATIENCE / 1000} seconds` }), PATIENCE);
      child.on('error', (error) => end({ error: error.message }));
      child.stdout?.on('data', (chunk) => {
        text += String(chunk);
        const answer = answerOf(text);
        if (answer !== undefined) end(answer);
      });
      child.on('close', () => end(answerOf(text) ?? { error: 'it ended without an answer' }));
      child.stdin?.on('error', () => {});
      child.stdin?.end(JSON.stringify(task));
    });
  };
}

/** The first line of an error, for a person. If a library is missing, says what to install. */
export function reasonOf(text: string): string {
  const [line = ''] = text.split('\n');
  const found = MISSING.exec(line.slice(0, 1000));
  const missing = found?.[1] ?? found?.[2];
  if (missing === undefined) return printable(line);
  const name = printable(missing);
  if (name === 'keytar') return 'its library is not installed: install otpctl again, with optional dependencies';
  if (name.startsWith('libsecret-1.so')) {
    return 'libsecret is not installed: install the package libsecret-1-0 (Debian, Ubuntu) or libsecret (elsewhere)';
  }
  return `the library ${name} is not installed: install the package that has it`;
}

/** The messages of glibc, musl and Node about a missing library. */
const MISSING =
  /^(?:Error loading shared library )?([\w.+-]+\.so[\d.]*): (?:cannot open shared object file|No such file)|^Cannot find (?:package|module) '(keytar)/;

function answerOf(text: string): KeyringAnswer | undefined {
  try {
    return JSON.parse(text) as KeyringAnswer;
  } catch {
    return undefined;
  }
}
