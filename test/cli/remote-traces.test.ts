import { expect, it } from 'vitest';
import { otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { scimDoor } from '../support/scim-door.ts';

const SECRET = 'canary-9c2e';
const BASIC = Buffer.from(`ada:${SECRET}`).toString('base64');

it('--verbose prints each request and answer of profile add, login and status, doctor and api, and no secret', async () => {
  const door = await scimDoor({ opens: `Basic ${BASIC}` });
  const home = temporaryHome();
  const signedIn = { home, environment: { OTPCTL_PROFILE: 'work' } };
  const add = ['profile', 'add', 'work', '--url', door.origin, '--username', 'ada', '--password-stdin', '-v'];
  const runs = [
    await otpctl(add, { home, stdin: `${SECRET}\n` }),
    await otpctl(['profile', 'login', 'work', '--password-stdin', '-v'], { home, stdin: `${SECRET}\n` }),
    await otpctl(['profile', 'status', '-v'], signedIn),
    await otpctl(['doctor', '-v'], signedIn),
    await otpctl(['api', 'GET', '/OtpDevice?count=1', '-v'], signedIn),
  ];
  for (const { stderr, stdout } of runs) {
    expect(stderr).toMatch(/^> GET http:\/\/127\.0\.0\.1:\d+\//m);
    expect(stderr).toMatch(/^< 200 in \d+ ms, \d+ bytes$/m);
    for (const secret of [SECRET, BASIC]) expect(stdout + stderr).not.toContain(secret);
  }
  const sent = runs.flatMap(({ stderr }) => stderr.match(/^> /gm) ?? []);
  expect(sent).toHaveLength(door.requests.length);
});

it('--verbose of api masks what is sent and what comes back', async () => {
  const door = await scimDoor({ opens: `Basic ${BASIC}` });
  const home = temporaryHome();
  const environment = { OTPCTL_URL: `${door.origin}/scim/v2`, OTPCTL_USERNAME: 'ada', OTPCTL_PASSWORD: SECRET };
  const body = JSON.stringify({ pin: '31415926', note: `the password is ${SECRET}` });
  const { stderr } = await otpctl(['api', 'POST', '/OtpDevice/1/responseChallenge', '--input', '-', '-v'], {
    ...{ home, environment },
    stdin: body,
  });
  expect(stderr).toContain('> {"pin":"[secret]","note":"the password is [secret]"}');
  for (const secret of [SECRET, BASIC, '31415926']) expect(stderr).not.toContain(secret);
});
