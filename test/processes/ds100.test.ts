import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentOf, temporaryHome } from '../support/home.ts';
import { program, ROOT } from '../support/process.ts';
import { DISABLE, LOOKUP } from '../support/rsa/fake-rsa.ts';
import { addDevice, HOLDER, helpdesk, SERIAL, TOKEN_SERIAL } from '../support/rsa/helpdesk.ts';

const now = () => Math.floor(Date.now() / 1000);

describe('the built program and DS100 devices', () => {
  it('disables the documented device with nothing but an environment, and ends at once', async () => {
    const { rsa, home, environment } = await helpdesk({ now });
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
    // And it ended: nothing holds it that it was offered to keep, which is ten minutes.
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

  it('takes up a run that was killed, and changes no device twice', async () => {
    const { rsa, home, environment } = await helpdesk({ now });
    const serials = Array.from({ length: 12 }, (_, at) => String(140_100_100 + at));
    for (const serial of serials) addDevice(rsa, { deviceSerialNumber: serial, tokenSerialNumber: `0${serial}31` });
    const list = join(home, 'lost.txt');
    writeFileSync(list, serials.join('\n'));
    const line = ['ds100', 'disable', '--from', list, '--yes', '--concurrency', '2'];

    const child = spawn(process.execPath, [join(ROOT, 'bin/otpctl.js'), ...line, '--rate', '20'], {
      env: environmentOf(home, environment),
      stdio: 'ignore',
    });
    await expect.poll(() => rsa.to(DISABLE).length, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(4);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const before = rsa.to(DISABLE).length;
    expect(before).toBeLessThan(12);

    const { exit, stdout } = await program(['bulk', 'resume', 'ds100-1', '--yes', '-o', 'json'], { home, environment });

    expect(exit).toBe(0);
    const outcomes = (JSON.parse(stdout) as { outcome: string }[]).map(({ outcome }) => outcome);
    expect(outcomes.length).toBeGreaterThanOrEqual(12 - before);
    expect(outcomes.every((outcome) => outcome === 'changed')).toBe(true);
    const patched = rsa.to(DISABLE).map(({ body }) => (body as Record<string, string>)['deviceSerialNumber']);
    expect([...patched].sort()).toEqual(serials);
    const disabled = [...rsa.devices.values()].filter(({ tokenStatus }) => tokenStatus === 'Disabled');
    expect(disabled).toHaveLength(12);
  });
});
