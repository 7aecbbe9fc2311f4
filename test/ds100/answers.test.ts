import { describe, expect, it } from 'vitest';
import { cpuTime } from '../support/cpu-time.ts';
import { CLEAR_PIN, DELETE, DISABLE, LOOKUP } from '../support/rsa/fake-rsa.ts';
import { ADA, addDevice, HOLDER, helpdesk, SERIAL, TOKEN_SERIAL } from '../support/rsa/helpdesk.ts';

const RECORD = { deviceSerialNumber: SERIAL, tokenSerialNumber: TOKEN_SERIAL, userId: HOLDER, tokenStatus: 'Enabled' };

describe('what RSA answers a lookup with', () => {
  it('may be an object in place of an array', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { body: RECORD });
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({ exit: 0 });
  });

  it('is not there when the array is empty', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { body: [] });
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({ exit: 3, stdout: '' });
    expect(rsa.to(DISABLE)).toEqual([]);
  });

  it('is found among several by the serial number of the device', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { body: [{ ...RECORD, deviceSerialNumber: '140100099', userId: 'somebody' }, RECORD] });
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({ exit: 0 });
    expect(rsa.to(DISABLE).map(({ body }) => body)).toEqual([{ deviceSerialNumber: SERIAL, userId: HOLDER }]);
  });

  it.each([
    ['another device', [{ ...RECORD, deviceSerialNumber: '140100099' }]],
    ['nobody', [{ ...RECORD, userId: null }]],
    ['null', null],
    ['texts', ['x']],
  ])('is not acted upon when it is about %s', async (_, body) => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { body: body === null ? 'null' : body });
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({ exit: 7, stdout: '' });
    expect(rsa.to(DISABLE)).toEqual([]);
  });

  it('is not acted upon when two credentials are on the device', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { body: [RECORD, { ...RECORD, tokenSerialNumber: '014010008032', userId: 'somebody' }] });
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({
      exit: 5,
      stderr: expect.stringContaining('014010008032'),
    });
    expect(rsa.to(DISABLE)).toEqual([]);
  });

  it('may have numbers for serial numbers, whose leading zeros are put back', async () => {
    const { rsa, run } = await helpdesk();
    const numbers = { ...RECORD, deviceSerialNumber: Number(SERIAL), tokenSerialNumber: Number(TOKEN_SERIAL) };
    rsa.instead(LOOKUP, { body: [numbers] }, { body: [numbers] });
    const { stdout } = await run(`ds100 show ${SERIAL} -o json`);
    expect(JSON.parse(stdout)).toEqual(RECORD);
    expect(await run(`ds100 clear-pin ${SERIAL} --yes`)).toMatchObject({ exit: 0 });
    expect(rsa.to(CLEAR_PIN).map(({ body }) => body)).toEqual([{ tokenSerialNumber: TOKEN_SERIAL, userId: HOLDER }]);
  });

  it('may lack every field but the serial numbers, the holder and the status', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { body: [RECORD] }, { body: [{ ...RECORD, tokenStatusChangedAt: null, name: null }] });
    expect(await run(`ds100 show ${SERIAL}`)).toMatchObject({ exit: 0, stdout: expect.stringContaining(TOKEN_SERIAL) });
    expect(await run(`ds100 show ${SERIAL} -o csv`)).toMatchObject({ exit: 0 });
  });

  it.each(['constructor', 'Locked', '__proto__'])('may have a status that nobody knows: %j', async (tokenStatus) => {
    const { rsa, run } = await helpdesk();
    addDevice(rsa, { tokenStatus });
    expect(await run(`ds100 show ${SERIAL}`)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining(tokenStatus.toLowerCase()),
    });
  });

  it('may not have a status that no terminal and no log can keep', async () => {
    const { rsa, run } = await helpdesk();
    addDevice(rsa, { tokenStatus: 'LOCKED \u001b[31m' });
    const { exit, stdout, stderr } = await run(`ds100 show ${SERIAL}`);
    expect([exit, stdout]).toEqual([7, '']);
    expect(stderr).toContain(`RSA answered without a record about DS100 ${SERIAL}`);
    expect(stderr).not.toContain('\u001b');
  });

  it.each([
    ['2022-05-24T084041.067Z', '2022-05-24T08:40:41Z'],
    ['2018-30-06T12:00:00.000Z', '2018-30-06T12:00:00.000Z'],
    ['next \u001b[31mweek', 'next \\u{1b}[31mweek'],
  ])('has times that are read leniently, else shown as they came: %j', async (text, shown) => {
    const { rsa, run } = await helpdesk();
    addDevice(rsa, { tokenStatusChangedAt: text });
    expect((await run(`ds100 show ${SERIAL}`)).stdout).toContain(`since        ${shown}`);
    const { stdout } = await run(`ds100 show ${SERIAL} -o json`);
    expect((JSON.parse(stdout) as Record<string, unknown>)['tokenStatusChangedAt']).toBe(text);
  });
});

describe('what RSA answers a change with', () => {
  it('is not a success when the array is empty', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DISABLE, { body: [] });
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({ exit: 3, stdout: '' });
  });

  it('is not a success when the status is not what was asked for', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DISABLE, { body: [RECORD] });
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({ exit: 7, stdout: '' });
  });

  it('may be an object in place of an array, and is printed as an array', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DISABLE, { body: { ...RECORD, tokenStatus: 'Disabled', extra: 1 } });
    const { stdout } = await run(`ds100 disable ${SERIAL} -o json`);
    expect(JSON.parse(stdout)).toEqual([{ ...RECORD, tokenStatus: 'Disabled', extra: 1 }]);
  });

  it.each([false, 'false'])('may have %j for a PIN that is cleared, and another serial number', async (pinSet) => {
    const { rsa, run } = await helpdesk();
    rsa.instead(CLEAR_PIN, { body: { tokenSerialNumber: '014010008038', pinSet } });
    const { exit, stdout } = await run(`ds100 clear-pin ${SERIAL} --yes -o json`);
    expect({ exit, state: JSON.parse(stdout) }).toEqual({
      exit: 0,
      state: { tokenSerialNumber: '014010008038', pinSet: false },
    });
  });

  it.each([true, 'true', null])('is not a success when the PIN is %j', async (pinSet) => {
    const { rsa, run } = await helpdesk();
    rsa.instead(CLEAR_PIN, { body: { tokenSerialNumber: TOKEN_SERIAL, pinSet } });
    expect(await run(`ds100 clear-pin ${SERIAL} --yes`)).toMatchObject({ exit: 7, stdout: '' });
  });

  it.each(['', 'deleted', { anything: 1 }])('may be %j for a deletion', async (body) => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DELETE, { apply: true, body });
    expect(await run(`ds100 delete ${SERIAL} --yes`)).toMatchObject({ exit: 0 });
  });
});

/** Every status that is not a success, in both shapes of RSA, as HTML and empty, and the exit code for it. */
const REFUSALS: readonly (readonly [status: number, exit: number])[] = [
  [302, 7],
  [400, 2],
  [401, 4],
  [403, 4],
  [404, 3],
  [409, 7],
  [415, 7],
  [418, 7],
  [429, 7],
  [500, 7],
  [502, 7],
  [503, 7],
  [504, 7],
];
const SHAPES: readonly ((status: number) => unknown)[] = [
  (status) => ({ code: `${status} SOME_THING`, description: 'what RSA says' }),
  (status) => ({ timestamp: 1749938869908, status, error: 'Some', message: 'what RSA says', path: '/x' }),
  () => '<html><body>Bad Gateway</body></html>',
  () => '',
];

describe.each(REFUSALS)('status %i, whatever its body', (status, exit) => {
  it.each([
    ['show', LOOKUP],
    ['disable', LOOKUP],
    ['disable', DISABLE],
    ['clear-pin', CLEAR_PIN],
    ['delete', DELETE],
  ])(`is exit ${exit} for  ds100 %s  at %s, and nothing is done`, async (verb, path) => {
    const { rsa, run } = await helpdesk();
    const before = structuredClone(rsa.devices.get(SERIAL));
    const line = `ds100 ${verb} ${SERIAL}${verb === 'show' ? '' : ' --yes'}`;
    for (const shape of SHAPES) {
      const trick = { status, body: shape(status), headers: { location: `${rsa.origin}/elsewhere` } };
      rsa.instead(path, ...Array.from({ length: 4 }, () => trick));
      const outcome = await run(line);
      const foreign404 = status === 404 && shape !== SHAPES[0];
      expect(outcome).toEqual({ exit: foreign404 ? 7 : exit, stdout: '', stderr: expect.stringContaining('error:') });
      // What is left of the tricks must not answer the next run.
      while (rsa.pending(path) > 0) await run(line);
      rsa.devices.set(SERIAL, structuredClone(before) as never);
    }
    expect(rsa.received.filter(({ path: to }) => to === '/elsewhere')).toEqual([]);
  });
});

describe('an id of a user', () => {
  it.each(['..', '.', 'a/../../v1/ds100/lookup', '%2e%2e', 'a?b=c#d'])(
    '%j makes no other path of a URL',
    async (id) => {
      const { rsa, run } = await helpdesk();
      expect(await run(`ds100 list --user-id ${id}`)).toMatchObject({ exit: 3, stdout: '' });
      expect(rsa.received.every(({ path }) => path === `/v2/users/${encodeURIComponent(id)}/devices`)).toBe(true);
    },
  );
});

describe('what RSA says of a mistake', () => {
  it('is passed on, safe for a terminal and not without end', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, {
      status: 400,
      body: { code: '400 BAD_REQUEST', description: `\u001b[31mred${'x y '.repeat(999)}` },
    });
    const { stderr } = await run(`ds100 show ${SERIAL}`);
    expect(stderr).toContain('\\u{1b}[31mred');
    expect(stderr.length).toBeLessThan(500);
  });

  it('is not read for minutes when it is long', async () => {
    const { rsa, run } = await helpdesk();
    const spent = cpuTime();
    for (const description of ['a'.repeat(4 * 2 ** 20), `${'a'.repeat(40)}.`.repeat(2 ** 16), ' '.repeat(2 ** 20)]) {
      rsa.instead(LOOKUP, { status: 400, body: { code: '400 BAD_REQUEST', description } });
      expect((await run(`ds100 show ${SERIAL}`)).exit).toBe(2);
    }
    expect(spent()).toBeLessThan(3000);
  });

  it('after a DELETE hints at proxies that drop its body', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DELETE, {
      status: 400,
      body: { code: '400 BAD_REQUEST', description: 'Wrong number of properties in the request body.' },
    });
    expect((await run(`ds100 delete ${SERIAL} --yes`)).stderr).toMatch(/Wrong number of properties[\s\S]*proxy/);
  });

  it('of a user is not in the trace, which goes into logs', async () => {
    const { run } = await helpdesk();
    const { exit, stderr } = await run('ds100 list --user nobody@example.com --verbose -o json');
    expect(exit).toBe(3);
    const traces = stderr.split('\n').filter((line) => line.includes('http://'));
    expect(traces.length).toBeGreaterThan(0);
    expect(traces.join('\n')).not.toContain('nobody@example.com');
    expect(await run(`ds100 list --user ${ADA} --verbose`)).toMatchObject({ exit: 0 });
  });

  it('of a 403 makes the hint name role, permission and licence', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { status: 403, body: { status: 403, error: 'Forbidden', message: 'Access Denied' } });
    const { stderr } = await run(`ds100 show ${SERIAL}`);
    for (const word of ['Help Desk Administrator', 'permission', 'licence']) expect(stderr).toContain(word);
  });
});
