import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PICTURE, terminalPicture } from '../../scripts/picture/terminal-picture.ts';
import { ROOT } from '../support/process.ts';
import { TERMINAL_TEST } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

const committed = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('the picture of the terminal', () => {
  it('shows what the commands print now: otherwise run  npm run picture', TERMINAL_TEST, async (context) => {
    needs(context, 'tmux');
    expect(await terminalPicture()).toBe(committed(PICTURE));
  });

  it('is small, loads nothing, and stands in the README', () => {
    const picture = committed(PICTURE);
    expect(picture.length).toBeLessThan(30_000);
    expect(picture.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|href|url\(|@import|<script/);
    expect(committed('README.md')).toMatch(new RegExp(`!\\[[^\\]]{50,}\\]\\(${PICTURE}\\)`));
  });
});
