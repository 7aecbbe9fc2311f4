import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { serverProcess } from '../support/server-process.ts';
import { startMailServer } from '../support/smtp.ts';

/** A served store that can send mail, and a client elsewhere that has a key to it. */
async function served() {
  const { port, mails } = await startMailServer();
  const home = temporaryHome();
  const settings = `email.from=otp@example.com email.smtpUrl=smtp://127.0.0.1:${port} email.enabled=true`.split(' ');
  await program(['settings', 'set', ...settings], { home });
  const made = await program(['apikey', 'create', 'desk', '--role', 'super', '-o', 'json'], { home });
  const { key } = JSON.parse(made.stdout) as { key: string };
  const { url } = await serverProcess(home);
  const client = temporaryHome();
  const otpctl = (base: string, line: readonly string[], stdin = '') =>
    program([...line, '--url', `${url}${base}`], { home: client, stdin, environment: { OTPCTL_TOKEN: key } });
  return { home, mails, otpctl, key };
}

describe.each(['/scim/v2', '/soffid/webservice/scim2/v1', ''])(
  'the command line, at a server with the base "%s"',
  (base) => {
    it('enrols an e-mail device, challenges, verifies and enables it', async () => {
      const { home, mails, otpctl, key } = await served();
      const json = async (...line: string[]) => {
        const { exit, stdout, stderr } = await otpctl(base, [...line, '-o', 'json']);
        if (exit !== 0) throw new Error(`otpctl ${line.join(' ')} exited with ${exit}: ${stderr}`);
        return JSON.parse(stdout);
      };
      const made = await json('device', 'create', 'email', '--user', 'ada', '--email', 'ada@example.com');
      expect(made).toMatchObject({ id: '1', type: 'EMAIL', user: 'ada', status: 'C', email: 'ada@example.com' });
      expect(await json('device', 'challenge', '1')).toMatchObject({ id: '1', cell: 'PIN' });
      const code = /code is (\d{6})\./.exec(mails[0]?.body ?? '')?.[1] ?? '';
      const wrong = code === '000000' ? '000001' : '000000';
      expect((await otpctl(base, ['device', 'verify', '1', wrong])).exit).toBe(1);
      expect(await json('device', 'verify', '1', code)).toEqual({
        id: '1',
        success: true,
        locked: false,
        status: 'V',
        fails: 0,
      });
      expect((await otpctl(base, ['device', 'verify', '1', code])).exit).toBe(1);
      expect(await json('device', 'enable', '1')).toMatchObject([{ id: '1', status: 'V' }]);
      expect(await json('device', 'list', '--filter', 'user eq "ADA" and not (status eq "D")')).toHaveLength(1);
      expect(await json('device', 'disable', '1')).toMatchObject([{ id: '1', status: 'D' }]);
      expect((await otpctl(base, ['device', 'verify', '1', code])).exit).toBe(1);
      expect((await otpctl(base, ['device', 'delete', '1', '--yes'])).exit).toBe(0);
      expect((await otpctl(base, ['device', 'show', '1'])).exit).toBe(3);
      const { stdout: log } = await program(['audit', 'list', '-o', 'json'], { home });
      expect(JSON.parse(log).at(-1)).toMatchObject({ actor: 'key:desk', action: 'device.delete' });
      expect(log).not.toContain(code);
      expect(log).not.toContain(key);
    });

    it('brings out the secret of a TOTP device', async () => {
      const { otpctl } = await served();
      const line = ['device', 'create', 'totp', '--user', 'ada', '--show-secret', '-o', 'json'];
      const { exit, stdout } = await otpctl(base, line);
      expect(exit).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        type: 'TOTP',
        otpauthUri: expect.stringMatching(/^otpauth:\/\/totp\/otpctl:ada\?secret=[A-Z2-7]{32}&issuer=otpctl/),
      });
    });
  },
);

describe('otpctl api', () => {
  it('sends what a person words, and prints what comes back, whatever its status', async () => {
    const { otpctl, key } = await served();
    const config = await otpctl('/scim/v2', ['api', 'GET', '/ServiceProviderConfig']);
    expect(config.exit).toBe(0);
    expect(JSON.parse(config.stdout)).toMatchObject({ patch: { supported: true } });
    const body = JSON.stringify({ type: 'TOTP', user: 'ada' });
    const schemas = `{"schemas":["urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice"],${body.slice(1)}`;
    expect((await otpctl('/scim/v2', ['api', 'POST', '/OtpDevice', '--input', '-'], schemas)).exit).toBe(0);
    const missing = await otpctl('/scim/v2', ['api', 'GET', '/OtpDevice/99']);
    expect(missing).toMatchObject({ exit: 3, stderr: 'the server answered with status 404\n' });
    expect(JSON.parse(missing.stdout)).toMatchObject({ status: '404' });
    expect((await otpctl('/scim/v2', ['api', 'GET', '/otpctl/v1/whoami'])).stdout).toContain('desk');
    const refused = await otpctl('/scim/v2', ['api', 'BREW', '/coffee']);
    expect(refused.exit).toBe(2);
    for (const { stdout, stderr } of [config, missing, refused]) expect(stdout + stderr).not.toContain(key);
  });

  it('has nothing to send at a local store', async () => {
    expect((await program(['api', 'GET', '/'], { home: temporaryHome() })).exit).toBe(5);
  });
});

describe('bulk runs at a server', () => {
  it.each(['/scim/v2', '/soffid/webservice/scim2/v1'])('disable and take back, at %s', async (base) => {
    const { otpctl } = await served();
    const ids: string[] = [];
    for (const user of ['ada', 'bob', 'eve']) {
      const line = ['device', 'create', 'email', '--user', user, '--email', `${user}@example.com`, '-q'];
      ids.push((await otpctl(base, line)).stdout);
    }
    const file = join(temporaryHome(), 'ids');
    writeFileSync(file, ids.join(''));
    const update = ['bulk', 'update', '--set-status', 'disabled', '--from', file, '--yes', '--max-percent', '100'];
    expect((await otpctl(base, update)).exit).toBe(0);
    const list = async () =>
      (JSON.parse((await otpctl(base, ['device', 'list', '-o', 'json'])).stdout) as { status: string }[]).map(
        ({ status }) => status,
      );
    expect(await list()).toEqual(['D', 'D', 'D']);
    const [run] = JSON.parse((await otpctl(base, ['bulk', 'runs', '-o', 'json'])).stdout) as { id: string }[];
    expect((await otpctl(base, ['bulk', 'undo', run?.id ?? '', '--yes'])).exit).toBe(0);
    expect(await list()).toEqual(['C', 'C', 'C']);
  });
});
