import { beforeEach, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { TERMINAL_TEST, terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

const ANSWERS = [
  { answer: 'no', keys: ['n', 'Enter'] },
  { answer: 'nothing but Enter', keys: ['Enter'] },
  { answer: 'Ctrl-C', keys: ['C-c'] },
];

it.each(ANSWERS)('deletes nothing when the answer is $answer', TERMINAL_TEST, async ({ keys }) => {
  const home = await homeWithDevices();
  const question = await terminal(['device', 'delete', 'TOTP00000001'], { home });

  await question.see('(y/N)');
  await question.press(...keys);

  expect(await question.exit()).toBe(130);
  await question.see('error: cancelled');
  expect(await count(home)).toBe(2);
});

it('deletes when the answer is yes', TERMINAL_TEST, async () => {
  const home = await homeWithDevices();
  const question = await terminal(['device', 'delete', 'TOTP00000001'], { home });

  await question.see('(y/N)');
  await question.press('y', 'Enter');

  expect(await question.exit()).toBe(0);
  expect(await count(home)).toBe(1);
  const { exit } = await program(['device', 'show', 'TOTP00000001'], { home });
  expect(exit).toBe(3);
});

it('names what is lost, device by device', TERMINAL_TEST, async () => {
  const home = await homeWithDevices();
  const question = await terminal(['device', 'delete', '1', '2'], { home });

  const shown = await question.see('(y/N)');

  expect(shown).toContain('delete these 2 devices for good?');
  expect(shown).toContain('TOTP00000001 of ada: loses its secret: the codes of the app that holds it stop working');
  expect(shown).toContain('Security number of bob: loses its PIN');
});

it('does not ask with --yes', TERMINAL_TEST, async () => {
  const home = await homeWithDevices();
  const question = await terminal(['device', 'delete', '1', '--yes'], { home });

  expect(await question.exit()).toBe(0);
  expect(await question.text()).not.toContain('?');
  expect(await count(home)).toBe(1);
});

async function homeWithDevices(): Promise<string> {
  const home = temporaryHome();
  await program(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], { home });
  await program(['device', 'create', 'pin', '--user', 'bob', '--pin-stdin'], { home, stdin: '94175386\n' });
  expect(await count(home)).toBe(2);
  return home;
}

async function count(home: string): Promise<number> {
  return Number((await program(['device', 'list', '--count'], { home })).stdout);
}
