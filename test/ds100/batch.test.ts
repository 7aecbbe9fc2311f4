import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DISABLE, ENABLE, LOOKUP } from '../support/rsa/fake-rsa.ts';
import { addDevice, type Helpdesk, HOLDER, helpdesk } from '../support/rsa/helpdesk.ts';

const serialOf = (at: number) => String(140_100_100 + at);

/** A helpdesk with so many more devices. */
async function many(count: number): Promise<Helpdesk & { readonly serials: readonly string[] }> {
  const desk = await helpdesk();
  const serials = Array.from({ length: count }, (_, at) => serialOf(at));
  for (const deviceSerialNumber of serials) {
    addDevice(desk.rsa, { deviceSerialNumber, tokenSerialNumber: `0${deviceSerialNumber}31` });
  }
  return { ...desk, serials };
}

interface Row {
  readonly id: string;
  readonly outcome: string;
  readonly reason?: string;
}

const rowsOf = (stdout: string) => JSON.parse(stdout) as Row[];

describe('ds100 disable --from', () => {
  it('reports each device, in every format, and goes on after one that fails', async () => {
    const { rsa, run, serials } = await many(4);
    addDevice(rsa, { deviceSerialNumber: serials[1], tokenSerialNumber: '014010010131', tokenStatus: 'Disabled' });
    const lines = [serials[0], serials[1], '140199999', serials[2]].join('\n');
    const { exit, stdout, stderr } = await run('ds100 disable --from - -o json', { stdin: lines });
    expect(exit).toBe(6);
    expect(rowsOf(stdout)).toEqual([
      { line: 1, id: serials[0], user: HOLDER, from: 'Enabled', to: 'Disabled', outcome: 'changed' },
      {
        line: 2,
        id: serials[1],
        user: HOLDER,
        from: 'Disabled',
        to: 'Disabled',
        outcome: 'skipped',
        reason: 'disabled already',
      },
      {
        line: 3,
        id: '140199999',
        to: 'Disabled',
        outcome: 'failed',
        reason: 'device-not-found: there is no DS100 140199999 at RSA',
      },
      { line: 4, id: serials[2], user: HOLDER, from: 'Enabled', to: 'Disabled', outcome: 'changed' },
    ]);
    expect(stderr).toBe('2 changed, 1 skipped, 1 failed\n');
    expect(rsa.devices.get(serials[3] ?? '')?.tokenStatus).toBe('Enabled');
    const table = await run('ds100 enable --from -', { stdin: `${serials[0]}\n` });
    expect(table).toMatchObject({ exit: 0, stderr: '1 changed\n' });
    expect(table.stdout).toMatch(
      /^SERIAL +USER ID +FROM +TO +OUTCOME +REASON\n140100100 .* disabled +enabled +changed/,
    );
    expect((await run('ds100 enable --from - -q', { stdin: `${serials[0]}\n` })).stdout).toBe(`${serials[0]}\n`);
  });

  it('reads a file, and checks the holders that it names', async () => {
    const { rsa, home, run, serials } = await many(2);
    const file = join(home, 'lost.csv');
    writeFileSync(file, `deviceSerialNumber,userId\n${serials[0]},${HOLDER}\n${serials[1]},somebody\n`);
    const { exit, stdout } = await run(`ds100 disable --from ${file} -o json`);
    expect(exit).toBe(6);
    expect(rowsOf(stdout).map(({ outcome }) => outcome)).toEqual(['changed', 'failed']);
    expect(rowsOf(stdout)[1]?.reason).toContain(HOLDER);
    expect(rsa.to(DISABLE)).toHaveLength(1);
  });

  it('is exit 2 when a line cannot be read, before anything is sent', async () => {
    const { rsa, home, run, serials } = await many(1);
    expect(await run('ds100 disable --from -', { stdin: `${serials[0]}\nnonsense\n` })).toMatchObject({ exit: 2 });
    expect(await run(`ds100 disable --from ${join(home, 'none.csv')}`)).toMatchObject({ exit: 2 });
    expect(rsa.received).toEqual([]);
  });

  it('is exit 0 and a notice for an empty list', async () => {
    const { rsa, run } = await many(1);
    expect(await run('ds100 disable --from -')).toMatchObject({ exit: 0, stderr: expect.stringContaining('notice') });
    expect(rsa.received).toEqual([]);
  });

  it('asks before more than ten devices', async () => {
    const { rsa, run, serials } = await many(11);
    const ten = await run('ds100 disable --from - -q', { stdin: serials.slice(1).join('\n') });
    expect(ten.exit).toBe(0);
    const before = rsa.received.length;
    const eleven = await run('ds100 enable --from -', { stdin: serials.join('\n') });
    expect(eleven).toMatchObject({ exit: 2, stderr: expect.stringContaining('enable 11 DS100 devices?') });
    expect(rsa.received).toHaveLength(before);
    expect(await run('ds100 enable --from - --yes', { stdin: serials.join('\n') })).toMatchObject({ exit: 0 });
  });

  it('changes nothing when there are more devices than --max, or than a thousand without a person', async () => {
    const { rsa, run, serials } = await many(3);
    const stdin = serials.join('\n');
    const guarded = await run('ds100 disable --from - --max 2 -o json', { stdin });
    expect(guarded.exit).toBe(5);
    expect(JSON.parse(guarded.stderr)).toMatchObject({
      error: { code: 'guard-tripped', hint: expect.stringContaining('--max') },
    });
    const thousand = Array.from({ length: 1001 }, (_, at) => serialOf(at)).join('\n');
    expect(await run('ds100 disable --from - --yes', { stdin: thousand })).toMatchObject({ exit: 5 });
    expect(rsa.received).toEqual([]);
    expect(await run('ds100 disable --from - --max 3', { stdin })).toMatchObject({ exit: 0 });
  });

  it('stops after more than --max-failures, and says what was not tried', async () => {
    const { rsa, run, serials } = await many(2);
    const stdin = ['140199991', serials[0], '140199992', serials[1]].join('\n');
    const { exit, stdout, stderr } = await run('ds100 disable --from - --max-failures 1 -o json', { stdin });
    expect(exit).toBe(6);
    expect(rowsOf(stdout).map(({ outcome }) => outcome)).toEqual(['failed', 'changed', 'failed', 'waiting']);
    expect(stderr).toContain('stopped after 2 failures');
    expect(rsa.to(DISABLE)).toHaveLength(1);
  });

  it('keeps to a rate', async () => {
    const { run, serials } = await many(4);
    const started = performance.now();
    await run('ds100 disable --from - --rate 20/s', { stdin: serials.join('\n') });
    expect(performance.now() - started).toBeGreaterThan(3 * 49);
    for (const rate of ['0', '-1', '5/min', 'x']) {
      expect(await run(`ds100 disable --from - --rate=${rate}`, { stdin: serials.join('\n') })).toMatchObject({
        exit: 2,
      });
    }
  });

  it('is over at once when nobody is signed in', async () => {
    const { rsa, run, serials } = await many(3);
    const refused = { status: 401, body: { code: '401 UNAUTHORIZED', description: 'no' } };
    rsa.instead(LOOKUP, refused, refused);
    expect(await run('ds100 disable --from -', { stdin: serials.join('\n') })).toMatchObject({ exit: 4, stdout: '' });
    expect(rsa.to(LOOKUP)).toHaveLength(2);
  });

  it('stops when the key is taken away in the middle, and reports what was done', async () => {
    const { rsa, run, serials } = await many(3);
    const refused = { status: 401, body: { code: '401 UNAUTHORIZED', description: 'no' } };
    const first = { body: [rsa.devices.get(serials[0] ?? '')] };
    rsa.instead(LOOKUP, first, refused, refused);
    const { exit, stdout } = await run('ds100 disable --from - -o json', { stdin: serials.join('\n') });
    expect(exit).toBe(6);
    expect(rowsOf(stdout).map(({ outcome }) => outcome)).toEqual(['changed', 'failed', 'waiting']);
  });

  it('prints rows as they happen in jsonl, also when nobody is left to read the rest', async () => {
    const { rsa, run, serials } = await many(2);
    const { exit, stdout } = await run('ds100 disable --from - -o jsonl', { stdin: serials.join('\n') });
    expect({
      exit,
      ids: stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    }).toEqual({ exit: 0, ids: serials });
    expect(await run('ds100 enable --from - -q', { stdin: serials.join('\n'), closed: true })).toMatchObject({
      exit: 0,
    });
    expect(rsa.to(ENABLE)).toHaveLength(2);
  });

  it('ends cleanly when it is interrupted', async () => {
    const { rsa, run, serials } = await many(3);
    const controller = new AbortController();
    const batch = run('ds100 disable --from - --rate 1 -o json', {
      stdin: serials.join('\n'),
      interruption: controller.signal,
    });
    await expect.poll(() => rsa.to(DISABLE).length).toBe(1);
    controller.abort();
    const { exit, stdout } = await batch;
    expect(exit).toBe(130);
    expect(
      rowsOf(stdout)
        .map(({ outcome }) => outcome)
        .at(-1),
    ).toBe('waiting');
  });

  it('has a row of unknown outcome where nobody can say, and exit 6', async () => {
    const { rsa, run, serials } = await many(1);
    rsa.instead(LOOKUP, { body: [rsa.devices.get(serials[0] ?? '')] }, { status: 500, body: '' });
    rsa.instead(DISABLE, ...Array(4).fill({ silence: 'cut' }));
    const { exit, stdout } = await run('ds100 disable --from - -o json', { stdin: `${serials[0]}\n` });
    expect({ exit, outcomes: rowsOf(stdout).map(({ outcome }) => outcome) }).toEqual({
      exit: 6,
      outcomes: ['sent'],
    });
  });
});

describe('the journal and the report of a batch', () => {
  it('are files: each step as it is taken, and the whole at the end', async () => {
    const { home, run, serials } = await many(1);
    const [journal, report] = [join(home, 'run.jsonl'), join(home, 'report.json')];
    const line = `ds100 disable --from - --journal ${journal} --report ${report}`;
    await run(line, { stdin: `${serials[0]}\n140199999\n` });
    const entries = readFileSync(journal, 'utf8')
      .trimEnd()
      .split('\n')
      .map((each) => JSON.parse(each) as object);
    expect(entries).toEqual([
      { command: 'ds100 disable', list: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { line: 1, id: serials[0], user: HOLDER, from: 'Enabled', to: 'Disabled', outcome: 'sent' },
      { line: 1, id: serials[0], user: HOLDER, from: 'Enabled', to: 'Disabled', outcome: 'changed' },
      { line: 2, id: '140199999', to: 'Disabled', outcome: 'failed', reason: 'device-not-found' },
    ]);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
      command: 'ds100 disable',
      counts: { changed: 1, failed: 1 },
      rows: [{ outcome: 'changed' }, { outcome: 'failed' }],
    });
    expect([journal, report].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  it('let a run that broke off be taken up: what is done is not asked for again', async () => {
    const { rsa, home, run, serials } = await many(3);
    const journal = join(home, 'run.jsonl');
    const line = `ds100 disable --from - -o json --journal ${journal}`;
    rsa.instead(DISABLE, {}, { status: 500, body: '' });
    rsa.devices.delete(serials[2] ?? '');
    const stdin = serials.join('\n');
    expect((await run(line, { stdin })).exit).toBe(6);
    writeFileSync(journal, `${readFileSync(journal, 'utf8')}{"id":"${serials[2]}","outc`);
    addDevice(rsa, { deviceSerialNumber: serials[2], tokenSerialNumber: '014010010231' });
    const before = rsa.to(LOOKUP).length;
    const { exit, stdout } = await run(line, { stdin });
    expect(exit).toBe(0);
    const outcomes = rowsOf(stdout).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'skipped')).toHaveLength(3 - (rsa.to(LOOKUP).length - before));
    const finished = await run(line, { stdin });
    expect(finished).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining('finished') });
    expect([...rsa.devices.values()].filter(({ tokenStatus }) => tokenStatus === 'Enabled')).toHaveLength(1);
  });

  it('take a run back: the other command reads the journal, and changes what that run changed', async () => {
    const { rsa, home, run, serials } = await many(4);
    const [first = '', second = '', third = '', fourth = ''] = serials;
    addDevice(rsa, { deviceSerialNumber: second, tokenSerialNumber: '014010010131', tokenStatus: 'Disabled' });
    const journal = join(home, 'run.jsonl');
    rsa.instead(DISABLE, {
      body: [{ deviceSerialNumber: first, tokenSerialNumber: '1', userId: HOLDER, tokenStatus: 'Disabled' }],
      apply: true,
    });
    const line = `ds100 disable --from - --journal ${journal}`;
    const stdin = [first, second, third, '140199999', fourth].join('\n');
    expect((await run(line, { stdin })).exit).toBe(6);
    expect((await run(line, { stdin })).exit).toBe(6);
    await run(`ds100 enable ${third}`);
    addDevice(rsa, { deviceSerialNumber: fourth, tokenSerialNumber: '2', userId: 'somebody', tokenStatus: 'Disabled' });

    const { exit, stdout } = await run(`ds100 enable --from ${journal} -o json`);

    expect(exit).toBe(6);
    expect(rowsOf(stdout).map(({ id, outcome }) => ({ id, outcome }))).toEqual([
      { id: first, outcome: 'changed' },
      { id: third, outcome: 'skipped' },
      { id: fourth, outcome: 'failed' },
    ]);
    expect(rsa.devices.get(second)?.tokenStatus).toBe('Disabled');
    expect(rsa.devices.get(fourth)?.tokenStatus).toBe('Disabled');
  });

  it('are not those of another command', async () => {
    const { rsa, home, run, serials } = await many(1);
    const journal = join(home, 'run.jsonl');
    await run(`ds100 disable --from - --journal ${journal}`, { stdin: `${serials[0]}\n` });
    const before = readFileSync(journal, 'utf8');
    const { exit, stderr } = await run(`ds100 enable --from - --journal ${journal}`, { stdin: `${serials[0]}\n` });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('not the journal of  ds100 enable') });
    const other = await run(`ds100 disable --from - --journal ${journal}`, { stdin: '140199999\n' });
    expect(other).toMatchObject({ exit: 2, stderr: expect.stringContaining('another list') });
    expect(readFileSync(journal, 'utf8')).toBe(before);
    expect(rsa.to(ENABLE)).toEqual([]);
  });

  it('that cannot be written stop the run before it begins', async () => {
    const { rsa, home, run, serials } = await many(1);
    const away = join(home, 'no', 'folder');
    for (const option of ['--journal', '--report']) {
      const { exit } = await run(`ds100 disable --from - ${option} ${away}`, { stdin: `${serials[0]}\n` });
      expect({ option, exit, there: existsSync(away) }).toEqual({ option, exit: 2, there: false });
    }
    expect(await run('ds100 disable --from - --journal /dev/null', { stdin: `${serials[0]}\n` })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('/dev/null is not a file'),
    });
    expect(rsa.to(DISABLE)).toEqual([]);
  });
});
