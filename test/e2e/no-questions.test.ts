import { beforeEach, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { TERMINAL_TEST, type TerminalOptions, terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

/** Command lines that ask on a terminal, beside a PIN device of bob that is there; and what is said in place of it. */
const QUESTIONS = [
  { line: 'device create', hint: 'the types are totp, hotp, email, sms, pin' },
  { line: 'device create totp', hint: 'add --user NAME' },
  { line: 'device create email --user ada', hint: 'add --email ADDRESS' },
  { line: 'device create sms --user ada', hint: 'add --phone NUMBER' },
  { line: 'device create pin --user ada', hint: 'pipe it in with --pin-stdin' },
  { line: 'device create totp --user ada --confirm', hint: 'leave out --confirm' },
  { line: 'device verify 1', hint: 'give it as an argument, or with --code-stdin' },
  { line: 'device delete 1', hint: 'add --yes to go ahead' },
  { line: 'profile add work', hint: 'add --url URL' },
  { line: 'profile add work --url http://127.0.0.1:1', hint: 'pipe it in with --password-stdin' },
];

const SILENCES: { silence: string; argv: readonly string[]; environment: Record<string, string> }[] = [
  { silence: 'CI=true', argv: [], environment: { CI: 'true' } },
  { silence: '--no-input', argv: ['--no-input'], environment: {} },
];

const CASES = SILENCES.flatMap((silence) => QUESTIONS.map((question) => ({ ...silence, ...question })));

it.each(CASES)('asks nothing under $silence: $line', TERMINAL_TEST, async ({ argv, environment, line, hint }) => {
  const home = await homeOfBob();
  const window = await terminal([...line.split(' '), ...argv], { home, environment });

  expect(await window.exit()).toBe(2);
  const shown = await window.see('hint:');
  expect(shown).toContain(`hint: ${hint}`);
  expect(shown).toMatch(/^error: /);
  expect(shown).not.toContain('\\u{');
  expect((await program(['device', 'list', '--count'], { home })).stdout).toBe('1\n');
});

it('still draws the QR code where nothing has to be asked', TERMINAL_TEST, async () => {
  const options: TerminalOptions = { home: temporaryHome(), rows: 40, environment: { CI: 'true' } };
  const window = await terminal(['device', 'create', 'totp', '--user', 'ada'], options);

  expect(await window.exit()).toBe(0);
  await window.see('▄▄▄▄▄');
});

it('waits for no PIN to be typed in the open when the type has none', TERMINAL_TEST, async () => {
  const argv = ['device', 'create', 'totp', '--user', 'ada', '--pin-stdin'];
  const window = await terminal(argv, { home: temporaryHome() });

  expect(await window.exit()).toBe(2);
  await window.see('error: a device of type TOTP has no PIN');
});

async function homeOfBob(): Promise<string> {
  const home = temporaryHome();
  await program(['device', 'create', 'pin', '--user', 'bob', '--pin-stdin'], { home, stdin: '94175386\n' });
  return home;
}

it.each(['device delete -', 'bulk delete --from -'])(
  'asks nothing of somebody who typed the ids and ended stdin: %s',
  TERMINAL_TEST,
  async (line) => {
    const home = temporaryHome();
    await program(['device', 'create', 'email', '--user', 'ada', '--email', 'ada@example.com'], { home });
    const typed = await terminal(line.split(' '), { home });
    await typed.type('1');
    await typed.press('Enter', 'C-d');
    expect(await typed.exit()).toBe(2);
    expect(await typed.see('add --yes to go ahead')).not.toContain('(y/N)');
    expect((await program(['device', 'list', '--count'], { home })).stdout).toBe('1\n');
  },
);
