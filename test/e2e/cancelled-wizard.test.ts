import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { storeOf, temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { TERMINAL_TEST, type Terminal, terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

interface Step {
  readonly question: string;
  readonly keys: readonly string[];
}

const step = (question: string, ...keys: readonly string[]): Step => ({ question, keys });
const typed = (text: string) => [...text, 'Enter'];
const USER = step('? user:', ...typed('ada'));

/** Each way through the wizard, to its last question. */
const WAYS: Record<string, readonly Step[]> = {
  TOTP: [step('? type of the device:', 'Enter'), USER, step('? first code of TOTP00000001:')],
  EMAIL: [step('? type of the device:', ...typed('email')), USER, step('? e-mail address:')],
  PIN: [
    step('? type of the device:', ...typed('pin')),
    USER,
    step('? PIN:', ...typed('94175386')),
    step('? PIN again:', ...typed('94175386')),
    step('? first code of Security number:'),
  ],
};

const STOPS = Object.entries(WAYS).flatMap(([type, steps]) =>
  steps.map(({ question }, at) => ({ type, question, before: steps.slice(0, at) })),
);

it.each(STOPS)('leaves nothing behind on Ctrl-C at "$question" of $type', TERMINAL_TEST, async (stop) => {
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create'], { home });

  for (const { question, keys } of stop.before) {
    await wizard.see(question);
    await wizard.press(...keys);
  }
  await wizard.see(stop.question);
  await wizard.press('C-c');

  await expectCancelled(wizard);
  if (stop.question.startsWith('? first code')) {
    const { stdout } = await program(['device', 'list', '--count'], { home });
    expect(stdout).toBe('0\n');
  } else {
    expect(existsSync(storeOf(home))).toBe(false);
  }
});

it('takes the same way on Ctrl-D', TERMINAL_TEST, async () => {
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create', 'totp', '--user', 'ada', '--confirm'], { home });

  await wizard.see('? first code of TOTP00000001:');
  await wizard.press('C-d');

  await expectCancelled(wizard);
  expect((await program(['device', 'list', '--count'], { home })).stdout).toBe('0\n');
});

it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('takes the same way on %s', TERMINAL_TEST, async (signal) => {
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create', 'totp', '--user', 'ada', '--confirm'], { home });

  await wizard.see('? first code of TOTP00000001:');
  const [pid] = programsOf(home);
  process.kill(Number(pid), signal);

  await expectCancelled(wizard);
  expect((await program(['device', 'list', '--count'], { home })).stdout).toBe('0\n');
});

it('takes the QR file away again with the device', TERMINAL_TEST, async () => {
  const home = temporaryHome();
  const file = join(home, 'ada.png');
  const argv = ['device', 'create', 'totp', '--user', 'ada', '--confirm', '--qr-file', file];
  const wizard = await terminal(argv, { home });

  await wizard.see('? first code of TOTP00000001:');
  expect(existsSync(file)).toBe(true);
  await wizard.press('C-c');

  await expectCancelled(wizard);
  expect(existsSync(file)).toBe(false);
});

async function expectCancelled(wizard: Terminal): Promise<void> {
  expect(await wizard.exit()).toBe(130);
  const shown = await wizard.see('error: cancelled');
  expect(shown).not.toMatch(/:\d+:\d+\)|has a bug/);
  expectCursor(await wizard.transcript('cancelled'));
}

/** What was hidden last must be shown again. */
function expectCursor(transcript: string): void {
  expect(transcript.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(transcript.lastIndexOf('\u001b[?25l'));
}

/** The processes of the built program that have this home. */
function programsOf(home: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^[0-9]+$/.test(pid)) return false;
    try {
      const [command, environment] = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8'));
      const arguments_ = command?.split('\0') ?? [];
      return arguments_[1]?.endsWith('bin/otpctl.js') && environment?.split('\0').includes(`HOME=${home}`);
    } catch {
      return false;
    }
  });
}
