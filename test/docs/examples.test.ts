import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { json } from '../support/cli.ts';
import { command, ROOT } from '../support/process.ts';
import { needs } from '../support/tools.ts';
import { codeOfAda } from './company.ts';
import { SANDBOXES, type Sandbox } from './sandboxes.ts';

const example = (name: string) => join(ROOT, 'docs/examples', name);

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = (await SANDBOXES['company']?.()) as Sandbox;
});

const run = (name: string, argv: readonly string[], stdin = '') =>
  command('bash', [example(name), ...argv], { home: sandbox.home, environment: sandbox.environment, stdin });
const devices = (user: string) => json<{ name: string; status: string }[]>(['device', 'list', '--user', user], sandbox);
const statuses = async (user: string) => (await devices(user)).map(({ status }) => status);
const audited = (action: string) => json<object[]>(['audit', 'list', '--action', action], sandbox);

describe('the nightly job', () => {
  it('changes nothing before its plan is approved, then exactly what the plan says', async () => {
    const folder = join(sandbox.home, 'stale');
    expect(await run('nightly-stale', ['plan', folder])).toMatchObject({ exit: 0 });
    expect(await statuses('bob')).toEqual(['V']);
    const sha256 = readFileSync(join(folder, 'sha256'), 'utf8').trim();

    expect(await run('nightly-stale', ['apply', folder, '0'.repeat(64)])).toMatchObject({ exit: 5 });
    expect(await statuses('bob')).toEqual(['V']);
    expect(await run('nightly-stale', ['apply', folder, sha256])).toMatchObject({ exit: 0 });
    expect(await statuses('bob')).toEqual(['D']);
    expect(await statuses('ada')).toEqual(['V', 'V']);
    expect(readFileSync(join(folder, 'applied.xml'), 'utf8')).toContain('<testsuite');
    expect(await audited('device.disable')).toMatchObject([{ reason: 'unused for 180d', ticket: 'nightly' }]);
  });

  it('has a plan on a night with nothing to do, too', async () => {
    await run('leaver', ['bob', 'HR-9']);
    const folder = join(sandbox.home, 'stale');
    expect(await run('nightly-stale', ['plan', folder])).toMatchObject({ exit: 0 });
    const sha256 = readFileSync(join(folder, 'sha256'), 'utf8').trim();
    expect(await run('nightly-stale', ['apply', folder, sha256])).toMatchObject({ exit: 0 });
  });

  it('is called by its workflow as it is', () => {
    const workflow = readFileSync(example('nightly-stale.yml'), 'utf8');
    const calls = [...workflow.matchAll(/nightly-stale (plan|apply) stale.*$/gm)].map(([line]) => line);
    expect(calls).toEqual(['nightly-stale plan stale', 'nightly-stale apply stale "$SHA256"']);
    // What an expression puts into a script can be a command: it goes through the environment.
    for (const [, script = ''] of workflow.matchAll(/run: (?:\|\n((?:\s{10}.*\n)+)|.*)/g))
      expect(script).not.toContain('${{');
    expect(workflow).not.toContain('\t');
  });
});

describe('the job for people who leave', () => {
  it('disables all devices of one, and of nobody else', async () => {
    expect(await run('leaver', ['ada', 'HR-9'])).toMatchObject({ exit: 0 });
    expect(await statuses('ada')).toEqual(['D', 'D']);
    expect(await statuses('eve')).toEqual(['L']);
    expect(await audited('device.disable')).toMatchObject([
      { reason: 'has left', ticket: 'HR-9' },
      { reason: 'has left', ticket: 'HR-9' },
    ]);
  });

  it('is done with somebody who has none, and may run again', async () => {
    expect(await run('leaver', ['nobody', 'HR-9'])).toMatchObject({
      exit: 0,
      stderr: expect.stringContaining('no device'),
    });
    await run('leaver', ['bob', 'HR-9']);
    expect(await run('leaver', ['bob', 'HR-9'])).toMatchObject({ exit: 0 });
  });

  it('does not succeed on a store that is not there', async () => {
    const outcome = await command('bash', [example('leaver'), 'ada', 'HR-9'], {
      home: sandbox.home,
      environment: { ...sandbox.environment, OTPCTL_STORE: join(sandbox.home, 'none.db') },
    });
    expect(outcome).toMatchObject({ exit: 2 });
  });
});

describe('the call at the helpdesk', () => {
  beforeEach(async () => {
    await json(['device', 'enable', '--user', 'ada', '--type', 'pin'], sandbox);
    await json(['device', 'lock', '--user', 'ada', '--type', 'pin'], sandbox);
  });

  it('unlocks for a caller who proves who they are', async () => {
    const outcome = await run('helpdesk', ['ada', 'HD-20'], `${codeOfAda()}\n`);
    expect(outcome).toMatchObject({ exit: 0 });
    expect(outcome.stderr).toContain('TOTP00000001');
    expect(await statuses('ada')).toEqual(['V', 'V']);
    expect(await audited('device.unlock')).toMatchObject([{ ticket: 'HD-20' }]);
  });

  it('unlocks nothing after a wrong code', async () => {
    expect(await run('helpdesk', ['ada', 'HD-20'], '00000000\n')).toMatchObject({ exit: 1 });
    expect(await statuses('ada')).toEqual(['V', 'L']);
  });

  it('asks for no code where nothing is locked', async () => {
    const outcome = await run('helpdesk', ['bob', 'HD-20']);
    expect(outcome).toMatchObject({ exit: 0, stderr: expect.stringContaining('is locked') });
  });
});

it.each(['nightly-stale', 'leaver', 'helpdesk'])('stops at the first thing that fails: %s', (name) => {
  const text = readFileSync(example(name), 'utf8');
  expect(text).toContain('\nset -euo pipefail\n');
});

it('has no mistake that shellcheck finds', async (context) => {
  needs(context, 'shellcheck');
  const files = ['nightly-stale', 'leaver', 'helpdesk'].map(example);
  expect(await command('shellcheck', files, sandbox)).toMatchObject({ exit: 0, stdout: '' });
});
