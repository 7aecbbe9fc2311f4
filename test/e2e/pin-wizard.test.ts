import { beforeEach, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { TERMINAL_TEST, type Terminal, terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

const PIN = '94175386';

it('leads from the type over a hidden PIN and some of its digits to an enabled device', TERMINAL_TEST, async () => {
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create'], { home });

  await wizard.see('? type of the device:');
  for (const type of ['HOTP', 'EMAIL', 'SMS', 'PIN']) {
    await wizard.press('Down');
    await wizard.see(`❯ ${type} `);
  }
  await wizard.press('Enter');
  await wizard.answer('? user:', 'ada');
  await wizard.answer('? PIN:', PIN);
  await wizard.answer('? PIN again:', PIN);
  await answerPositions(wizard, PIN);

  await wizard.see('Security number is enabled');
  expect(await wizard.exit()).toBe(0);
  expect(await device(home)).toMatchObject({ name: 'Security number', type: 'PIN', user: 'ada', status: 'V' });
  expectHidden(await wizard.transcript('is enabled'));
});

it('asks for other digits of the PIN, or for the same again, after a wrong answer', TERMINAL_TEST, async () => {
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create', 'pin', '--user', 'ada', '--confirm'], { home });

  await wizard.answer('? PIN:', PIN);
  await wizard.answer('? PIN again:', PIN);
  // No digit of the PIN is a zero.
  await wizard.answer('? first code of Security number:', '000');
  await answerPositions(wizard, PIN, /not right.*\? first code of Security number:$/);

  expect(await wizard.exit()).toBe(0);
  expect(await device(home)).toMatchObject({ status: 'V', fails: 0 });
});

it('takes a PIN as it is typed anew after one that was too short', TERMINAL_TEST, async () => {
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create', 'pin', '--user', 'ada', '--confirm'], { home });

  await wizard.answer('? PIN:', '1234');
  await wizard.see('at least 8 digits');
  await wizard.answer('? PIN:', PIN);
  await wizard.answer('? PIN again:', PIN);
  await answerPositions(wizard, PIN);

  expect(await wizard.exit()).toBe(0);
  expect(await device(home)).toMatchObject({ status: 'V' });
});

it('takes the right repetition after a wrong one', TERMINAL_TEST, async () => {
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create', 'pin', '--user', 'ada', '--confirm'], { home });

  await wizard.answer('? PIN:', PIN);
  await wizard.answer('? PIN again:', '94175387');
  await wizard.see('not the same PIN');
  await wizard.answer('? PIN again:', PIN);
  await answerPositions(wizard, PIN);

  expect(await wizard.exit()).toBe(0);
  expect(await device(home)).toMatchObject({ status: 'V' });
});

it('keeps the PIN hidden on Ctrl-T, the key that uncovers passwords elsewhere', TERMINAL_TEST, async () => {
  const wizard = await terminal(['device', 'create', 'pin', '--user', 'ada'], { home: temporaryHome() });

  await wizard.see('? PIN:');
  await wizard.type(PIN);
  await wizard.press('C-t', 'Enter');
  await wizard.see('? PIN again:');
  await wizard.press('C-c');

  expect(await wizard.exit()).toBe(130);
  expectHidden(await wizard.transcript('cancelled'));
});

async function answerPositions(
  wizard: Terminal,
  pin: string,
  question: string | RegExp = '? first code of Security number:',
): Promise<void> {
  const shown = await wizard.see(question);
  const asked = /ask for digits (\d+), (\d+) and (\d+), counted from the first/.exec(shown);
  const positions = asked?.slice(1).map(Number) ?? [];
  expect(positions).toHaveLength(3);
  await wizard.type(positions.map((position) => pin[position - 1]).join(''));
  await wizard.press('Enter');
}

/** No four digits in a row: the three that were asked for are typed in the open. */
function expectHidden(transcript: string): void {
  for (let at = 0; at + 4 <= PIN.length; at++) expect(transcript).not.toContain(PIN.slice(at, at + 4));
}

async function device(home: string): Promise<unknown> {
  const { stdout } = await program(['device', 'show', '1', '-o', 'json'], { home });
  return JSON.parse(stdout);
}
