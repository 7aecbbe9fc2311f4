import { describe, expect, it } from 'vitest';
import { CLEAR_PIN, DELETE, DISABLE, LOOKUP, TOKEN } from '../support/rsa/fake-rsa.ts';
import { HOLDER, helpdesk, SERIAL, TOKEN_SERIAL } from '../support/rsa/helpdesk.ts';
import { CLIENT_ID, CLIENT_KEYS, writeKey } from '../support/rsa/keys.ts';

const READ = 'rsa.authenticator.ds100.read';
const MANAGE = 'rsa.authenticator.ds100.manage';
const GOOD_TOKEN = { body: { access_token: 'of-the-test', token_type: 'Bearer', expires_in: 600 } };
const TIMEOUT = { timeout: 300 };

describe('too many requests', () => {
  it.each([
    ['0', [0]],
    ['5', [5000]],
    ['86400', [60_000]],
    ['Sat, 01 Jan 2022 00:00:07 GMT', [7000]],
    ['Fri, 31 Dec 2021 23:00:00 GMT', [0]],
  ])('with Retry-After %j are waited for', async (retryAfter, expected) => {
    const { rsa, run, waits } = await helpdesk();
    rsa.instead(LOOKUP, { status: 429, headers: { 'retry-after': retryAfter } });
    expect(await run(`ds100 show ${SERIAL}`)).toMatchObject({ exit: 0 });
    expect(waits).toEqual(expected);
  });

  it.each([undefined, 'soon', ''])(
    'without a Retry-After that can be read (%j) are waited for longer each time',
    async (retryAfter) => {
      const { rsa, run, waits } = await helpdesk();
      const trick = { status: 429, ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }) };
      rsa.instead(LOOKUP, trick, trick, trick, trick, trick);
      const { exit, stderr } = await run(`ds100 show ${SERIAL}`);
      expect({ exit, stderr }).toEqual({ exit: 7, stderr: expect.stringContaining('--rate') });
      expect(rsa.to(LOOKUP)).toHaveLength(4);
      expect(waits).toHaveLength(3);
      for (const [at, wait] of waits.entries()) {
        expect(wait).toBeGreaterThanOrEqual(500 * 2 ** at);
        expect(wait).toBeLessThanOrEqual(1000 * 2 ** at);
      }
    },
  );

  it('are given up after two minutes of waiting', async () => {
    const { rsa, run, waits } = await helpdesk();
    const trick = { status: 429, headers: { 'retry-after': '3600' } };
    rsa.instead(LOOKUP, trick, trick, trick, trick);
    expect(await run(`ds100 show ${SERIAL}`)).toMatchObject({ exit: 7 });
    expect(waits).toEqual([60_000, 60_000]);
  });
});

describe('a gateway without its server', () => {
  it.each([502, 503, 504])('(%i) is asked again, also to change what may be changed twice', async (status) => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { status, body: '<html>Bad Gateway</html>' });
    rsa.instead(DISABLE, { status, body: '<html>Bad Gateway</html>' });
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({ exit: 0 });
    expect(rsa.to(DISABLE)).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 500])('is not what %i is, which is not sent again as it was', async (status) => {
    const { rsa, run, waits } = await helpdesk();
    const trick = { status, body: { code: `${status} X`, description: 'no' } };
    rsa.instead(DISABLE, trick, trick, trick, trick);
    expect((await run(`ds100 disable ${SERIAL}`)).exit).not.toBe(0);
    expect(waits).toEqual([]);
    expect(rsa.to(DISABLE)).toHaveLength(status === 401 ? 2 : 1);
  });

  it('does not get a DELETE twice', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DELETE, { status: 502, body: '<html>Bad Gateway</html>' });
    const { exit, stderr } = await run(`ds100 delete ${SERIAL} --yes`);
    expect({ exit, stderr }).toEqual({ exit: 7, stderr: expect.stringContaining('ds100 show') });
    expect(rsa.to(DELETE)).toHaveLength(1);
  });
});

describe('a DELETE that had no answer', () => {
  it.each(['hang', 'cut', 'half'] as const)('(%s) is done when a lookup finds nothing any more', async (silence) => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DELETE, { apply: true, silence });
    expect(await run(`ds100 delete ${SERIAL} --yes`, TIMEOUT)).toMatchObject({ exit: 0 });
    expect(rsa.received.map(({ path }) => path)).toEqual([LOOKUP, DELETE, LOOKUP]);
  });

  it('is done when another credential is on the device by now', async () => {
    const { rsa, run } = await helpdesk();
    const again = { ...rsa.devices.get(SERIAL), tokenSerialNumber: '014010008032' };
    rsa.instead(DELETE, { silence: 'hang' });
    const deletion = run(`ds100 delete ${SERIAL} --yes`, TIMEOUT);
    await expect.poll(() => rsa.to(DELETE).length).toBe(1);
    rsa.devices.set(SERIAL, again as never);
    expect(await deletion).toMatchObject({ exit: 0 });
  });

  it.each(['hang', 'cut'] as const)('(%s) is not done when a lookup still finds it', async (silence) => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DELETE, { silence });
    expect(await run(`ds100 delete ${SERIAL} --yes`, TIMEOUT)).toMatchObject({ exit: 7, stdout: '' });
    expect(rsa.to(DELETE)).toHaveLength(1);
    expect(rsa.devices.has(SERIAL)).toBe(true);
  });

  it('is of unknown outcome when nobody can look, or a proxy answers in the place of RSA', async () => {
    for (const body of [{ description: 'An internal error occurred.' }, '<html>Not found</html>']) {
      const { rsa, run } = await helpdesk();
      const first = { body: [rsa.devices.get(SERIAL)] };
      rsa.instead(LOOKUP, first, { status: typeof body === 'string' ? 404 : 500, body });
      rsa.instead(DELETE, { apply: true, silence: 'cut' });
      const { exit, stdout, stderr } = await run(`ds100 delete ${SERIAL} --yes -o json`);
      expect({ exit, stdout }).toEqual({ exit: 8, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({
        error: { code: 'outcome-unknown', hint: expect.stringContaining(`ds100 show ${SERIAL}`) },
      });
    }
  });
});

describe('a PATCH that had no answer', () => {
  it('is sent again, as it sets a state', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DISABLE, { apply: true, silence: 'hang' });
    expect(await run(`ds100 disable ${SERIAL}`, TIMEOUT)).toMatchObject({ exit: 0 });
    expect(rsa.to(DISABLE)).toHaveLength(2);
  });

  it('four times is judged by a lookup: done', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DISABLE, { apply: true, silence: 'cut' }, ...Array(3).fill({ silence: 'cut' }));
    const { exit, stdout } = await run(`ds100 disable ${SERIAL} -o json`);
    expect({ exit, status: (JSON.parse(stdout) as { tokenStatus: string }[])[0]?.tokenStatus }).toEqual({
      exit: 0,
      status: 'Disabled',
    });
  });

  it('four times is judged by a lookup: not done', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(DISABLE, ...Array(4).fill({ silence: 'cut' }));
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({ exit: 7, stdout: '' });
  });

  it('is of unknown outcome when nobody can look', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { body: [rsa.devices.get(SERIAL)] }, { status: 500, body: '' });
    rsa.instead(DISABLE, { apply: true, silence: 'cut' }, ...Array(3).fill({ silence: 'cut' }));
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({ exit: 8, stdout: '' });
  });

  it('is judged by a lookup also when the token ended meanwhile, and what came then was a refusal', async () => {
    const { rsa, run } = await helpdesk();
    const refusal = { status: 400, body: { code: '400 BAD_REQUEST', description: 'no' } };
    rsa.instead(DISABLE, { apply: true, silence: 'cut' }, { status: 401, body: '' }, refusal);
    expect(await run(`ds100 disable ${SERIAL}`)).toMatchObject({ exit: 0 });
    rsa.instead(DELETE, { status: 401, body: '' }, { apply: true, silence: 'cut' });
    expect(await run(`ds100 delete ${SERIAL} --yes`)).toMatchObject({ exit: 0 });
  });

  it('stays of unknown outcome when the token ends meanwhile and no new one is to be had', async () => {
    const client = { algorithm: 'ES256', scopes: [READ, MANAGE], expiresIn: 600 } as const;
    const desk = await helpdesk({ client });
    const rsa = {
      url: desk.rsa.url,
      issuer: desk.rsa.issuer,
      clientId: CLIENT_ID,
      privateKeyFile: writeKey(desk.home, CLIENT_KEYS.ES256.jwk),
    };
    desk.rsa.instead(DISABLE, { apply: true, silence: 'cut' }, { status: 401, body: '' });
    desk.rsa.instead(TOKEN, { apply: true, ...GOOD_TOKEN }, ...Array(9).fill({ status: 403, body: '' }));
    desk.rsa.instead(LOOKUP, { body: [desk.rsa.devices.get(SERIAL)] });
    expect(await desk.run(`ds100 disable ${SERIAL}`, { rsa })).toMatchObject({ exit: 8, stdout: '' });
  });

  it('of a PIN is of unknown outcome, as no lookup says when it was cleared', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(CLEAR_PIN, ...Array(4).fill({ silence: 'cut' }));
    expect(await run(`ds100 clear-pin ${SERIAL} --yes`)).toMatchObject({
      exit: 8,
      stdout: '',
      stderr: expect.stringContaining('does no harm'),
    });
    expect(rsa.to(CLEAR_PIN).map(({ body }) => body)).toEqual(
      Array(4).fill({ tokenSerialNumber: TOKEN_SERIAL, userId: HOLDER }),
    );
  });
});

describe('a server that is not there, or slow', () => {
  it('is exit 7, after four tries', async () => {
    const { home, run, waits } = await helpdesk();
    const environment = { OTPCTL_RSA_KEY_FILE: `${home}/rsa-600.key`, OTPCTL_RSA_URL: 'http://127.0.0.1:1' };
    const { exit, stderr } = await run(`ds100 show ${SERIAL}`, { environment });
    expect({ exit, stderr }).toEqual({ exit: 7, stderr: expect.stringContaining('cannot be reached') });
    expect(waits).toHaveLength(3);
  });

  it.each(['hang', 'half'] as const)('is exit 7 when it is slow (%s)', async (silence) => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, ...Array(4).fill({ silence }));
    const { exit, stderr } = await run(`ds100 show ${SERIAL} -o json`, { timeout: 100 });
    expect({ exit, error: JSON.parse(stderr).error.code }).toEqual({ exit: 7, error: 'timed-out' });
  });

  it('is exit 7 when its answer is longer than any answer', async () => {
    const { rsa, run } = await helpdesk();
    rsa.instead(LOOKUP, { body: `[${'{},'.repeat(3 * 2 ** 20)}{}]` });
    expect(await run(`ds100 show ${SERIAL}`)).toMatchObject({ exit: 7, stderr: expect.stringContaining('longer') });
  });

  it('that sends elsewhere is not followed, and the token goes nowhere', async () => {
    const other = await helpdesk();
    for (const status of [301, 302, 307, 308]) {
      const { rsa, run } = await helpdesk();
      rsa.instead(LOOKUP, { status, headers: { location: `${other.rsa.url}/v1/ds100/lookup` } });
      expect(await run(`ds100 show ${SERIAL}`)).toMatchObject({
        exit: 7,
        stderr: expect.stringContaining('redirection'),
      });
    }
    expect(other.rsa.received).toEqual([]);
  });
});
