import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS } from '../../src/domain/audit/audit-actions.ts';
import { otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { stocked } from '../support/stock.ts';

const run = (home: string, line: string, more: readonly string[] = []) =>
  otpctl([...line.split(' '), ...more], { home, stdin: '' });

describe('an option that has no effect as the rest of the command line is', () => {
  it.each([
    ['device list --count --sort-by name', '--sort-by has no effect beside --count'],
    ['device list --count --sort-order descending', '--sort-order has no effect beside --count'],
    ['device list --count --limit 5', '--limit has no effect beside --count'],
    ['device list --count --start-index 5', '--start-index has no effect beside --count'],
    ['device list --count --all', '--all has no effect beside --count'],
    ['device list --count --columns id', '--columns has no effect beside --count'],
    ['device list --count -q', '--quiet has no effect beside --count'],
    ['device list --explain --count', '--count has no effect beside --explain'],
    ['device list --explain --all', '--all has no effect beside --explain'],
    ['device list --explain --columns id', '--columns has no effect beside --explain'],
    ['device list --explain -q', '--quiet has no effect beside --explain'],
    ['device list --explain -o csv', 'an explanation is no table'],
    ['bulk update --set-status disabled --type totp --as-of 2022-01-01', '--as-of has no effect without --unused-for'],
    ['bulk disable-stale --unused-since 2022-01-01 --as-of 2022-01-01', '--as-of has no effect without --unused-for'],
    ['bulk delete --type totp --ignore-signal', '--ignore-signal has no effect without --unused-since or --unused-for'],
    ['bulk delete --type totp --concurrency 3', 'a local store changes its devices by itself, without requests'],
    ['bulk disable-stale --unused-for 90d --concurrency 3', 'a local store changes its devices by itself'],
    ['audit verify export.jsonl --store other.db', '--store has no effect on an export, which is looked at by itself'],
    ['audit verify export.jsonl --timeout 3s', '--timeout has no effect on an export, which is looked at by itself'],
    ['audit list --since 2026-02-01 --until 2026-01-01', '--since is after --until'],
    ['audit export --since 2026-02-01 --until 2026-01-01', '--since is after --until'],
    ['profile add team --store team.db --timeout 3s', '--timeout has no effect on a local store'],
    ['profile add team --store team.db --insecure-http', '--insecure-http has no effect on a local store'],
    ['profile status local --profile other', '--profile has no effect beside NAME'],
    ['serve --socket otp.sock --port 0', '--port has no effect beside --socket'],
    ['serve --socket otp.sock --host 127.0.0.1', '--host has no effect beside --socket'],
    ['serve --socket otp.sock --insecure-http', '--insecure-http has no effect beside --socket'],
    ['user set ada --attr city=London --attr city=Paris', 'the attribute city is given twice'],
    ['settings export -o json', 'settings are exported as TOML, not json'],
    ['completion bash -o json', 'completion is a script of a shell, not json'],
  ])('is exit 2, and said: %s', async (line, message) => {
    const { home } = await stocked([{ user: 'ada' }]);
    const { exit, stdout, stderr } = await run(home, line);
    expect({ exit, stdout, stderr }).toEqual({
      exit: 2,
      stdout: '',
      stderr: line.includes('-o json')
        ? expect.stringContaining(JSON.stringify(message))
        : expect.stringMatching(
            new RegExp(`^error: ${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[^\\n]*\\nhint: `, 'm'),
          ),
    });
  });

  it.each(['--resend', '--voice'])('is exit 2 on a device to which nothing is sent: %s', async (option) => {
    const home = temporaryHome();
    const made = await otpctl(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], { home });
    expect(made.exit).toBe(0);
    expect(await run(home, `device challenge 1 ${option}`)).toEqual({
      exit: 2,
      stdout: '',
      stderr: `error: ${option} has no effect on device TOTP00000001: nothing is sent to one of type TOTP\nhint: leave out  ${option}\n`,
    });
  });

  it('is exit 2 with a plan that has no cut-off: --ignore-signal', async () => {
    const { home } = await stocked([{ user: 'ada' }, { user: 'bob' }]);
    const plan = join(home, 'one.plan');
    expect(await run(home, `bulk delete --user bob --plan-out ${plan}`)).toMatchObject({ exit: 0 });
    expect(await run(home, `bulk apply ${plan} --ignore-signal --yes`)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('--ignore-signal has no effect on a plan without a cut-off'),
    });
  });

  it.each(['reason', 'ticket'])('is exit 2 without a text, as an unset variable gives it: --%s', async (what) => {
    const { home } = await stocked([{ user: 'ada' }]);
    for (const line of ['device lock 1', 'audit list']) {
      expect(await run(home, line, [`--${what}`, ' '])).toEqual({
        exit: 2,
        stdout: '',
        stderr: `error: the ${what} is empty\nhint: leave out  --${what}\n`,
      });
    }
  });
});

describe('audit list --action', () => {
  it.each([
    ['device.verifi', 'did you mean  device.verify'],
    ['DEVICE.CREATE', 'did you mean  device.create'],
  ])('refuses a word that is no action, with the nearest one: %s', async (word, hint) => {
    const { home } = await stocked([{ user: 'ada' }]);
    expect(await run(home, `audit list --action ${word}`)).toEqual({
      exit: 2,
      stdout: '',
      stderr: `error: unknown action "${word}"\nhint: ${hint}\n`,
    });
  });

  it('takes every action that an entry can be about', async () => {
    const { home } = await stocked([{ user: 'ada' }]);
    for (const action of AUDIT_ACTIONS)
      expect(await run(home, `audit list --action ${action}`)).toMatchObject({ exit: 0 });
  });
});

describe('api', () => {
  it('refuses a method that there is not before it signs in anywhere', async () => {
    expect(await run(temporaryHome(), 'api FETCH /x --url http://127.0.0.1:9')).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(/^error: unknown method "FETCH"\nhint: /),
    });
  });
});

describe('a user without a name, as an unset variable gives it', () => {
  it.each([['why'], ['user', 'show'], ['user', 'remove'], ['device', 'list', '--user']])(
    'is exit 2, with a hint that fits an argument and an option: %s %s',
    async (...words) => {
      const { home } = await stocked([{ user: 'ada' }]);
      expect(await otpctl([...words, ''], { home })).toEqual({
        exit: 2,
        stdout: '',
        stderr: 'error: the user name is empty\nhint: give the name of a user\n',
      });
    },
  );
});
