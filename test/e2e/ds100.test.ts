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
