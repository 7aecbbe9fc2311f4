import { describe, expect, it } from 'vitest';
import { LOOKUP } from '../support/rsa/fake-rsa.ts';
import { helpdesk, SERIAL } from '../support/rsa/helpdesk.ts';
import { apiKeyText, writeKey } from '../support/rsa/keys.ts';

describe('a profile with access to RSA', () => {
  it('serves the ds100 commands, and says whether its key works, by a lookup that changes nothing', async () => {
    const { rsa, home, run } = await helpdesk();
    const own = { environment: {} };
    const key = writeKey(home, apiKeyText(rsa.url));
    expect(await run(`profile add team --store ${home}/team.db --rsa-key-file ${key} --default`, own)).toMatchObject({
      exit: 0,
    });
    const shown = await run(`ds100 show ${SERIAL} --profile team -o json`, own);
    expect(shown).toMatchObject({ exit: 0, stderr: '' });
    expect(JSON.parse(shown.stdout)).toMatchObject({ deviceSerialNumber: SERIAL });
    const asked = rsa.received.length;
    const status = await run('profile status team -o json', own);
    expect(status.exit).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ rsa: 'the key works' });
    expect(rsa.received.slice(asked).map(({ path }) => path)).toEqual([LOOKUP]);
  });

  it('says why its key does not work: exit 4', async () => {
    const { home, run } = await helpdesk();
    const own = { environment: {} };
    const key = writeKey(home, apiKeyText('http://127.0.0.1:1'));
    await run(`profile add team --store ${home}/team.db --rsa-key-file ${key} --default`, own);
    const status = await run('profile status team -o json', own);
    expect(status.exit).toBe(4);
    expect(JSON.parse(status.stdout)).toMatchObject({ rsa: expect.stringContaining('127.0.0.1') });
  });
});
