import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { servedPlace, soffidPlace } from '../support/remote-places.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { many } from '../support/stock.ts';

const UUID = '2819c223-7f76-453a-919d-413861904646';

/** A server that is no otpctl, and whose only device has an id that is no number. */
async function otherServer(id = UUID) {
  const device = {
    schemas: ['urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice'],
    ...{ id, name: 'TOTP00000001', type: 'TOTP', user: 'ada', status: 'L', created: '2021-10-14T06:44:43Z' },
  };
  const { origin, requests } = await scriptedServer(({ method, target }) => {
    // What became of a change is not said.
    if (method !== 'GET') return { status: 502 };
    if (target === '/scim/v2/ServiceProviderConfig') return { body: { schemas: ['a:ServiceProviderConfig'] } };
    if (target === `/scim/v2/OtpDevice/${id}`) return { body: device };
    if (!target.startsWith('/scim/v2/OtpDevice?')) return undefined;
    const found = /name eq "TOTP00000001"|user eq "ada"/.test(target) ? [device] : [];
    return { body: { totalResults: found.length, Resources: found } };
  });
  const environment = { OTPCTL_URL: `${origin}/scim/v2`, OTPCTL_TOKEN: 'secret' };
  return { requests, options: { home: temporaryHome(), environment } };
}

describe('a device of a server', () => {
  it.each([UUID, 'TOTP00000001'])('finds a device whose id is no number by %s', async (name) => {
    const { options } = await otherServer();
    expect(await json(['device', 'show', name], options)).toMatchObject({ id: UUID, name: 'TOTP00000001' });
  });

  it('says that there is none when neither an id nor a name is meant', async () => {
    const { options } = await otherServer();
    const outcome = await otpctl(['device', 'show', 'TOTP00000002'], options);
    expect(outcome).toMatchObject({ exit: 3, stderr: expect.stringContaining('there is no device "TOTP00000002"') });
  });

  it.each([
    ['5; id $(id)', "otpctl device show '5; id $(id)'"],
    ['--user=victim', 'otpctl device show -- --user=victim'],
    ["it's!x", "otpctl device show 'it'\\''s!x'"],
    ['a\n\u202eb\u2800', "otpctl device show $'a\\012\\342\\200\\256b\\342\\240\\200'"],
  ])('is named in a hint as one word of a shell, whatever its id is: %j', async (id, hint) => {
    const { options } = await otherServer(id);
    const outcome = await otpctl(['device', 'unlock', 'TOTP00000001'], options);
    expect(outcome).toMatchObject({ exit: 8, stderr: expect.stringContaining(`look first with  ${hint}\n`) });
    const why = await otpctl(['why', 'ada'], options);
    expect(why.stdout).toContain(hint.replace('show', 'unlock'));
  });

  it('is listed as --explain says, which asks for no device', async () => {
    const { options, requests } = await otherServer();
    const line = ['device', 'list', '--explain', '--filter', 'user eq "ada"', '--sort-by', 'name'];
    expect(await json(line, options)).toEqual({
      filter: 'user eq "ada"',
      query: 'GET /scim/v2/OtpDevice?filter=user eq "ada"&sortBy=id',
      parameters: [],
      plan: [
        'the server sends what its filter finds',
        'each is judged here by the whole selection',
        'all are sorted here by name',
      ],
    });
    expect(requests.filter(({ target }) => target.includes('/OtpDevice?'))).toEqual([]);
  });

  it('is not taken for another device that somebody called by its id', async () => {
    const device = (id: string, name: string) => ({
      schemas: ['urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice'],
      ...{ id, name, type: 'TOTP', user: name, status: 'V', created: '2021-10-14T06:44:43Z' },
    });
    const all = [device('uuid-1', 'ada'), device('uuid-2', 'uuid-1')];
    const { origin } = await scriptedServer(({ target }) => {
      if (target === '/scim/v2/ServiceProviderConfig') return { body: { schemas: ['a:ServiceProviderConfig'] } };
      const one = all.find(({ id }) => target === `/scim/v2/OtpDevice/${id}`);
      if (one !== undefined) return { body: one };
      const found = all.filter(({ name }) => target.includes(`name eq "${name}"`));
      if (target.startsWith('/scim/v2/OtpDevice?')) return { body: { totalResults: found.length, Resources: found } };
      return { status: target.endsWith('ada') ? 400 : 404, body: { detail: 'no id' } };
    });
    const environment = { OTPCTL_URL: `${origin}/scim/v2`, OTPCTL_TOKEN: 'secret' };
    const options = { home: temporaryHome(), environment };
    expect(await json(['device', 'show', 'uuid-1'], options)).toMatchObject({ user: 'ada' });
    expect(await json(['device', 'show', 'uuid-2'], options)).toMatchObject({ user: 'uuid-1' });
    expect(await json(['device', 'show', 'ada'], options)).toMatchObject({ id: 'uuid-1' });
  });

  it('asks for a device that is named by its id once', async () => {
    const soffid = await soffidPlace(many(3, {}));
    soffid.double.requests.length = 0;
    const id = String([...soffid.double.devices.keys()][0]);
    expect(await soffid.run(`device show ${id} -o json`)).toMatchObject({ exit: 0 });
    expect(soffid.double.requests.map(({ path }) => path)).toEqual([`/OtpDevice/${id}`]);
  });

  it('says which role a key lacks', async () => {
    const { url, run } = await servedPlace([]);
    const made = await run('apikey create reader --role query -o json');
    const { key } = JSON.parse(made.stdout) as { key: string };
    const environment = { OTPCTL_URL: url, OTPCTL_TOKEN: key };
    const refused = await otpctl(['audit', 'list'], { home: temporaryHome(), environment });
    expect(refused).toMatchObject({
      exit: 4,
      stderr: expect.stringMatching(/does not allow it: .*lacks the role \w+\n/),
    });
  });

  it('shows what a list does not say, by its name too', async () => {
    const served = await servedPlace([]);
    expect(await served.run('device create totp --user ada --show-secret')).toMatchObject({ exit: 0 });
    const byId = await served.run('device show 1 -o json');
    expect(JSON.parse(byId.stdout)).toMatchObject({ id: '1', digits: 6, algorithm: 'SHA1' });
    expect((await served.run(`device show ${JSON.parse(byId.stdout).name} -o json`)).stdout).toBe(byId.stdout);
  });
});
