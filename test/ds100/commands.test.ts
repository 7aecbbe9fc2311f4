import { describe, expect, it } from 'vitest';
import { CLEAR_PIN, DELETE, DISABLE, ENABLE, LOOKUP } from '../support/rsa/fake-rsa.ts';
import { ADA, addDevice, HOLDER, helpdesk, SERIAL, TOKEN_SERIAL } from '../support/rsa/helpdesk.ts';

const OTHER = '26c1e3d6-b31c-803e-cf7f-bdbe7687a72b';

describe('ds100 show and list', () => {
  it('show the record as the API has it, unknown fields and nulls kept', async () => {
    const { rsa, run } = await helpdesk();
    const { exit, stdout } = await run(`ds100 show ${SERIAL} -o json`);
    expect({ exit, record: JSON.parse(stdout) }).toEqual({ exit: 0, record: rsa.devices.get(SERIAL) });
  });

  it('are tables of serials, holder, status, since when and by whom', async () => {
    const { rsa, run } = await helpdesk();
    addDevice(rsa, {
      tokenStatus: 'Disabled',
      tokenStatusChangedAt: '2021-12-30T00:00:00.000Z',
      tokenStatusChangedBy: 'helpdesk',
    });
    const { stdout } = await run(`ds100 list --user ${ADA}`);
    expect(stdout).toBe(
      [
        'DEVICE     TOKEN         USER ID                               STATUS    SINCE       BY',
        `140100080  014010008031  ${HOLDER}  disabled  2 days ago  helpdesk`,
        '',
      ].join('\n'),
    );
    expect((await run(`ds100 show ${SERIAL}`)).stdout).toContain('since        2021-12-30T00:00:00Z (2 days ago)');
    expect((await run(`ds100 show ${SERIAL} -q`)).stdout).toBe(`${SERIAL}\n`);
    expect((await run(`ds100 show ${SERIAL} -o csv --columns deviceSerialNumber,tokenStatus`)).stdout).toBe(
      'deviceSerialNumber,tokenStatus\n140100080,Disabled\n',
    );
  });

  it('list only the DS100 of a user, one object a line in jsonl', async () => {
    const { rsa, run } = await helpdesk();
    addDevice(rsa, { deviceSerialNumber: '140100081', tokenSerialNumber: '014010008131' });
    addDevice(rsa, { deviceSerialNumber: '140100082', tokenSerialNumber: '014010008231', userId: OTHER });
    for (const by of [`--user ${ADA}`, `--user-id ${HOLDER}`]) {
      const { stdout } = await run(`ds100 list ${by} -o jsonl`);
      const serials = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).deviceSerialNumber as string);
      expect(serials).toEqual([SERIAL, '140100081']);
    }
    expect(rsa.to('/v1/users/lookup').map(({ text }) => text)).toEqual([`{"email":"${ADA}"}`]);
  });

  it('refuse a list of everything, which RSA does not have', async () => {
    const { rsa, run } = await helpdesk();
    expect(await run('ds100 list')).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining('--user') });
    expect(rsa.received).toEqual([]);
  });

  it('say exit 3 for a device and a user that are not there', async () => {
    const { run } = await helpdesk();
    expect(await run('ds100 show 140100099')).toMatchObject({ exit: 3, stdout: '' });
    expect(await run('ds100 list --user bob@example.com')).toMatchObject({ exit: 3, stdout: '' });
  });
});

describe('ds100 disable and enable', () => {
  it.each([
    ['disable', 'Disabled'],
    ['enable', 'Enabled'],
  ])('send nothing when it is so already: %s', async (verb, tokenStatus) => {
    const { rsa, run } = await helpdesk();
    const device = addDevice(rsa, { tokenStatus });
    const { exit, stdout, stderr } = await run(`ds100 ${verb} ${SERIAL} -o json`);
    expect({ exit, records: JSON.parse(stdout) }).toEqual({ exit: 0, records: [device] });
    expect(stderr).toContain('already');
    expect(rsa.received.map(({ path }) => path)).toEqual([LOOKUP]);
  });

  it('refuse a holder who is not the one that was given, and name the real one', async () => {
    const { rsa, run } = await helpdesk();
    for (const verb of ['show', 'disable', 'enable', 'clear-pin --yes', 'delete --yes']) {
      const { exit, stdout, stderr } = await run(`ds100 ${verb} ${SERIAL} --user-id ${OTHER}`);
      expect({ exit, stdout }).toEqual({ exit: 5, stdout: '' });
      expect(stderr).toContain(HOLDER);
    }
    expect(new Set(rsa.received.map(({ path }) => path))).toEqual(new Set([LOOKUP]));
  });

  it('want the serial number of the device where only that of the token is given', async () => {
    const { rsa, run } = await helpdesk();
    for (const verb of ['show', 'disable', 'enable', 'delete --yes', 'clear-pin --yes']) {
      const { exit, stderr } = await run(`ds100 ${verb} ${TOKEN_SERIAL}`);
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('9 digits') });
    }
    expect(rsa.received).toEqual([]);
  });

  it('find the device of a token among those of the user who is given', async () => {
    const { rsa, run } = await helpdesk();
    expect(await run(`ds100 disable ${TOKEN_SERIAL} --user-id ${HOLDER}`)).toMatchObject({ exit: 0 });
    expect(rsa.to(DISABLE).map(({ body }) => body)).toEqual([{ deviceSerialNumber: SERIAL, userId: HOLDER }]);
  });

  it.each(['14010008', '1401000800', '14010008031', 'abc', '140-100-080', '٠١٢٣٤٥٦٧٨'])(
    'refuse  %s  as a serial number',
    async (serial) => {
      const { rsa, run } = await helpdesk();
      const { exit, stderr } = await run(`ds100 disable ${serial}`);
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('serial number') });
      expect(rsa.received).toEqual([]);
    },
  );

  it('act all the same where the lookup is forbidden, and serial and holder are given', async () => {
    const { rsa, run } = await helpdesk();
    const forbidden = { status: 403, body: { status: 403, error: 'Forbidden', message: 'Access Denied' } };
    rsa.instead(LOOKUP, forbidden, forbidden);
    expect(await run(`ds100 disable ${SERIAL} --user-id ${HOLDER}`)).toMatchObject({
      exit: 0,
      stderr: expect.stringContaining('the holder was not checked'),
    });
    expect(rsa.devices.get(SERIAL)?.tokenStatus).toBe('Disabled');
    expect(await run(`ds100 enable ${SERIAL}`)).toMatchObject({ exit: 4, stdout: '' });
    rsa.instead(LOOKUP, forbidden);
    expect(await run(`ds100 show ${SERIAL} --user-id ${HOLDER}`)).toMatchObject({ exit: 4, stdout: '' });
    expect(rsa.to(ENABLE)).toEqual([]);
  });

  it('take the one device of a caller who cannot read its back', async () => {
    const { rsa, run } = await helpdesk();
    expect(await run(`ds100 disable --user ${ADA}`)).toMatchObject({ exit: 0 });
    expect(rsa.devices.get(SERIAL)?.tokenStatus).toBe('Disabled');
    rsa.devices.clear();
    expect(await run(`ds100 disable --user ${ADA}`)).toMatchObject({ exit: 3, stdout: '' });
  });

  it('list the devices of a caller who has several, and change none', async () => {
    const { rsa, run } = await helpdesk();
    addDevice(rsa, { deviceSerialNumber: '140100081', tokenSerialNumber: '014010008131' });
    const { exit, stdout, stderr } = await run(`ds100 disable --user ${ADA}`);
    expect({ exit, stdout }).toEqual({ exit: 5, stdout: '' });
    expect(stderr).toContain(SERIAL);
    expect(stderr).toContain('140100081');
    expect(rsa.to(DISABLE)).toEqual([]);
  });

  it.each([
    ['ds100 disable', 'no DS100 is named'],
    [`ds100 disable ${SERIAL} --user ${ADA}`, 'exclude one another'],
    [`ds100 disable ${SERIAL} --from x.csv`, '--from excludes'],
    [`ds100 disable ${SERIAL} --max 3`, '--max goes with --from'],
  ])('refuse  %s', async (line, sentence) => {
    const { rsa, run } = await helpdesk();
    expect(await run(line)).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(sentence) });
    expect(rsa.received).toEqual([]);
  });
});

describe('ds100 clear-pin and delete', () => {
  it('need --yes without a terminal, and send nothing before', async () => {
    const { rsa, run } = await helpdesk();
    for (const verb of ['clear-pin', 'delete']) {
      const { exit, stderr } = await run(`ds100 ${verb} ${SERIAL}`);
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('--yes') });
    }
    expect([...rsa.to(CLEAR_PIN), ...rsa.to(DELETE)]).toEqual([]);
  });

  it('name what is lost', async () => {
    const { run } = await helpdesk();
    const { stderr } = await run(`ds100 delete ${SERIAL}`);
    for (const part of [SERIAL, TOKEN_SERIAL, HOLDER, 'its PIN', 'register it again']) expect(stderr).toContain(part);
  });

  it('clear the PIN of a token whose holder is given, where nothing may be looked up', async () => {
    const { rsa, run } = await helpdesk();
    const forbidden = { status: 403, body: { status: 403, error: 'Forbidden', message: 'Access Denied' } };
    rsa.instead(`/v2/users/${HOLDER}/devices`, forbidden);
    expect(await run(`ds100 clear-pin ${TOKEN_SERIAL} --user-id ${HOLDER} --yes`)).toMatchObject({
      exit: 0,
      stderr: expect.stringContaining('the holder was not checked'),
    });
    expect(rsa.to(CLEAR_PIN)).toHaveLength(1);
  });
});

describe('ds100 add and import', () => {
  it('are not for RSA, and send nothing', async () => {
    const { rsa, run } = await helpdesk();
    const add = `ds100 add ${SERIAL} --token-serial ${TOKEN_SERIAL} --user-id ${HOLDER}`;
    for (const [line, stdin] of [
      [add, ''],
      ['ds100 import -', `deviceSerialNumber,tokenSerialNumber,userId\n${SERIAL},${TOKEN_SERIAL},${HOLDER}\n`],
    ] as const) {
      expect(await run(`${line} -o json`, { stdin })).toMatchObject({
        exit: 5,
        stderr: expect.stringContaining('not-supported-here'),
      });
    }
    expect(rsa.received).toEqual([]);
  });
});
