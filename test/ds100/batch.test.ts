import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DISABLE, ENABLE, LOOKUP } from '../support/rsa/fake-rsa.ts';
import { addDevice, type Helpdesk, HOLDER, helpdesk } from '../support/rsa/helpdesk.ts';

const serialOf = (at: number) => String(140_100_100 + at);
const tokenOf = (serial: string | undefined) => `0${serial}31`;

/** A helpdesk with so many more devices. */
async function many(count: number): Promise<Helpdesk & { readonly serials: readonly string[] }> {
  const desk = await helpdesk();
  const serials = Array.from({ length: count }, (_, at) => serialOf(at));
  for (const deviceSerialNumber of serials) {
    addDevice(desk.rsa, { deviceSerialNumber, tokenSerialNumber: tokenOf(deviceSerialNumber) });
  }
  return { ...desk, serials };
}

interface Row {
  readonly id: string;
  readonly outcome: string;
  readonly reason?: string;
}

const rowsOf = (stdout: string) => JSON.parse(stdout) as Row[];
const outcomesOf = (stdout: string) => rowsOf(stdout).map(({ outcome }) => outcome);
/** The answer to a change that was made. */
const good = (deviceSerialNumber: string | undefined) => ({
  body: [{ deviceSerialNumber, tokenSerialNumber: '1', userId: HOLDER, tokenStatus: 'Disabled' }],
  apply: true,
});
const REFUSED = { status: 401, body: { code: '401 UNAUTHORIZED', description: 'no' } };

describe('ds100 disable --from', () => {
  it('reports each device as a row of a bulk run, and goes on after one that fails', async () => {
    const { rsa, run, serials } = await many(4);
    addDevice(rsa, {
      deviceSerialNumber: serials[1],
      tokenSerialNumber: tokenOf(serials[1]),
      tokenStatus: 'Disabled',
    });
    const lines = [serials[0], serials[1], '140199999', serials[2]].join('\n');
    const line = 'ds100 disable --from - --concurrency 1 -o json';
    const { exit, stdout, stderr } = await run(line, { stdin: lines });
    expect(exit).toBe(6);
    const rule = 'named in stdin';
    const row = (at: number) => ({
      run: 'ds100-1',
      id: serials[at],
      name: tokenOf(serials[at]),
      user: HOLDER,
      from: 'V',
      to: 'D',
      rule,
    });
    expect(rowsOf(stdout)).toEqual([
      { ...row(1), from: 'D', outcome: 'skipped', reason: 'disabled already' },
      { run: 'ds100-1', id: '140199999', rule, outcome: 'failed', reason: 'there is no DS100 140199999 at RSA' },
      { ...row(0), outcome: 'changed' },
      { ...row(2), outcome: 'changed' },
    ]);
    expect(stderr).toContain('run ds100-1 finished: 2 changed, 1 skipped, 1 failed');
    expect(rsa.devices.get(serials[3] ?? '')?.tokenStatus).toBe('Enabled');
    expect(rsa.complaints).toEqual([]);
    const table = await run('ds100 enable --from -', { stdin: `${serials[0]}\n` });
    expect(table).toMatchObject({ exit: 0 });
    expect(table.stdout).toMatch(/^ID +OUTCOME +FROM +TO +USER +NAME +RULE\n140100100 +changed +disabled +enabled +/);
    expect((await run('ds100 enable --from - -q', { stdin: `${serials[0]}\n` })).stdout).toBe(`${serials[0]}\n`);
  });

  it('has room for what became of each device on a terminal of 80 columns', async () => {
    const { run, serials } = await many(1);
    const terminal = { columns: 80, rows: 24 };
    const line = 'ds100 disable --from - --no-color';
    const { stdout } = await run(line, { stdin: `${serials[0]}\n`, terminal });
    expect(stdout.split('\n')[0]?.split(/ +/).slice(0, 5)).toEqual(['ID', 'OUTCOME', 'FROM', 'TO', 'USER']);
    const again = await run(line, { stdin: `${serials[0]}\n140199999\n`, terminal });
    expect(again.stdout).toContain('skipped: disabled already');
  });

  it('refuses columns that its rows do not have, before any change', async () => {
    const { rsa, run, serials } = await many(1);
    const stdin = `${serials[0]}\n`;
    expect(await run('ds100 disable --from - --columns tokenStatus', { stdin })).toMatchObject({ exit: 2 });
    expect(await run(`ds100 disable ${serials[0]} --columns outcome`)).toMatchObject({ exit: 2 });
    expect(rsa.received).toEqual([]);
    const { stdout } = await run('ds100 disable --from - --columns id,outcome -o csv', { stdin });
    expect(stdout.replaceAll('\r', '')).toBe('id,outcome\n140100100,changed\n');
  });

  it('reads a file, and checks the holders that it names', async () => {
    const { rsa, home, run, serials } = await many(2);
    const file = join(home, 'lost.csv');
    writeFileSync(file, `deviceSerialNumber,userId\n${serials[0]},${HOLDER}\n${serials[1]},somebody\n`);
    const { exit, stdout } = await run(`ds100 disable --from ${file} -o json`);
    expect(exit).toBe(6);
    expect(rowsOf(stdout)).toMatchObject([
      { id: serials[1], outcome: 'failed', reason: expect.stringContaining(HOLDER) },
      { id: serials[0], outcome: 'changed' },
    ]);
    expect(rsa.to(DISABLE)).toHaveLength(1);
  });

  it('is exit 2 when a line cannot be read or contradicts another, before anything is sent', async () => {
    const { rsa, home, run, serials } = await many(1);
    expect(await run('ds100 disable --from -', { stdin: `${serials[0]}\nnonsense\n` })).toMatchObject({ exit: 2 });
    expect(await run(`ds100 disable --from ${join(home, 'none.csv')}`)).toMatchObject({ exit: 2 });
    const stdin = `serial,userId\n${serials[0]},${HOLDER}\n${serials[0]},somebody\n`;
    expect(await run('ds100 disable --from -', { stdin })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('line 3: 140100100 is named twice'),
    });
    expect(rsa.received).toEqual([]);
  });

  it('is exit 0 and a notice for an empty list', async () => {
    const { rsa, run } = await many(1);
    expect(await run('ds100 disable --from -')).toMatchObject({ exit: 0, stderr: expect.stringContaining('notice') });
    expect(rsa.received).toEqual([]);
  });

  it('changes a device once that is named twice', async () => {
    const { rsa, run, serials } = await many(1);
    const { exit, stdout } = await run('ds100 disable --from - -o json', { stdin: `${serials[0]}\n${serials[0]}\n` });
    expect({ exit, outcomes: outcomesOf(stdout) }).toEqual({ exit: 0, outcomes: ['changed'] });
    expect(rsa.to(DISABLE)).toHaveLength(1);
  });

  it('asks before more than ten devices', async () => {
    const { rsa, run, serials } = await many(11);
    const ten = await run('ds100 disable --from - -q', { stdin: serials.slice(1).join('\n') });
    expect(ten.exit).toBe(0);
    await run(`ds100 disable ${serials[0]}`);
    const eleven = await run('ds100 enable --from -', { stdin: serials.join('\n') });
    expect(eleven).toMatchObject({ exit: 2, stderr: expect.stringContaining('enable 11 devices?') });
    expect(rsa.to(ENABLE)).toEqual([]);
    expect(await run('ds100 enable --from - --yes', { stdin: serials.join('\n') })).toMatchObject({ exit: 0 });
    expect(rsa.to(ENABLE)).toHaveLength(11);
  });

  it('changes nothing when more would change than --max, or than a thousand without a person', async () => {
    const { rsa, run, serials } = await many(1001);
    const three = serials.slice(0, 3).join('\n');
    const guarded = await run('ds100 disable --from - --max 2 -o json', { stdin: three });
    expect(guarded.exit).toBe(5);
    expect(JSON.parse(guarded.stderr)).toMatchObject({
      error: { code: 'guard-tripped', message: expect.stringContaining('--max') },
    });
    expect(await run('ds100 disable --from - --yes', { stdin: serials.join('\n') })).toMatchObject({ exit: 5 });
    expect(rsa.to(DISABLE)).toEqual([]);
    expect(await run('ds100 disable --from - --max 3', { stdin: three })).toMatchObject({ exit: 0 });
  });

  it('shows with --dry-run what it would do, and sends lookups alone', async () => {
    const { rsa, home, run, serials } = await many(2);
    const report = join(home, 'report.json');
    const line = `ds100 disable --from - --dry-run -o json --report ${report}`;
    const { exit, stdout, stderr } = await run(line, { stdin: serials.join('\n') });
    expect({ exit, outcomes: outcomesOf(stdout) }).toEqual({ exit: 0, outcomes: ['planned', 'planned'] });
    expect(stderr).toContain('nothing was changed');
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ command: 'ds100-disable', dryRun: true });
    expect(new Set(rsa.received.map(({ path }) => path))).toEqual(new Set([LOOKUP]));
    expect((await run('bulk runs -o json')).stdout).toBe('[]\n');
  });

  it('stops after more than --max-failures', async () => {
    const { rsa, run, serials } = await many(4);
    rsa.instead(DISABLE, good(serials[0]), { status: 500, body: '' }, { status: 400, body: '' });
    const line = 'ds100 disable --from - --max-failures 1 --concurrency 1 -o json';
    const { exit, stdout, stderr } = await run(line, { stdin: serials.join('\n') });
    expect(exit).toBe(6);
    expect(outcomesOf(stdout).slice(1)).toEqual(['failed', 'failed']);
    expect(stderr).toContain('run ds100-1 stopped:');
    expect(rsa.to(DISABLE)).toHaveLength(3);
  });

  it('keeps to a rate', async () => {
    const { run, serials } = await many(4);
    const started = performance.now();
    await run('ds100 disable --from - --rate 20/s', { stdin: serials.join('\n') });
    expect(performance.now() - started).toBeGreaterThan(2 * 4 * 45);
    for (const rate of ['0', '-1', '5/min', 'x']) {
      expect(await run(`ds100 disable --from - --rate=${rate}`, { stdin: serials.join('\n') })).toMatchObject({
        exit: 2,
      });
    }
  });

  it('shares one token among the requests that are under way at once', async () => {
    const { rsa, run, serials } = await many(20);
    const bearers = () => new Set(rsa.received.map(({ headers }) => headers.authorization));
    expect(await run('ds100 disable --from - --yes --concurrency 20', { stdin: serials.join('\n') })).toMatchObject({
      exit: 0,
    });
    expect(bearers().size).toBe(1);
    expect(await run('ds100 disable --from - --concurrency 65', { stdin: '' })).toMatchObject({ exit: 2 });
  });

  it('is over at once when nobody is signed in', async () => {
    const { rsa, run, serials } = await many(3);
    rsa.instead(LOOKUP, ...Array(6).fill(REFUSED));
    expect(await run('ds100 disable --from - --concurrency 1', { stdin: serials.join('\n') })).toMatchObject({
      exit: 4,
      stdout: '',
    });
    expect(rsa.to(LOOKUP)).toHaveLength(2);
    expect(rsa.to(DISABLE)).toEqual([]);
  });

  it('is exit 4 when no device may be looked up, and none of their holders is named', async () => {
    const { rsa, run, serials } = await many(2);
    const forbidden = { status: 403, body: { code: '403 FORBIDDEN', description: 'Not authorized.' } };
    rsa.instead(LOOKUP, ...Array(2).fill(forbidden));
    expect(await run('ds100 disable --from -', { stdin: serials.join('\n') })).toMatchObject({ exit: 4, stdout: '' });
  });

  it('sends the change all the same where lookups are forbidden and holders are named, and undo leaves those alone', async () => {
    const { rsa, run, serials } = await many(1);
    const forbidden = { status: 403, body: { code: '403 FORBIDDEN', description: 'Not authorized.' } };
    rsa.instead(LOOKUP, forbidden, forbidden);
    const stdin = `serial,userId\n${serials[0]},${HOLDER}\n`;
    const { exit, stdout, stderr } = await run('ds100 disable --from - -o json', { stdin });
    expect({ exit, rows: rowsOf(stdout) }).toMatchObject({
      exit: 0,
      rows: [{ id: serials[0], from: 'unknown', to: 'D', outcome: 'changed', reason: 'the holder was not checked' }],
    });
    expect(stderr).toContain('the holder is not checked');
    expect(rsa.to(DISABLE)).toHaveLength(1);
    const undone = await run('bulk undo ds100-1 --yes -o json');
    expect({ exit: undone.exit, rows: rowsOf(undone.stdout) }).toMatchObject({
      exit: 0,
      rows: [{ outcome: 'skipped', reason: 'what it was before the run is not known' }],
    });
    expect(rsa.to(ENABLE)).toEqual([]);
  });

  it('ends when the key is taken away in the middle, and can be gone on with', async () => {
    const { rsa, run, serials } = await many(3);
    rsa.instead(DISABLE, good(serials[0]), ...Array(2).fill(REFUSED));
    const line = 'ds100 disable --from - -o json --concurrency 1';
    const { exit, stderr } = await run(line, { stdin: serials.join('\n') });
    expect(exit).toBe(6);
    expect(stderr).toContain('run ds100-1 interrupted: 1 waiting, 1 sent, 1 changed; go on with it with');
    expect(rsa.to(DISABLE)).toHaveLength(3);
    expect(await run('bulk resume ds100-1 --yes')).toMatchObject({ exit: 0 });
    const disabled = serials.map((serial) => rsa.devices.get(serial)?.tokenStatus);
    expect(disabled.slice(1)).toEqual(['Disabled', 'Disabled']);
  });

  it.each([
    [307, 7],
    [400, 6],
    [401, 6],
    [403, 6],
    [404, 6],
    [409, 7],
    [429, 7],
    [500, 7],
    [502, 7],
    [503, 7],
  ])('records nothing as done when the change is answered with %i', async (status, code) => {
    const { rsa, run, serials } = await many(1);
    const answer = { status, headers: { location: 'https://example.com' }, body: { code: String(status) } };
    rsa.instead(DISABLE, ...Array(4).fill(answer));
    expect((await run('ds100 disable --from -', { stdin: `${serials[0]}\n` })).exit).toBe(code);
    const [shown] = JSON.parse((await run('bulk runs -o json')).stdout) as { counts: Record<string, number> }[];
    expect(shown?.counts['changed']).toBe(0);
    expect(rsa.devices.get(serials[0] ?? '')?.tokenStatus).toBe('Enabled');
  });

  it('prints rows as they happen in jsonl, also when nobody is left to read the rest', async () => {
    const { rsa, run, serials } = await many(2);
    const { exit, stdout } = await run('ds100 disable --from - -o jsonl', { stdin: serials.join('\n') });
    const ids = stdout.trimEnd().split('\n');
    expect({ exit, ids: ids.map((line) => JSON.parse(line).id).sort() }).toEqual({ exit: 0, ids: serials });
    expect(await run('ds100 enable --from - -q', { stdin: serials.join('\n'), closed: true })).toMatchObject({
      exit: 0,
    });
    expect(rsa.to(ENABLE)).toHaveLength(2);
  });

  it('ends cleanly when it is interrupted', async () => {
    const { rsa, run, serials } = await many(3);
    const controller = new AbortController();
    const batch = run('ds100 disable --from - --rate 2 -o json', {
      stdin: serials.join('\n'),
      interruption: controller.signal,
    });
    await expect.poll(() => rsa.to(DISABLE).length, { timeout: 5000 }).toBe(1);
    controller.abort();
    const { exit, stderr } = await batch;
    expect(exit).toBe(130);
    expect(stderr).toContain('run ds100-1 interrupted');
    expect(await run('bulk resume ds100-1 --yes')).toMatchObject({ exit: 0 });
    expect(rsa.to(DISABLE)).toHaveLength(3);
  });

  it('changes nothing when it is interrupted while it looks devices up', async () => {
    const { rsa, run, serials } = await many(3);
    const controller = new AbortController();
    const batch = run('ds100 disable --from - --rate 1', {
      stdin: serials.join('\n'),
      interruption: controller.signal,
    });
    await expect.poll(() => rsa.to(LOOKUP).length).toBe(1);
    controller.abort();
    expect(await batch).toMatchObject({ exit: 130, stderr: expect.stringContaining('nothing was changed') });
    expect(rsa.to(DISABLE)).toEqual([]);
  });

  it('has a row that failed where nobody can say, and the next look at it decides', async () => {
    const { rsa, run, serials } = await many(1);
    const found = { body: [rsa.devices.get(serials[0] ?? '')] };
    rsa.instead(LOOKUP, found, found, { status: 500, body: '' });
    rsa.instead(DISABLE, ...Array(4).fill({ silence: 'cut', apply: true }));
    const { exit, stdout } = await run('ds100 disable --from - -o json', { stdin: `${serials[0]}\n` });
    expect({ exit, outcomes: outcomesOf(stdout) }).toEqual({ exit: 6, outcomes: ['failed'] });
    const resumed = await run('bulk resume ds100-1 --yes -o json');
    expect({ exit: resumed.exit, outcomes: outcomesOf(resumed.stdout) }).toEqual({ exit: 0, outcomes: ['changed'] });
    expect(rsa.to(DISABLE)).toHaveLength(4);
  });
});

describe.each(['RSA', 'the registry'])('a run on %s', (where) => {
  /** Devices in the place, and what a command line needs to work there. */
  async function stocked(count: number) {
    const desk = await many(count);
    if (where === 'RSA') return { ...desk, at: (line: string) => line };
    const rows = desk.serials.map((serial) => `${serial},${tokenOf(serial)},${HOLDER}`).join('\n');
    const at = (line: string) => `${line} --store ${join(desk.home, 'store.db')}`;
    await desk.run(at('ds100 import -'), { stdin: `serial,tokenSerialNumber,userId\n${rows}\n` });
    return { ...desk, at };
  }
  const statusesOf = async (desk: Awaited<ReturnType<typeof stocked>>) => {
    const shown = desk.serials.map((serial) => desk.run(desk.at(`ds100 show ${serial} -o json`)));
    return (await Promise.all(shown)).map(({ stdout }) => (JSON.parse(stdout) as { tokenStatus: string }).tokenStatus);
  };

  it('is listed and shown, and has a report', async () => {
    const { home, run, at, serials } = await stocked(2);
    const [json, xml] = [join(home, 'report.json'), join(home, 'report.xml')];
    await run(at(`ds100 disable --from - --report ${json} --ticket INC-7`), { stdin: `${serials[0]}\n140199999\n` });
    const runs = await run(at('bulk runs -o json'));
    expect(JSON.parse(runs.stdout)).toMatchObject([
      { id: 'ds100-1', command: 'ds100-disable', state: 'finished', counts: { changed: 1, failed: 1 } },
    ]);
    const shown = await run(at(`bulk show ds100-1 -o json --report ${xml}`));
    expect(rowsOf(shown.stdout)).toMatchObject([
      { id: serials[0], name: tokenOf(serials[0]), user: HOLDER, from: 'V', to: 'D', outcome: 'changed' },
      { id: '140199999', outcome: 'failed' },
    ]);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      command: 'ds100-disable',
      run: 'ds100-1',
      counts: { changed: 1, failed: 1 },
      rows: [{ outcome: 'changed' }, { outcome: 'failed' }],
    });
    expect(readFileSync(xml, 'utf8')).toContain('name="otpctl bulk ds100-disable, run ds100-1" tests="2" failures="1"');
    expect([json, xml].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
    for (const id of ['ds100-2', '1', 'ds100-x', 'ds100-']) {
      if (where === 'RSA' && id === '1') continue;
      const stderr = expect.stringContaining(`there is no run "${id}" here`);
      expect({ id, ...(await run(at(`bulk show ${id}`))) }).toMatchObject({ id, exit: 3, stderr });
    }
  });

  it('is taken back: what it changed and nothing else, unless it changed since', async () => {
    const desk = await stocked(4);
    const { run, at, serials } = desk;
    await run(at(`ds100 disable ${serials[1]}`));
    expect(await run(at('ds100 disable --from -'), { stdin: serials.slice(0, 3).join('\n') })).toMatchObject({
      exit: 0,
    });
    await run(at(`ds100 enable ${serials[2]}`));
    const dry = await run(at('bulk undo ds100-1 --dry-run -o json'));
    expect(outcomesOf(dry.stdout)).toEqual(['planned', 'skipped']);
    const { exit, stdout } = await run(at('bulk undo ds100-1 --yes -o json'));
    expect({ exit, rows: rowsOf(stdout).sort((a, b) => (a.id < b.id ? -1 : 1)) }).toMatchObject({
      exit: 0,
      rows: [
        { id: serials[0], from: 'D', to: 'V', outcome: 'changed', rule: 'changed by run ds100-1' },
        { id: serials[2], outcome: 'skipped', reason: 'its status changed meanwhile to enabled' },
      ],
    });
    expect(await statusesOf(desk)).toEqual(['Enabled', 'Disabled', 'Enabled', 'Enabled']);
    const runs = JSON.parse((await run(at('bulk runs -o json'))).stdout) as { id: string; command: string }[];
    expect(runs.map(({ id, command }) => `${id} ${command}`).sort()).toEqual([
      'ds100-1 ds100-disable',
      'ds100-2 undo ds100-1',
    ]);
  });

  it('says where it was: only the registry is not RSA', async () => {
    const { run, at, serials } = await stocked(1);
    const lines = [at('bulk show ds100-1'), at('bulk resume ds100-1'), at('bulk undo ds100-1 --yes')];
    const all = [await run(at('ds100 disable --from -'), { stdin: `${serials[0]}\n` })];
    for (const line of lines) all.push(await run(line));
    const says = all.map(({ exit, stderr }) => ({ exit, registry: stderr.includes('RSA is unchanged') }));
    expect(says).toEqual(Array(4).fill({ exit: 0, registry: where !== 'RSA' }));
  });
});

describe('the journal of runs', () => {
  it('of RSA is a file in the state folder, or the one that is named, and needs no store', async () => {
    const { home, run, serials } = await many(1);
    const file = join(home, 'kept', 'runs.db');
    await run(`ds100 disable --from - --journal ${file}`, { stdin: `${serials[0]}\n` });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse((await run(`bulk runs --journal ${file} -o json`)).stdout)).toHaveLength(1);
    expect((await run('bulk runs -o json')).stdout).toBe('[]\n');
    expect(await run(`bulk undo ds100-1 --yes --journal ${file}`)).toMatchObject({ exit: 0 });
  });

  it('of a registry is the store: none is to be named', async () => {
    const { home, run, serials } = await many(1);
    const store = `--store ${join(home, 'store.db')}`;
    await run(`ds100 add ${serials[0]} --token-serial ${tokenOf(serials[0])} --user-id ${HOLDER} ${store}`);
    const line = `ds100 disable --from - --journal ${join(home, 'runs.db')} ${store}`;
    expect(await run(line, { stdin: `${serials[0]}\n` })).toMatchObject({ exit: 2 });
  });

  it('keeps the runs over DS100 and those over other devices of a store apart, and bulk runs lists both', async () => {
    const { home, clock, run, serials } = await many(1);
    const store = `--store ${join(home, 'store.db')}`;
    await run(`ds100 add ${serials[0]} --token-serial ${tokenOf(serials[0])} --user-id ${HOLDER} ${store}`);
    expect(await run(`device create email --user ada --email ada@example.com ${store}`)).toMatchObject({ exit: 0 });
    await run(`ds100 disable --from - ${store}`, { stdin: `${serials[0]}\n` });
    clock.advance(60);
    const { stdout } = await run(`device list -q ${store}`);
    await run(`bulk update --set-status locked --from - --yes ${store}`, { stdin: stdout });
    const runs = JSON.parse((await run(`bulk runs -o json ${store}`)).stdout) as { id: string }[];
    expect(runs.map(({ id }) => id)).toEqual(['2', 'ds100-1']);
    expect(await run(`bulk show 1 ${store}`)).toMatchObject({ exit: 3 });
    expect(await run(`bulk show ds100-2 ${store}`)).toMatchObject({ exit: 3 });
  });

  it('names the run in the audit log of the store', async () => {
    const { home, run, serials } = await many(1);
    const store = `--store ${join(home, 'store.db')}`;
    await run(`ds100 add ${serials[0]} --token-serial ${tokenOf(serials[0])} --user-id ${HOLDER} ${store}`);
    await run(`ds100 disable --from - --ticket INC-7 ${store}`, { stdin: `${serials[0]}\n` });
    const { stdout } = await run(`audit list -o json ${store}`);
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({
        action: 'ds100.disable',
        result: 'ok: Enabled to Disabled in run ds100-1',
        ticket: 'INC-7',
      }),
    );
  });
});
