import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface Window {
  readonly columns: number;
  readonly rows: number;
  readonly environment: Readonly<Record<string, string>>;
}

const PATIENCE = 30_000;
const GLANCE = 50;

/** Runs a command in a terminal of its own, and reads what it left there: lines, with colours as SGR sequences. */
export async function screenOf(argv: readonly string[], { columns, rows, environment }: Window): Promise<string> {
  // The socket is in a folder of this terminal alone: no other server is found there, and none is left behind.
  const folder = mkdtempSync(join(tmpdir(), 'otpctl-picture-'));
  const env = { ...environment, LANG: 'C.UTF-8', TMUX_TMPDIR: folder };
  const tmux = async (...words: string[]) =>
    (await promisify(execFile)('tmux', ['-L', 'otpctl-picture', '-f', '/dev/null', '-u', ...words], { env })).stdout;
  const set = (name: string, value: string) => ['set-option', '-gq', name, value, ';'];
  const settings = [...set('status', 'off'), ...set('remain-on-exit', 'on'), ...set('remain-on-exit-format', '')];
  try {
    const size = ['-x', String(columns), '-y', String(rows)];
    await tmux('start-server', ';', ...settings, 'new-session', '-d', ...size, '--', ...argv);
    const late = Date.now() + PATIENCE;
    while ((await tmux('display-message', '-p', '#{pane_dead}')).trim() !== '1') {
      if (Date.now() > late) throw new Error(`does not end: ${argv.join(' ')}`);
      await pause(GLANCE);
    }
    return (await tmux('capture-pane', '-p', '-e')).trimEnd();
  } finally {
    await tmux('kill-server').catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}
