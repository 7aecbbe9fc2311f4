import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { servedPlace, soffidPlace } from '../support/remote-places.ts';
import { tamper } from '../support/sql.ts';

const SALES = 'groups eq "Sales"';

/** A store of two users in a scope and one outside, each with a PIN device, and a profile of that scope. */
async function branches() {
  const home = temporaryHome();
  const run = async (line: string | readonly string[], profile?: string) =>
    otpctl([...(typeof line === 'string' ? line.split(' ') : line), ...(profile ? ['--profile', profile] : [])], {
      home,
    });
  for (const [name, group] of [
    ['ada', 'Sales'],
    ['bea', 'sales'],
    ['outsider', 'Legal'],
  ] as const) {
    expect((await run(`user set ${name} --group ${group}`)).exit).toBe(0);
    const { exit, stderr } = await otpctl(['device', 'create', 'pin', '--user', name, '--pin-stdin'], {
      home,
      stdin: '86753091\n',
    });
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
  }
  const added = await run(['profile', 'add', 'branch', '--store', storeOf(home), '--scope', SALES]);
  expect(added).toMatchObject({ exit: 0 });
  return { home, run, scoped: (line: string | readonly string[]) => run(line, 'branch') };
}

describe('a profile of a local store with a scope', () => {
  it('shows its scope, and keeps it in the config', async () => {
    const { home, run } = await branches();
    expect(readFileSync(join(home, '.config/otpctl/config.toml'), 'utf8')).toContain('scope = ');
    expect(await json(['profile', 'show', 'branch'], { home })).toMatchObject({ name: 'branch', scope: SALES });
    expect((await run('profile list')).stdout).toContain(SALES);
    expect(await json(['profile', 'status', 'branch'], { home })).toMatchObject({ scope: SALES });
    const doctor = await run('doctor', 'branch');
    expect(doctor.stdout).toContain(SALES);
    expect(doctor.stdout).toContain('2 devices');
    expect(doctor.stdout).not.toContain('3 devices');
  });

  it('bounds lists, counts, single devices and users', async () => {
    const { scoped } = await branches();
    for (const line of [
      'device list',
      'device list --all',
      'device list --user outsider',
      'user list',
      'audit list',
      'device list --sort-by user',
      'device list --text out',
      'why outsider',
    ]) {
      const { stdout, stderr } = await scoped(line);
      expect(stdout).not.toMatch(/outsider|Legal/);
      expect(stderr.replaceAll(/"?outsider"?/g, line.includes('outsider') ? '' : '$&')).not.toMatch(/outsider/);
    }
    expect((await scoped('device list --count')).stdout).toBe('2\n');
    for (const [line, none] of [
      ['device show 3', 'device show 9'],
      ['device lock 3', 'device lock 9'],
      ['device delete 3 --yes', 'device delete 9 --yes'],
      ['device verify 3 123', 'device verify 9 123'],
      ['user show outsider', 'user show nobodyxx'],
      ['user remove outsider --yes', 'user remove nobodyxx --yes'],
      ['device create totp --user outsider --show-secret', 'device create totp --user nobodyxx --show-secret'],
      ['user set outsider --active false', 'user set nobodyxx --active false'],
      ['device verify --user outsider 123', 'device verify --user nobodyxx 123'],
    ] as const) {
      const [outside, nowhere] = [await scoped(line), await scoped(none)];
      const said = ({ exit, stdout, stderr }: typeof outside) => ({
        line,
        exit,
        stdout,
        stderr: stderr.replaceAll(/outsider|nobodyxx/g, '@').replaceAll(/\b[39]\b/g, '#'),
      });
      expect(said(outside)).toEqual(said(nowhere));
      expect(outside.exit).not.toBe(0);
    }
    expect((await scoped('device lock 1')).exit).toBe(0);
    expect((await scoped('user set ada --attr city=Paris')).exit).toBe(0);
  });

  it.each([
    'store info',
    'store check',
    'store backup x.bak',
    'store key show',
    'apikey list',
    'apikey create x --role query',
    'settings set totp.digits=8',
    'audit verify',
    'audit export',
    'audit prune --before 2020-01-01 --yes',
    'ds100 list --user a@example.com',
    'serve --port 0',
    'store migrate',
    'ds100 add 140100080 --token-serial 014010008031 --user-id u1',
  ])('refuses what is of the whole store: %s', async (line) => {
    const { home, scoped } = await branches();
    writeFileSync(join(home, 'x.csv'), 'a\n');
    const { exit, stderr } = await scoped(line);
    expect({ exit, stderr }).toMatchObject({ exit: 4 });
    expect(stderr).toContain('of the whole store, and not of the users of a scope');
  });

  it('reads settings', async () => {
    const { scoped } = await branches();
    expect((await scoped('settings get totp.digits')).exit).toBe(0);
  });

  it('bounds bulk runs: what is selected, what a plan says, what is shown and taken back', async () => {
    const { home, run, scoped } = await branches();
    const plan = join(home, 'plan.csv');
    expect((await run(`bulk update --type pin --set-status locked --max-percent 100 --plan-out ${plan}`)).exit).toBe(0);
    // A plan of the whole store is of another place.
    const applied = await scoped(`bulk apply ${plan} --yes`);
    expect(applied.exit).not.toBe(0);
    expect(
      await scoped('bulk update --type pin --type email --set-status locked --max-percent 100 --yes'),
    ).toMatchObject({ exit: 0 });
    expect(
      (await json<{ status: string }[]>(['device', 'list', '--sort-by', 'id'], { home })).map(({ status }) => status),
    ).toEqual(['L', 'L', 'C']);
    expect((await scoped('bulk show 1')).stdout).not.toContain('outsider');
    // The whole store has the runs of all of its scopes; a scope has its own, and none over DS100 devices.
    expect(await json(['bulk', 'runs', '--profile', 'branch'], { home })).toMatchObject([
      { id: '1', command: 'update' },
    ]);
    expect(await scoped('bulk show ds100-1')).toMatchObject({ exit: 4 });
    expect((await run('bulk runs')).stdout).toContain('update');
    expect(await run('bulk undo 1 --yes')).toMatchObject({ exit: 0 });
    expect(await run('bulk update --type pin --type email --set-status locked --max-percent 100 --yes')).toMatchObject({
      exit: 0,
    });
    expect((await scoped('bulk show 3')).exit).toBe((await scoped('bulk show 99')).exit);
    expect((await scoped('bulk undo 3 --yes')).exit).not.toBe(0);
    // Named devices are a run, too.
    const [outside, nowhere] = [await scoped('device unlock 1 3 --yes'), await scoped('device unlock 1 99 --yes')];
    expect(outside.exit).toBe(nowhere.exit);
    expect((await json<{ status: string }>(['device', 'show', '3'], { home })).status).toBe('L');
  });

  it('changes nothing of a user who left the scope between a plan and its run', async () => {
    const { home, run, scoped } = await branches();
    const plan = join(home, 'plan');
    expect((await scoped(`bulk update --type pin --set-status locked --max-percent 100 --plan-out ${plan}`)).exit).toBe(
      0,
    );
    expect((await run('user set bea --group Legal')).exit).toBe(0);
    const { stdout } = await scoped(`bulk apply ${plan} --max-percent 100 --yes -o jsonl`);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; outcome: string });
    expect(rows.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['1', 'changed'],
      ['2', 'skipped'],
    ]);
    expect((await json<{ status: string }>(['device', 'show', '2'], { home })).status).toBe('C');
  });

  it('leaves alone in a bulk run whom somebody has put into the scope beside otpctl', async () => {
    const { home, scoped } = await branches();
    tamper(storeOf(home), `UPDATE users SET groups = '["Sales"]' WHERE name = 'outsider'`);
    const { stdout } = await scoped('bulk update --type pin --set-status locked --max-percent 100 --yes -o jsonl');
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; outcome: string; reason?: string });
    expect(rows.map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual([
      ['1', 'changed', undefined],
      ['2', 'changed', undefined],
      ['3', 'skipped', 'somebody has changed it in the store'],
    ]);
  });

  it('offers in completion what is in it', async () => {
    const { scoped, run } = await branches();
    await run('apikey create desk --role query');
    const offered = async (kind: string, prefix = '') =>
      (await scoped(['__complete', kind, prefix])).stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
    expect(await offered('users')).toEqual(['ada', 'bea']);
    expect(await offered('users', 'o')).toEqual([]);
    expect((await offered('devices')).length).toBeGreaterThan(0);
    expect(await offered('devices', '3')).toEqual([]);
    expect(await offered('devices', '2')).toEqual(['2']);
    expect(await offered('apikeys')).toEqual([]);
    await run('bulk update --type pin --set-status locked --max-percent 100 --yes');
    await scoped('bulk update --type pin --set-status disabled --max-percent 100 --yes');
    expect(await offered('runs')).toEqual(['2']);
  });

  it('is refused with the line where the config has a filter that cannot be read', async () => {
    const home = temporaryHome();
    mkdirSync(join(home, '.config/otpctl'), { recursive: true });
    writeFileSync(join(home, '.config/otpctl/config.toml'), '[profiles.x]\nscope = "groups eq Sales"\n', {
      mode: 0o600,
    });
    const { exit, stderr } = await otpctl(['device', 'list', '--profile', 'x'], { home });
    expect({ exit, stderr }).toMatchObject({ exit: 2 });
    expect(stderr).toMatch(/line 2: .*expected a value for eq/);
  });
});

describe('a profile of a server with a scope', () => {
  const profileOf = async (url: string, token: string, scope: string) => {
    const home = temporaryHome();
    const environment = { OTPCTL_TOKEN: token };
    const added = await otpctl(['profile', 'add', 'branch', '--url', url, '--scope', scope], { home, environment });
    return {
      home,
      added,
      run: (line: string) => otpctl([...line.split(' '), '--profile', 'branch'], { home, environment }),
    };
  };

  it('narrows what the key sees at an otpctl serve', async () => {
    const place = await servedPlace([{ user: 'ada' }, { user: 'bea' }]);
    const { added, run } = await profileOf(place.url, String(place.environment['OTPCTL_TOKEN']), 'user eq "ada"');
    expect(added).toMatchObject({ exit: 0 });
    expect(added.stderr).toContain('there are 1');
    expect((await run('device list --count')).stdout).toBe('1\n');
    expect((await run('device show 2')).exit).toBe(3);
    expect((await run('device lock 2')).exit).toBe(3);
    expect((await run('apikey list')).exit).toBe(4);
    expect(await run('bulk update --type pin --type email --set-status locked --max-percent 100 --yes')).toMatchObject({
      exit: 0,
    });
    expect(place.statuses()).toBe('LV');
    const raw = await run('api GET /OtpDevice');
    expect(raw.stdout).toContain('ada');
    expect(raw.stdout).not.toContain('bea');
    expect((await run('profile status')).stdout).toContain('user eq "ada"');
    expect((await run('doctor')).stdout).toContain('user eq "ada"');
  });

  it('is refused at a server that keeps to no scope, before anything is read or changed', async () => {
    const place = await soffidPlace([{ user: 'ada' }]);
    const home = temporaryHome();
    const line = ['profile', 'add', 'branch', '--url', place.url, '--scope', 'user eq "ada"'];
    const added = await otpctl(line, { home, environment: place.environment });
    expect(added).toMatchObject({ exit: 5, stdout: '' });
    expect(added.stderr).toContain('keeps to none');
    mkdirSync(join(home, '.config/otpctl'), { recursive: true });
    const config = `[profiles.branch]\nurl = "${place.url}"\nscope = "active eq true"\n`;
    writeFileSync(join(home, '.config/otpctl/config.toml'), config, { mode: 0o600 });
    for (const command of [
      'device list',
      'device lock 1',
      'api GET /OtpDevice',
      'profile status',
      'bulk update --type pin --type email --set-status locked --max-percent 100 --yes',
    ]) {
      const { exit, stdout, stderr } = await otpctl([...command.split(' '), '--profile', 'branch'], {
        home,
        environment: place.environment,
      });
      expect({ command, exit, stdout, stderr }).toMatchObject({ exit: 5, stdout: '' });
      expect(stderr).toContain('keeps to none');
    }
  });
});
