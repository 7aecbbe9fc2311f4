import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ORIGIN } from '../support/backends.ts';
import { json, otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { servedStore } from '../support/served-store.ts';
import { testServer } from '../support/server.ts';
import { arrange } from '../support/signed.ts';
import { startMailServer } from '../support/smtp.ts';

const CODELESS = /neither email\.subject nor email\.body has the tag \$\{PIN\}/;

/** A home with a mail server, and a body that was written to the store without its code. */
async function withOldBody() {
  const home = temporaryHome();
  const { port, mails } = await startMailServer({ hideSTARTTLS: true });
  const settings = ['email.from=a@example.com', `email.smtpUrl=smtp://127.0.0.1:${port}`, 'email.enabled=true'];
  await json(['settings', 'set', ...settings], { home });
  await json(['device', 'create', 'email', '--user', 'ada', '--email', 'ada@example.com'], { home });
  arrange(storeOf(home), `INSERT INTO settings (key, value) VALUES ('email.body', '"Your code is ."')`);
  return { home, mails };
}

describe('a message without its code', () => {
  it('is refused in every way to set it, and nothing of the rest is set', async () => {
    const home = temporaryHome();
    await json(['store', 'init'], { home });
    const body = join(home, 'body');
    writeFileSync(body, 'Your code is .');
    const toml = '[totp]\ndigits = 8\n[email]\nbody = "Your code is ."\n';
    writeFileSync(join(home, 'settings.toml'), toml);
    for (const [line, stdin] of [
      [['set', 'totp.digits=8', 'email.body=Your code is .']],
      [['set', 'totp.digits=8', `email.body=@${body}`]],
      [['set', '-'], toml],
      [['import', join(home, 'settings.toml'), '--yes']],
    ] as const) {
      const refused = await otpctl(['settings', ...line], { home, ...(stdin !== undefined && { stdin }) });
      expect(refused).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringMatching(CODELESS) });
      expect(refused.stderr).toContain(`otpctl settings set 'email.body=Your code is \${PIN}'`);
    }
    await json(['settings', 'set', 'email.subject=${PIN}', 'email.body=Above'], { home });
    expect((await otpctl(['settings', 'unset', 'email.subject'], { home })).exit).toBe(2);
    expect(await json(['settings', 'get', 'totp.digits'], { home })).toMatchObject({ value: 6 });
  });

  it('is refused by a server', async () => {
    const { key, send } = await testServer();
    const values = { 'email.body': 'Your code is $PIN' };
    expect(await send('PATCH', '/otpctl/v1/settings', await key('manage'), { values })).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'invalid-value',
          message: expect.stringMatching(CODELESS),
          hint: expect.stringContaining("'$PIN' is not"),
        },
      },
    });
  });

  it('is not sent where a store has it already: exit 5, also as a test', async () => {
    const { home, mails } = await withOldBody();
    for (const line of ['device challenge 1', 'settings test email --to ada@example.com']) {
      const refused = await otpctl(line.split(' '), { home });
      expect(refused).toMatchObject({ exit: 5, stderr: expect.stringMatching(CODELESS) });
    }
    const inJson = await otpctl('settings test email --to ada@example.com -o json'.split(' '), { home });
    expect(JSON.parse(inJson.stderr)).toMatchObject({
      error: { code: 'setting-forbids', step: 'settings', exitCode: 5 },
    });
    expect(JSON.parse(inJson.stdout)).toEqual([{ step: 'settings', detail: 'failed', failed: true }]);
    expect(mails).toEqual([]);
    await json(['settings', 'set', 'email.body=It is ${PIN}'], { home });
    await json(['device', 'challenge', '1'], { home });
    expect(mails).toHaveLength(1);
  });

  it('is found by doctor and by store check, with what to do', async () => {
    const { home } = await withOldBody();
    const { exit, stdout } = await otpctl(['doctor', '-o', 'json'], { home });
    const rows = JSON.parse(stdout) as { check: string }[];
    expect(exit).toBe(1);
    expect(rows.find(({ check }) => check === 'settings')).toMatchObject({
      state: 'failure',
      finding: expect.stringMatching(CODELESS),
      remedy: expect.stringContaining('otpctl settings set'),
    });
    const check = await otpctl(['store', 'check'], { home });
    expect(check).toMatchObject({ exit: 1, stdout: expect.stringContaining('email.subject nor email.body') });
  });
});

describe('a test message', () => {
  it('is what a code would come in: its digits, and what templates know of a user', async () => {
    const home = temporaryHome();
    const { port, mails } = await startMailServer({ hideSTARTTLS: true });
    const settings = [
      'email.from=Codes <a@example.com>',
      `email.smtpUrl=smtp://127.0.0.1:${port}`,
      'email.digits=8',
      'email.subject=${PIN} for ${userName}',
      'email.body=${EMAIL} ${PHONE} ${city}: ${PIN}',
    ];
    await json(['settings', 'set', ...settings], { home });
    await json(['settings', 'test', 'email', '--to', 'ada@example.com'], { home });
    expect(mails).toMatchObject([{ headers: expect.arrayContaining(['Subject: 00000000 for test']) }]);
    expect(mails[0]?.body).toBe('ada@example.com +15550100000 city: 00000000\r\n');
  });

  it('names the step that failed, in the steps and in the error', async () => {
    const home = temporaryHome();
    const { port } = await startMailServer({
      hideSTARTTLS: true,
      onRcptTo: (_address, _session, done) => done(new Error('nobody there')),
    });
    await json(['settings', 'set', 'email.from=a@example.com', `email.smtpUrl=smtp://127.0.0.1:${port}`], { home });
    const test = ['settings', 'test', 'email', '--to', 'ada@example.com'];
    const failed = await otpctl([...test, '-o', 'json'], { home });
    expect(failed.exit).toBe(7);
    expect(JSON.parse(failed.stderr)).toMatchObject({ error: { code: 'delivery-failed', step: 'recipient' } });
    expect(JSON.parse(failed.stdout)).toEqual([
      { step: 'connect', detail: expect.any(String) },
      { step: 'recipient', detail: 'failed', failed: true },
    ]);
    expect((await otpctl(test, { home })).stdout).toMatch(/^recipient +failed$/m);
    await json(['settings', 'set', 'email.smtpUrl=smtp://127.0.0.1:1'], { home });
    expect(JSON.parse((await otpctl([...test, '-o', 'json'], { home })).stdout)).toEqual([
      { step: 'connect', detail: 'failed', failed: true },
    ]);
  });

  it('names the step that failed, and what is wrong with settings, also to who works at a server', async () => {
    const { url, key, beside } = await servedStore();
    const environment = { OTPCTL_URL: `${url}/scim/v2`, OTPCTL_TOKEN: await key('manage') };
    const settings = { 'email.from': 'a@example.com', 'email.smtpUrl': 'smtp://127.0.0.1:1' };
    await beside.settings.change(settings, ORIGIN);
    const at = { home: temporaryHome(), environment };
    const failed = await otpctl(['settings', 'test', 'email', '--to', 'a@example.com', '-o', 'json'], at);
    expect(JSON.parse(failed.stderr)).toMatchObject({ error: { code: 'delivery-failed', step: 'connect' } });
    expect(JSON.parse(failed.stdout)).toEqual([{ step: 'connect', detail: 'failed', failed: true }]);
    expect(await otpctl(['settings', 'set', 'email.body=It is $PIN'], at)).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(
        /neither email\.subject nor email\.body[\s\S]*hint: '\$PIN' is not the tag of the code/,
      ),
    });
  });

  it('goes by email.ehloName, which is a host name', async () => {
    const home = temporaryHome();
    await json(['settings', 'set', 'email.ehloName=otp.example.com'], { home });
    expect(await json(['settings', 'get', 'email.ehloName'], { home })).toMatchObject({ value: 'otp.example.com' });
    expect(await otpctl(['settings', 'set', 'email.ehloName=a b'], { home })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('the name for EHLO is no host name'),
    });
  });
});
