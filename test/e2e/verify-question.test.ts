import { beforeEach, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { TERMINAL_TEST, type Terminal, terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

const PIN = '94175386';
const NAME = 'Security number';
const QUESTION = `? code of ${NAME}:`;

it('issues the challenge of a PIN device, asks, and accepts the right digits', TERMINAL_TEST, async () => {
  const home = await homeWithPin();
  const verify = await terminal(['device', 'verify', NAME], { home });

  const positions = await positionsAsked(verify);
  await verify.answer(QUESTION, positions.map((position) => PIN[position - 1]).join(''));

  expect(await verify.exit()).toBe(0);
  await verify.see(`${NAME}: accepted`);
  expect(await device(home)).toMatchObject({ status: 'V', fails: 0 });
});

it('answers with exit 1 when the digits are wrong', TERMINAL_TEST, async () => {
  const home = await homeWithPin();
  const verify = await terminal(['device', 'verify', NAME], { home });

  await positionsAsked(verify);
  await verify.answer(QUESTION, '000');

  expect(await verify.exit()).toBe(1);
  await verify.see(`${NAME}: rejected, 1 failed attempt`);
  expect(await device(home)).toMatchObject({ status: 'C', fails: 1 });
});

it('charges no attempt when the question is cancelled', TERMINAL_TEST, async () => {
  const home = await homeWithPin();
  const verify = await terminal(['device', 'verify', NAME], { home });

  await verify.see(QUESTION);
  await verify.press('C-c');

  expect(await verify.exit()).toBe(130);
  expect(await device(home)).toMatchObject({ status: 'C', fails: 0 });
});

it('issues no challenge on a locked device, and rejects what is typed', TERMINAL_TEST, async () => {
  const home = await homeWithPin();
  await program(['device', 'lock', '1'], { home });
  const verify = await terminal(['device', 'verify', NAME], { home });

  await verify.answer(QUESTION, '417');

  expect(await verify.exit()).toBe(1);
  const shown = await verify.see('the device is locked');
  expect(shown).not.toContain('ask for digits');
});

async function positionsAsked(verify: Terminal): Promise<readonly number[]> {
  const shown = await verify.see(QUESTION);
  const asked = /ask for digits (\d+), (\d+) and (\d+), counted from the first/.exec(shown);
  const positions = asked?.slice(1).map(Number) ?? [];
  expect(positions).toHaveLength(3);
  return positions;
}

async function homeWithPin(): Promise<string> {
  const home = temporaryHome();
  const stdin = `${PIN}\n`;
  expect((await program(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin })).exit).toBe(0);
  return home;
}

async function device(home: string): Promise<unknown> {
  return JSON.parse((await program(['device', 'show', '1', '-o', 'json'], { home })).stdout);
}
