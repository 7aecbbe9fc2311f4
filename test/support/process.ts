import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { environmentOf } from './home.ts';

export const ROOT = join(import.meta.dirname, '../..');
export const PROGRAM = join(ROOT, 'bin/otpctl.js');

export interface ProcessOutcome {
  /** Null when it was killed. */
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly home: string;
  readonly stdin?: string;
  readonly environment?: Record<string, string>;
  /** Kill it after so many milliseconds. */
  readonly killAfter?: number;
}

/** Runs the built program as a process of its own. */
export function program(argv: readonly string[], options: ProcessOptions): Promise<ProcessOutcome> {
  return command(process.execPath, [PROGRAM, ...argv], options);
}

/** Runs a command to its end. */
export function command(
  file: string,
  argv: readonly string[],
  { home, stdin = '', environment, killAfter }: ProcessOptions,
): Promise<ProcessOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { env: environmentOf(home, environment), stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    const killer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('error', reject);
    child.on('close', (exit) => {
      clearTimeout(killer);
      resolve({ exit, stdout, stderr });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
