import { extname, join } from 'node:path';
import { printable } from '../domain/printable.ts';

/** What the child is to do, in this order: remove, set, find. */
export interface KeyringTask {
  readonly find?: readonly string[];
  readonly remove?: readonly string[];
  readonly set?: { readonly account: string; readonly secret: string };
}

export type KeyringAnswer =
  | { readonly found: readonly (string | null)[]; readonly removed: boolean }
  | { readonly error: string };

/** Milliseconds after which a keyring that does not answer is none. */
const PATIENCE = 3000;

export type Keyring = (task: KeyringTask) => Promise<KeyringAnswer>;

/** The OS keyring through a child process, which is killed when it has answered and when it does not answer. */
export function createKeyring(environment: Readonly<Record<string, string | undefined>>): Keyring {
  const script = join(import.meta.dirname, `keyring-child${extname(import.meta.filename)}`);
  // Nothing of ours: the child needs the way to the desktop, and no password.
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
        resolve('error' in answer ? { error: oneLine(answer.error) } : answer);
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

/** What is wrong, without the lines that are for developers. */
function oneLine(text: string): string {
  return printable(text.split('\n')[0] ?? '');
}

function answerOf(text: string): KeyringAnswer | undefined {
  try {
    return JSON.parse(text) as KeyringAnswer;
  } catch {
    return undefined;
  }
}
