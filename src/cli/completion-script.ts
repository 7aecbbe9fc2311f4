import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The shells that have a completion script, and the files of the package that they are in. */
export const COMPLETION_FILES = { bash: 'otpctl.bash', zsh: '_otpctl', fish: 'otpctl.fish' } as const;

/** The script for a shell, as the package has it: this file and the chunk that it is built into are as deep in it. */
export function completionScript(shell: keyof typeof COMPLETION_FILES): string {
  return readFileSync(join(import.meta.dirname, '../../completions', COMPLETION_FILES[shell]), 'utf8');
}
