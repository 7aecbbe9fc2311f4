import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { tamper } from '../support/sql.ts';

/** A store with one DS100, and what its check finds. */
async function registered() {
  const home = temporaryHome();
  const store = join(home, 'store.db');
  const at = (line: string) => otpctl([...line.split(' '), '--store', store], { home });
  await at('ds100 add 140100080 --token-serial 014010008031 --user-id 42 --user ada@example.com');
  return { store, check: () => at('store check -o json'), at };
}

describe('store check', () => {
  it('finds nothing wrong with a registry that otpctl wrote', async () => {
    const { check, at } = await registered();
    await at('ds100 disable 140100080');
    expect(await check()).toMatchObject({ exit: 0, stdout: '[]\n' });
  });

  it.each([
    [`token_serial = '14010008031'`, 'the serial number of its token is not one'],
    [`user_id = ''`, 'its holder is not one'],
    [`user_id = 'a' || char(27)`, 'its holder is not one'],
    [`email_fold = 'grace@example.com'`, 'it is not found by the address of its holder'],
    [`email_fold = NULL`, 'it is not found by the address of its holder'],
    [`status_changed = 7`, 'it does not say when or by whom its status was changed'],
  ])('finds a row of the registry with %s', async (change, wrong) => {
    const { store, check } = await registered();
    tamper(store, `UPDATE ds100 SET ${change}`);
    const { exit, stdout } = await check();
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      { finding: `DS100 140100080: ${wrong}`, remedy: expect.stringContaining('otpctl ds100 delete 140100080') },
    ]);
  });

  it('finds one that no command can name', async () => {
    const { store, check } = await registered();
    tamper(store, `UPDATE ds100 SET device_serial = '14010008'`);
    expect(JSON.parse((await check()).stdout)).toEqual([
      { finding: 'DS100 14010008: its serial number is not one', remedy: 'restore the store from a backup' },
    ]);
  });
});
