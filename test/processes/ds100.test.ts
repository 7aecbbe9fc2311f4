import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { DISABLE, LOOKUP } from '../support/rsa/fake-rsa.ts';
import { HOLDER, helpdesk, SERIAL, TOKEN_SERIAL } from '../support/rsa/helpdesk.ts';

const now = () => Math.floor(Date.now() / 1000);

describe('the built program and DS100 devices', () => {
  it('disables the documented device with nothing but an environment, and ends at once', async () => {
    const { rsa, home, environment } = await helpdesk({ now });
    const started = performance.now();
    const { exit, stdout, stderr } = await program(
      ['ds100', 'disable', SERIAL, '--user-id', HOLDER, '-o', 'json', '--verbose'],
      { home, environment },
    );
    expect({ exit, records: JSON.parse(stdout) }).toMatchObject({
      exit: 0,
      records: [
        { userId: HOLDER, tokenSerialNumber: TOKEN_SERIAL, tokenStatus: 'Disabled', deviceSerialNumber: SERIAL },
      ],
    });
    expect(stderr).toBe(`POST ${rsa.url}${LOOKUP}: 200\nPATCH ${rsa.url}${DISABLE}: 200\n`);
    expect(rsa.to(DISABLE).map(({ text }) => text)).toEqual([
      '{"deviceSerialNumber":"140100080","userId":"ece30fe9-414c-7536-5403-0656220b3046"}',
    ]);
    expect(rsa.complaints).toEqual([]);
    // Connections that are kept would keep the process.
    expect(performance.now() - started).toBeLessThan(4000);
  });

  it('reads a file, and registers without RSA', async () => {
    const home = temporaryHome();
    const stdin = `serial,tokenSerialNumber,userId\n${SERIAL},${TOKEN_SERIAL},${HOLDER}\n`;
    expect(await program(['ds100', 'import', '-', '-q'], { home, stdin })).toMatchObject({
      exit: 0,
      stdout: `${SERIAL}\n`,
      stderr: expect.stringContaining('RSA is unchanged'),
    });
    const batch = await program(['ds100', 'disable', '--from', '-', '-q'], { home, stdin: `serial\n${SERIAL}\n` });
    expect(batch).toMatchObject({ exit: 0, stdout: `${SERIAL}\n`, stderr: expect.stringContaining('1 changed') });
  });
});
