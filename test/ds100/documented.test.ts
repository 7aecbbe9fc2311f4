import { describe, expect, it } from 'vitest';
import { otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { temporaryHome } from '../support/home.ts';
import { CLEAR_PIN, DELETE, DISABLE, ENABLE, LOOKUP } from '../support/rsa/fake-rsa.ts';
import { addDevice, HOLDER, helpdesk, SERIAL, TOKEN_SERIAL } from '../support/rsa/helpdesk.ts';

const DISABLED = {
  userId: HOLDER,
  tokenSerialNumber: TOKEN_SERIAL,
  tokenStatus: 'Disabled',
  tokenStatusChangedAt: '2022-05-24T084041.067Z',
  tokenStatusChangedBy: '<admin subject>',
  deviceSerialNumber: SERIAL,
};

describe('the documented examples', () => {
  it('disable: sends the documented body, and answers with the documented array', async () => {
    const { rsa, run } = await helpdesk();
    const { exit, stdout, stderr } = await run(`ds100 disable ${SERIAL} --user-id ${HOLDER} -o json`);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(rsa.to(LOOKUP).map(({ method, text }) => ({ method, text }))).toEqual([
      { method: 'POST', text: '{"deviceSerialNumber":"140100080"}' },
    ]);
    expect(rsa.to(DISABLE).map(({ method, text }) => ({ method, text }))).toEqual([
      { method: 'PATCH', text: '{"deviceSerialNumber":"140100080","userId":"ece30fe9-414c-7536-5403-0656220b3046"}' },
    ]);
    expect(JSON.stringify(JSON.parse(stdout))).toBe(JSON.stringify([DISABLED]));
    expect(rsa.complaints).toEqual([]);
  });

  it('disable: the same on the local registry, with the time and the actor of here', async () => {
    const home = temporaryHome();
    const clock = fixedClock();
    const at = (line: string) => otpctl(line.split(' '), { home, clock });
    await at(`ds100 add ${SERIAL} --token-serial ${TOKEN_SERIAL} --user-id ${HOLDER}`);
    clock.advance(60);
    const { exit, stdout, stderr } = await at(`ds100 disable ${SERIAL} --user-id ${HOLDER} -o json`);
    expect(exit).toBe(0);
    const [answer, ...more] = JSON.parse(stdout) as Record<string, unknown>[];
    expect(more).toEqual([]);
    expect(Object.keys(answer ?? {})).toEqual(Object.keys(DISABLED));
    expect(answer).toEqual({
      ...DISABLED,
      tokenStatusChangedAt: '2022-01-01T00:01:00Z',
      tokenStatusChangedBy: expect.stringMatching(/./),
    });
    expect(stderr).toContain('local registry');
    expect(stderr).toContain('RSA is unchanged');
  });

  it('enable: the same shape, with the time that can be read', async () => {
    const { rsa, run } = await helpdesk();
    addDevice(rsa, { tokenStatus: 'Disabled' });
    const { exit, stdout } = await run(`ds100 enable ${SERIAL} -o json`);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      { ...DISABLED, tokenStatus: 'Enabled', tokenStatusChangedAt: '2022-05-24T07:30:55.856Z' },
    ]);
    expect(rsa.to(ENABLE).map(({ text }) => text)).toEqual([`{"deviceSerialNumber":"${SERIAL}","userId":"${HOLDER}"}`]);
    expect(rsa.complaints).toEqual([]);
  });

  it('clear-pin: with the serial number of the token', async () => {
    const { rsa, run } = await helpdesk();
    addDevice(rsa, { tokenSerialNumber: '014010008039', userId: '87927fb7-e185-4c33-c7e3-8e077675973c' });
    const { exit, stdout } = await run(`ds100 clear-pin ${SERIAL} --yes -o json`);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ tokenSerialNumber: '014010008039', pinSet: false });
    expect(rsa.to(CLEAR_PIN).map(({ method, text }) => ({ method, text }))).toEqual([
      {
        method: 'PATCH',
        text: '{"tokenSerialNumber":"014010008039","userId":"87927fb7-e185-4c33-c7e3-8e077675973c"}',
      },
    ]);
    expect(rsa.complaints).toEqual([]);
  });

  it('delete: with a body of all three', async () => {
    const { rsa, run } = await helpdesk();
    addDevice(rsa, { tokenSerialNumber: '014010008038', userId: '87927fb7-e185-4c33-c7e3-8e077675973c' });
    const { exit, stdout } = await run(`ds100 delete ${SERIAL} --yes -o json`);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ deviceSerialNumber: SERIAL, deleted: true });
    expect(rsa.to(DELETE).map(({ method, text }) => ({ method, text }))).toEqual([
      {
        method: 'DELETE',
        text: '{"tokenSerialNumber":"014010008038","deviceSerialNumber":"140100080","userId":"87927fb7-e185-4c33-c7e3-8e077675973c"}',
      },
    ]);
    expect(rsa.devices.size).toBe(0);
    expect(rsa.complaints).toEqual([]);
  });
});
