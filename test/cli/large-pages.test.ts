import { expect, it } from 'vitest';
import { otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { scriptedServer } from '../support/scripted-server.ts';

/** More than a call of a function can have arguments. */
const MANY = 130_000;

it('a server may give all of its devices at once, in every command that takes them', async () => {
  const created = '2026-01-01T00:00:00Z';
  const devices = Array.from({ length: MANY }, (_, at) => {
    return {
      id: String(at + 1),
      name: 'n',
      user: 'ada',
      type: 'TOTP',
      status: 'V',
      fails: 0,
      created,
      meta: { created },
    };
  });
  const body = JSON.stringify({ totalResults: MANY, Resources: devices });
  const config = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
  };
  const { origin } = await scriptedServer(({ target }) => {
    if (target.includes('/ServiceProviderConfig')) return { body: config };
    return target.includes('/OtpDevice?') ? { body } : { status: 404, body: {} };
  });
  const environment = { OTPCTL_URL: `${origin}/scim/v2`, OTPCTL_TOKEN: 'x' };
  const home = temporaryHome();
  const run = (line: string) => otpctl(line.split(' '), { home, environment });

  const table = await run('device list --all');
  expect({ exit: table.exit, stderr: table.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(table.stdout.trimEnd().split('\n')).toHaveLength(MANY + 1);
  expect((await run('device list --all --sort-by user -q')).exit).toBe(0);
  // What needs one device of them is told that there are several, and what needs all asks about them.
  for (const line of ['device verify --user ada 123456', 'device enable --user ada']) {
    expect({ line, exit: (await run(line)).exit }).toEqual({ line, exit: expect.toSatisfy((exit) => exit < 70) });
  }
});
