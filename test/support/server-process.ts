import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { environmentOf } from './home.ts';
import { ROOT } from './process.ts';

export interface ServerProcess {
  /** Where it says that it listens. */
  readonly url: string;
  /** Sends a signal, and waits for the exit code; null when it was killed. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

/** Starts `otpctl serve` of the built program, and waits until it listens. It ends with the test. */
export async function serverProcess(
  home: string,
  argv: readonly string[] = ['--port', '0'],
  environment: Record<string, string> = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [join(ROOT, 'bin/otpctl.js'), 'serve', ...argv], {
    env: environmentOf(home, environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += String(chunk);
  });
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await exited;
  });
  return {
    url: await listening(child, output),
    stop(signal) {
      child.kill(signal);
      return exited;
    },
    stdout: () => output.stdout,
    stderr: () => output.stderr,
  };
}

function listening(child: ChildProcess, output: { stderr: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      output.stderr += String(chunk);
      const [, url] = /^listening on (.*)$/m.exec(output.stderr) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.on('close', (exit) => reject(new Error(`the server ended with ${exit}: ${output.stderr}`)));
  });
}
