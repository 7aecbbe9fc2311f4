import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { startProvider } from '../support/provider.ts';
import { startMailServer } from '../support/smtp.ts';

async function succeed(home: string, line: string, stdin = ''): Promise<string> {
  const { exit, stdout, stderr } = await program(line.split(' '), { home, stdin });
  if (exit !== 0) throw new Error(`otpctl ${line} exited with ${exit}: ${stderr}`);
  return stdout;
}

describe('the whole path, with the built program', () => {
  it('by e-mail: created, challenged, read out of the mail, verified, enabled', async () => {
    const home = temporaryHome();
    const { port, mails } = await startMailServer();
    const url = `smtp://127.0.0.1:${port}`;
    await succeed(home, `settings set email.from=otp@example.com email.smtpUrl=${url} email.enabled=true`);
    await succeed(home, 'device create email --user ada --email ada@example.com');
    expect(JSON.parse(await succeed(home, 'device challenge 1 -o json'))).toMatchObject({
      channel: 'email',
      sent: true,
    });
    expect(JSON.parse(await succeed(home, 'device challenge 1 -o json'))).toMatchObject({ sent: false });
    expect(mails).toMatchObject([{ from: 'otp@example.com', to: ['ada@example.com'] }]);
    const code = /code is (\d{6})\./.exec(mails[0]?.body ?? '')?.[1] ?? '';
    expect(JSON.parse(await succeed(home, `device verify --user ada ${code} -o json`))).toMatchObject({
      success: true,
      status: 'V',
    });
    expect((await program(['device', 'verify', '1', code], { home })).exit).toBe(1);
    expect(await succeed(home, 'audit list -o json')).not.toContain(code);
  });

  it('by SMS and by voice, with the call that is documented', async () => {
    const home = temporaryHome();
    const { port, calls } = await startProvider();
    const origin = `http://127.0.0.1:${port}`;
    const call = (path: string) =>
      `${origin}/${path}?account=sms-bg490971-1&password=XXXXXXt&login=user&from=SOFFID&to=\${PHONE}&message=This is your access PIN: \${PIN}&noStop&contentType=application/json&class=0`;
    writeFileSync(join(home, 'sms'), call('sms'));
    writeFileSync(join(home, 'voice'), call('voice'));
    const common = (channel: string) =>
      `${channel}.url=@${join(home, channel)} ${channel}.expect="status":100 ${channel}.allowPrivateHosts=true ${channel}.enabled=true`;
    await succeed(home, `settings set ${common('sms')} ${common('voice')}`);
    await succeed(home, 'device create sms --user ada --phone 666-555.444');
    await succeed(home, 'device challenge 1');
    const [, code = ''] = /PIN:%20(\d{6})&noStop&/.exec(calls[0]?.target ?? '') ?? [];
    expect(calls[0]).toMatchObject({
      method: 'GET',
      target: `/sms?account=sms-bg490971-1&password=XXXXXXt&login=user&from=SOFFID&to=666555444&message=This%20is%20your%20access%20PIN:%20${code}&noStop&contentType=application/json&class=0`,
      body: '',
    });
    await succeed(home, `device verify 1 ${code}`);
    await succeed(home, 'device challenge 1 --voice');
    const spoken = /PIN:%20((?:\d\.%20){6})&noStop/.exec(calls[1]?.target ?? '')?.[1] ?? '';
    await succeed(home, `device verify 1 ${spoken.replace(/\.%20/g, '')}`);
    expect(JSON.parse(await succeed(home, 'device show 1 -o json'))).toMatchObject({ status: 'V', fails: 0 });
  });

  it('a provider that fails is exit 7, its answer is told without secrets, and the code is dead', async () => {
    const home = temporaryHome();
    const leak = { status: 200, body: '' };
    const { port, calls } = await startProvider((response, { body }) =>
      response.writeHead(leak.status).end(leak.body.replace('CODE', (JSON.parse(body) as { text: string }).text)),
    );
    const origin = `http://127.0.0.1:${port}`;
    const toml = `[sms]\nurl = "${origin}/?key=hunter2secret&to=\${PHONE}"\nmethod = "POST"\nheaders = "Authorization: Bearer hunter3secret"\nbody = '{"text":"\${PIN}"}'\nexpect = "accepted"\nallowPrivateHosts = true\nenabled = true\n`;
    await succeed(home, 'settings set -', toml);
    await succeed(home, 'device create sms --user ada --phone +34666555444');
    const lastCode = () => (JSON.parse(calls.at(-1)?.body ?? '{}') as { text?: string }).text ?? '';
    const challenge = () => program(['device', 'challenge', '1', '-o', 'json'], { home });
    const first = await challenge();
    const code = lastCode();
    expect(first).toMatchObject({ exit: 7, stdout: '' });
    for (const [status, body] of [
      [500, 'cannot send CODE with hunter2secret and hunter3secret \u001b[31m'],
      [302, ''],
      [200, 'refused: CODE'],
    ] as const) {
      Object.assign(leak, { status, body });
      const outcome = await challenge();
      expect(outcome).toMatchObject({ exit: 7, stdout: '' });
      expect(JSON.parse(outcome.stderr)).toMatchObject({ error: { code: 'delivery-failed' } });
      expect(outcome.stderr).not.toContain(lastCode());
      expect(outcome.stderr).not.toContain('hunter');
      expect(outcome.stderr).not.toContain('\u001b');
    }
    expect((await program(['device', 'verify', '1', code], { home })).exit).toBe(1);
    Object.assign(leak, { status: 200, body: 'accepted' });
    expect((await challenge()).exit).toBe(0);
  });

  it('a tag without a value is exit 5, names the tag, and nothing is sent', async () => {
    const home = temporaryHome();
    const { port, mails } = await startMailServer();
    const url = `smtp://127.0.0.1:${port}`;
    const body = 'Hello ${city}, ${fullName:-colleague}: ${PIN}';
    const settings = `email.from=otp@example.com email.smtpUrl=${url} email.enabled=true`.split(' ');
    expect((await program(['settings', 'set', ...settings, `email.body=${body}`], { home })).exit).toBe(0);
    await succeed(home, 'device create email --user ada --email ada@example.com');
    const refused = await program(['device', 'challenge', '1'], { home });
    expect(refused).toMatchObject({ exit: 5, stderr: expect.stringContaining('city') });
    expect(mails).toEqual([]);
    const city = 'Paris\u00a0${PIN} "&<b>';
    expect((await program(['user', 'set', 'ada', '--attr', `city=${city}`], { home })).exit).toBe(0);
    await succeed(home, 'device challenge 1');
    expect(mails).toHaveLength(1);
  });

  it('a channel is tested step by step', async () => {
    const home = temporaryHome();
    const { port, mails } = await startMailServer();
    const url = `smtp://127.0.0.1:${port}`;
    await succeed(home, `settings set email.from=otp@example.com email.smtpUrl=${url}`);
    const steps = JSON.parse(await succeed(home, 'settings test email --to ada@example.com -o json')) as {
      step: string;
    }[];
    expect(steps.map(({ step }) => step)).toEqual(expect.arrayContaining(['connect', 'accepted']));
    expect(mails).toHaveLength(1);
    const { exit, stderr } = await program(['settings', 'test', 'sms', '--to', '666555444'], { home });
    expect({ exit, stderr }).toEqual({ exit: 5, stderr: expect.stringContaining('sms.url') });
    await succeed(home, 'settings set email.smtpUrl=smtp://127.0.0.1:1');
    expect((await program(['settings', 'test', 'email', '--to', 'ada@example.com'], { home })).exit).toBe(7);
  });
});
