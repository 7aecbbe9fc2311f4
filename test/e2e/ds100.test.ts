import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { DELETE, DISABLE } from '../support/rsa/fake-rsa.ts';
import { ADA, addDevice, HOLDER, helpdesk, SERIAL, TOKEN_SERIAL } from '../support/rsa/helpdesk.ts';
import { TERMINAL_TEST, terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

const now = () => Math.floor(Date.now() / 1000);

it('asks which DS100 of a caller is lost, and disables that one', TERMINAL_TEST, async () => {
  const { rsa, home, environment } = await helpdesk({ now });
  addDevice(rsa, { deviceSerialNumber: '140100081', tokenSerialNumber: '014010008131', name: 'the blue one' });
  const choice = await terminal(['ds100', 'disable', '--user', ADA], { home, environment, columns: 120 });

  const shown = await choice.see(`? user ${ADA} has 2 DS100 devices: which one?`);
  expect(shown).toContain(`❯ ${SERIAL} token ${TOKEN_SERIAL} enabled dak-br03-ngx-01`);
  await choice.press('Down');
  await choice.see('❯ 140100081 token 014010008131 enabled the blue one');
  await choice.press('Enter');

  expect(await choice.exit()).toBe(0);
  expect(rsa.to(DISABLE).map(({ body }) => body)).toEqual([{ deviceSerialNumber: '140100081', userId: HOLDER }]);
  expect(rsa.complaints).toEqual([]);
});

it('asks about a list, stops at Ctrl-C, and goes on later', TERMINAL_TEST, async () => {
  const { rsa, home, environment } = await helpdesk({ now });
  const serials = Array.from({ length: 30 }, (_, at) => String(140_100_100 + at));
  for (const serial of serials) addDevice(rsa, { deviceSerialNumber: serial, tokenSerialNumber: `0${serial}31` });
  const list = join(home, 'lost.txt');
  writeFileSync(list, serials.join('\n'));
  const line = ['ds100', 'disable', '--from', list];

  const refused = await terminal(line, { home, environment, columns: 80 });
  await refused.see('disable 30 devices?');
  await refused.press('C-c');
  expect(await refused.exit()).toBe(130);
  expect(rsa.to(DISABLE)).toEqual([]);

  const run = await terminal([...line, '--rate', '15'], { home, environment, columns: 80 });
  await run.see('disable 30 devices?');
  await run.press('y', 'Enter');
  await expect.poll(() => rsa.to(DISABLE).length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(3);
  await run.press('C-c');
  expect(await run.exit()).toBe(130);
  await run.see('go on with it with otpctl bulk resume ds100-1');
  const before = rsa.to(DISABLE).length;
  expect(before).toBeLessThan(30);

  const resumed = await terminal(['bulk', 'resume', 'ds100-1'], { home, environment, columns: 80 });
  await resumed.see(`? go on with run ds100-1: ${30 - before} devices?`);
  await resumed.press('y', 'Enter');
  expect(await resumed.exit()).toBe(0);
  expect(rsa.to(DISABLE)).toHaveLength(30);
});

it('asks before it deletes, and names what is lost', TERMINAL_TEST, async () => {
  const { rsa, home, environment } = await helpdesk({ now });
  const question = await terminal(['ds100', 'delete', SERIAL], { home, environment, columns: 120 });

  const shown = await question.see('(y/N)');
  expect(shown).toContain(`delete the credential on DS100 ${SERIAL} (dak-br03-ngx-01) for good?`);
  expect(shown).toContain(`loses the registration, the token ${TOKEN_SERIAL} and its PIN`);
  await question.press('n', 'Enter');

  expect(await question.exit()).toBe(130);
  expect(rsa.to(DELETE)).toEqual([]);
});
