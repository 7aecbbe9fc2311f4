import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generated } from '../../scripts/generated.ts';
import { otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { program, ROOT } from '../support/process.ts';

const committed = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('what is generated from the registry', () => {
  it('is current: otherwise run  npm run generate', async () => {
    for (const [path, text] of Object.entries(await generated())) {
      expect({ path, current: committed(path) === text }).toEqual({ path, current: true });
    }
  });

  it('is printed byte for byte, also by the built program', async () => {
    const scripts = { bash: 'otpctl.bash', zsh: '_otpctl', fish: 'otpctl.fish' };
    for (const [shell, file] of Object.entries(scripts)) {
      const stdout = committed(`completions/${file}`);
      expect(await otpctl(['completion', shell], { home: temporaryHome() })).toEqual({ exit: 0, stdout, stderr: '' });
      expect(await program(['completion', shell], { home: temporaryHome() })).toEqual({ exit: 0, stdout, stderr: '' });
      expect(stdout).not.toContain('eval');
    }
  });

  it('has no script for another shell', async () => {
    const { exit, stdout, stderr } = await otpctl(['completion', 'fiish'], { home: temporaryHome() });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain('did you mean  fish');
  });
});
