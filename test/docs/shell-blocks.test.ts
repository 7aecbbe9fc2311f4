import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command, ROOT } from '../support/process.ts';
import { SANDBOXES } from './sandboxes.ts';
import { type Block, blocksOf } from './shell-blocks.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const BLOCKS = PAGES.flatMap((page) => blocksOf(page, readFileSync(join(ROOT, page), 'utf8')));
const SHELL = BLOCKS.filter(({ language }) => ['sh', 'bash', 'zsh', 'fish'].includes(language));
const NOT_RUN = /^not run: (.*)$/;
const RUNS_IN = /^runs in: (\w+)$/;

/** What no shell may run: output, and files. */
const OTHERS = ['mermaid', 'text', 'console', 'json', 'toml', 'ini', 'nginx', 'yaml', 'csv'];
/** Whoever adds one says here that it is meant: each is a block that nobody notices to be wrong. */
const MOST_NOT_RUN = 8;

describe('the documents', () => {
  it('say of every block what it is', () => {
    expect(SHELL.length).toBeGreaterThan(15);
    expect(BLOCKS.filter((block) => !SHELL.includes(block) && !OTHERS.includes(block.language)).map(placeOf)).toEqual(
      [],
    );
  });

  it('give a reason for each block that cannot run here, and those are few', () => {
    const reasons = SHELL.flatMap(({ note = '' }) => NOT_RUN.exec(note)?.[1] ?? []);
    expect(reasons.length).toBeLessThanOrEqual(MOST_NOT_RUN);
    for (const reason of reasons) expect(reason).toMatch(/\w+ \w+/);
  });

  it.each(SHELL.filter(({ note = '' }) => !NOT_RUN.test(note)).map((block) => ({ place: placeOf(block), block })))(
    'have a block that runs: $place',
    async ({ block }) => {
      const outcome = await runs(block.text, sandboxOf(block));
      expect(outcome, block.text).toMatchObject({ exit: 0 });
      expect(outcome.stderr).not.toContain('has a bug');
    },
  );

  it('would notice a block that fails, also in its middle and in a pipe', async () => {
    for (const text of [
      'otpctl device show nobody\ntrue\n',
      'otpctl device show nobody | cat\n',
      'otpctl devcie list\n',
    ]) {
      expect((await runs(text, 'company')).exit).not.toBe(0);
    }
  });
});

const placeOf = ({ page, line }: Block) => `${page}:${line}`;
const sandboxOf = ({ note = '' }: Block) => RUNS_IN.exec(note)?.[1] ?? 'company';

async function runs(text: string, name: string) {
  const make = SANDBOXES[name];
  if (make === undefined) throw new Error(`there is no sandbox ${name}`);
  const { home, environment, instead } = await make();
  const script = Object.entries(instead).reduce((all, [from, to]) => all.replaceAll(from, to), text);
  const options = { home, environment: { LANG: 'C.UTF-8', ...environment } };
  return command('bash', ['-c', `cd "$HOME/work" && set -euo pipefail\n${script}`], options);
}
