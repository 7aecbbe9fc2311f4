import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DISABLE } from '../support/rsa/fake-rsa.ts';
import { ADA, HOLDER, helpdesk, SERIAL, TOKEN_SERIAL } from '../support/rsa/helpdesk.ts';

describe('ds100 disable of one device', () => {
  it.each([SERIAL, `${TOKEN_SERIAL} --user-id ${HOLDER}`, `--user ${ADA}`])(
    'with --dry-run changes nothing, and says what would be: %s',
    async (who) => {
      const { rsa, run } = await helpdesk();
      const { exit, stdout } = await run(`ds100 disable ${who} --dry-run -o json`);
      expect(exit).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject([
        { id: SERIAL, name: TOKEN_SERIAL, user: HOLDER, from: 'V', to: 'D', outcome: 'planned' },
      ]);
      expect(rsa.to(DISABLE)).toEqual([]);
    },
  );

  it('with --report is a run, which can be taken back', async () => {
    const { home, run } = await helpdesk();
    const report = join(home, 'one.xml');
    expect(await run(`ds100 disable ${SERIAL} --report ${report}`)).toMatchObject({
      exit: 0,
      stderr: expect.stringContaining('otpctl bulk undo ds100-1'),
    });
    expect(readFileSync(report, 'utf8')).toContain('tests="1" failures="0"');
    expect(JSON.parse((await run('bulk undo ds100-1 --dry-run -o json')).stdout)).toMatchObject([
      { outcome: 'planned' },
    ]);
    await run(`ds100 enable ${SERIAL}`);
    expect(JSON.parse((await run('bulk undo ds100-1 --dry-run -o json')).stdout)).toMatchObject([
      { outcome: 'skipped', reason: expect.stringContaining('changed meanwhile') },
    ]);
  });
});
