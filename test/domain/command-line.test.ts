import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommandLine, splitCommandLine } from '../../src/cli/parse/read-command-line.ts';
import { commandLine, runsNothingMore, shellPath, shellWord } from '../../src/domain/text/command-line.ts';
import { printable } from '../../src/domain/text/printable.ts';
import { userName } from '../../src/domain/user.ts';
import { needs } from '../support/tools.ts';

const NASTY = [
  '',
  'ada',
  'mary ann',
  "o'hara",
  "'",
  "''",
  '"',
  '$(id) `id` ${HOME}',
  'a;b&c|d<e>f',
  '~ada',
  '~',
  'a*?[b]{c,d}',
  'back\\slash',
  '\\',
  "\\'",
  'trailing\\',
  'Лев',
  '李 雷',
  '#',
  '!1',
  'gus!bang',
  "it's !! $!",
  '-x',
  '--user=victim',
  '--',
  '=ls',
  '@file',
  '%1',
  '^a^b',
  'K=@FILE',
  'a=~/b:~c',
  '(a)',
  'a\u0301',
  '\u0301a',
];
const HIDDEN = [
  'a\nb',
  "it's\n!\\",
  '\t',
  '\r\n; id',
  '\u001b[31mred',
  '\u0007\u007f\u009b',
  'ada\u2800',
  'a\u202egnp.exe',
  '\u200e',
  'a\u00a0b',
  '\u3000',
  'a\u2028b',
  '\ufeffx',
  'a\u200db7',
  'a\u{e0041}0',
  '\ue000',
  '\u0378',
  '\u{13430}!',
];

/** What a shell passes on of words. */
function passedBy(shell: string, words: readonly string[]): string[] {
  const script = words.map((word) => `printf '%s\\0' ${word}`).join('\n');
  return execFileSync(shell, ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

/** Any text, the signs of shells more often than others. */
const hostile = fc
  .array(
    fc.oneof(fc.constantFrom(...NASTY, ...HIDDEN, ...'\'"\\$`!-=@~ \n'), fc.string({ unit: 'binary', maxLength: 4 })),
    {
      maxLength: 5,
    },
  )
  .map((parts) => parts.join('').replaceAll('\0', ''))
  .filter((text) => text.isWellFormed());

describe('a word of a shell', () => {
  it.for(['bash', 'zsh', 'dash', 'fish'])('is to %s what it was', (shell, context) => {
    needs(context, shell);
    const readable = ['bash', 'zsh'].includes(shell) ? [...NASTY, ...HIDDEN] : NASTY;
    // What printf of fish takes for an option is a matter of printf.
    const texts = readable.filter((text) => !text.startsWith('-'));
    expect(passedBy(shell, texts.map(shellWord))).toEqual(texts);
  });

  it.for(['bash', 'zsh'])('is to %s what it was, whatever it was', (shell, context) => {
    needs(context, shell);
    const texts = fc.sample(fc.tuple(hostile), { numRuns: 400, seed: 17 }).map(([text]) => `x${text}`);
    expect(passedBy(shell, texts.map(shellWord))).toEqual(texts);
    expect(
      passedBy(
        shell,
        texts.map((text) => shellPath(text.slice(1) || '.')),
      ),
    ).toHaveLength(texts.length);
  });

  it.for([
    ['bash', ['--norc', '--noprofile', '-i']],
    ['zsh', ['-f', '-i']],
  ] as const)('is no history to %s at a prompt', ([shell, options], context) => {
    needs(context, shell);
    const texts = [...NASTY, ...HIDDEN].filter((text) => text.includes('!'));
    const input = [
      ...(shell === 'bash' ? ['set -o history -H'] : []),
      'echo before',
      ...texts.map((text) => `printf '<%s>\\0' ${shellWord(text)}`),
    ].join('\n');
    const out = execFileSync(shell, options, {
      input: `${input}\nexit\n`,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    for (const text of texts) expect(out).toContain(`<${text}>\0`);
  });

  it('is one line that is printed as it is', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const word = shellWord(text);
        expect(printable(word)).toBe(word);
        expect(word).not.toMatch(/[\n\u2800]|(?! )\p{Z}|\p{C}|\p{Default_Ignorable_Code_Point}/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('has no quotes where it needs none', () => {
    expect(shellWord('ada.b@example.com')).toBe('ada.b@example.com');
  });

  it.each(['a\0b', 'a\ud800'])('stands for what no command line can say: %j', (text) => {
    expect(shellWord(text)).toBe('NAME');
  });

  it('is a path where an option could be read', () => {
    expect([shellPath('-'), shellPath('-rf x'), shellPath('/a b')]).toEqual(['./-', "'./-rf x'", "'/a b'"]);
  });
});

describe('a command line', () => {
  it.each([
    [['device', 'enable', '5'], {}, 'otpctl device enable 5'],
    [['device', 'enable', '--user=victim'], {}, 'otpctl device enable -- --user=victim'],
    [['bulk', 'apply', '-p.json'], { digest: 'ab' }, 'otpctl bulk apply --digest ab -- -p.json'],
    [['device', 'verify', '-x', 'CODE'], {}, 'otpctl device verify -- -x CODE'],
    [['device', 'list'], { user: '--all' }, 'otpctl device list --user=--all'],
    [['device', 'list'], { user: '' }, "otpctl device list --user ''"],
    [['device', 'enable', '-'], {}, 'otpctl device enable -- NAME'],
    [['bulk', 'show', '7'], { o: 'jsonl', force: true }, 'otpctl bulk show 7 -o jsonl --force'],
  ] as const)('of %j and %j is  %s', (words, options, line) => {
    expect(commandLine(words, options)).toBe(line);
  });

  it('is read by the program as what was meant', async () => {
    const texts = fc.sample(hostile, { numRuns: 150, seed: 18 }).filter((text) => text !== '-');
    const lines = [...NASTY, ...HIDDEN, ...texts].map((text) => [text, commandLine(['device', 'show', text])] as const);
    const script = lines.map(([, line]) => `${line}\nprintf '\\1'`).join('\n');
    const out = execFileSync('bash', ['-c', `otpctl() { printf '%s\\0' "$@"; }\n${script}`], { encoding: 'utf8' });
    const argvs = out.split('\u0001\0').join('\0').split('\u0001');
    for (const [at, [text]] of lines.entries()) {
      const argv = (argvs[at] as string).split('\0').slice(0, -1);
      const parsed = await readCommandLine(splitCommandLine(argv));
      expect(parsed).toMatchObject({ input: { arguments: [text], options: {} } });
    }
  });

  it('names to the program the user who was meant', async () => {
    for (const text of [...NASTY, ...fc.sample(hostile, { numRuns: 150, seed: 19 })]) {
      let name: string;
      try {
        name = userName(text);
      } catch {
        continue;
      }
      const [line] = [commandLine(['device', 'list'], { user: name })];
      const out = execFileSync('bash', ['-c', `otpctl() { printf '%s\\0' "$@"; }\n${line}`], { encoding: 'utf8' });
      const parsed = await readCommandLine(splitCommandLine(out.split('\0').slice(0, -1)));
      expect(parsed).toMatchObject({ input: { arguments: [], options: { user: name } } });
    }
  });
});

describe('a hint of somebody else', () => {
  it.each([
    ['enable it with  otpctl device enable 5', true],
    ["see them with  otpctl device list --user 'o; hara'", true],
    ['see  otpctl device list; curl evil', false],
    ['otpctl device show $(id)', false],
    ['otpctl device show `id`', false],
    ['otpctl device show 5 > ~/.bashrc', false],
    ["don't; id", false],
    ['a\nb', false],
  ])('%j runs nothing more: %s', (text, harmless) => {
    expect(runsNothingMore(text)).toBe(harmless);
  });
});
