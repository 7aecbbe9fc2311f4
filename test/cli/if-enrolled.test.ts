import { describe, expect, it } from 'vitest';
import { otpctl, type RunOptions } from '../support/cli.ts';
import { NEW_YEAR } from '../support/fixed.ts';
import { temporaryHome } from '../support/home.ts';
import { type RemotePlace, servedPlace, soffidPlace } from '../support/remote-places.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { type Stocked, stocked } from '../support/stock.ts';

const VERIFY = ['device', 'verify', '--user', 'ada', '123456', '--if-enrolled'];

/** Devices of the user who is asked about; the type of all of them is EMAIL. */
const ada = (...devices: readonly Omit<Stocked, 'user'>[]): Stocked[] =>
  devices.map((device) => ({ user: 'ada', ...device }));

const PLACES: readonly (readonly [string, (devices: readonly Stocked[]) => Promise<RunOptions>])[] = [
  ['a store', async (devices) => ({ home: (await stocked(devices)).home })],
  ['an otpctl', async (devices) => optionsOf(await servedPlace(devices))],
  ['an otpctl as Soffid', async (devices) => optionsOf(await servedPlace(devices, '/soffid/webservice/scim2/v1'))],
  ['Soffid', async (devices) => optionsOf(await soffidPlace(devices))],
];

function optionsOf({ home, environment }: RemotePlace): RunOptions {
  return { home, environment: { ...environment } };
}

describe.each(PLACES)('--if-enrolled, at %s', (place, open) => {
  it.each([
    ['only created devices', ada({ status: 'C' }, { status: 'C' })],
    ['a created one, beside an enabled one of somebody else', [...ada({ status: 'C' }), { user: 'adam' }]],
  ])('lets through who has %s, whatever the type', async (_, devices) => {
    const options = await open(devices);
    for (const type of [[], ['--type', 'email'], ['--type', 'pin']]) {
      expect(await otpctl([...VERIFY, ...type], options)).toEqual({
        exit: 0,
        stdout: '',
        stderr: 'notice: user "ada" has no enabled device\n',
      });
    }
    expect(await otpctl(['device', 'challenge', '--user', 'ada', '--if-enrolled'], options)).toMatchObject({ exit: 0 });
  });

  it.each([
    ['a locked device', ada({ status: 'L' })],
    ['a disabled device', ada({ status: 'D' })],
    ['a created one and a disabled one', ada({ status: 'C' }, { status: 'D' })],
    ['a created one and a locked one', ada({ status: 'L' }, { status: 'C' })],
    ['a created one that was used, as a HOTP device stays at Soffid', ada({ status: 'C', lastUsed: NEW_YEAR })],
  ])('stops who has %s, whatever the type', async (_, devices) => {
    const options = await open(devices);
    for (const verb of [VERIFY, ['device', 'challenge', '--user', 'ADA', '--if-enrolled']]) {
      expect(await otpctl(verb, options)).toMatchObject({ exit: 5, stdout: '' });
      expect(await otpctl([...verb, '--type', 'email'], options)).toMatchObject({ exit: 5, stdout: '' });
      expect(await otpctl([...verb, '--type', 'pin'], options)).toMatchObject({ exit: 3, stdout: '' });
    }
  });

  it('stops who has an enabled device of another type than the named one', async () => {
    const options = await open(ada({ status: 'V' }, { status: 'C' }));
    expect(await otpctl([...VERIFY, '--type', 'pin'], options)).toMatchObject({ exit: 3, stdout: '' });
  });

  it('stops whom nobody knows', async () => {
    const options = await open([{ user: 'adam' }]);
    expect(await otpctl(VERIFY, options)).toMatchObject({ exit: 3, stdout: '' });
  });

  // Soffid has no users here that have no device.
  const known = place.includes('Soffid') ? [] : ['Ada'];
  it.for(known)('lets through a known user without a device', async (user) => {
    const options = await open([]);
    expect(await otpctl(['user', 'set', user, '--attr', 'mail=ada@example.com'], options)).toMatchObject({ exit: 0 });
    expect(await otpctl([...VERIFY, '--type', 'pin'], options)).toMatchObject({
      exit: 0,
      stderr: 'notice: user "ada" has no device\n',
    });
    expect(await otpctl(VERIFY.slice(0, -1), options)).toMatchObject({ exit: 3 });
  });

  it('goes with --user alone', async () => {
    const options = await open(ada({ status: 'C' }));
    expect(await otpctl(['device', 'verify', '1', '123456', '--if-enrolled'], options)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('--if-enrolled goes with --user'),
    });
    expect(await otpctl(['device', 'challenge', '1', '--if-enrolled'], options)).toMatchObject({ exit: 2 });
  });
});

describe('--if-enrolled, at a server that may be anything', () => {
  type Answered = Readonly<Record<string, unknown>>;
  const created = (id: number, more: Answered = {}): Answered => ({
    ...{ schemas: ['urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice'], id: String(id), name: `D${id}` },
    ...{ type: 'TOTP', user: 'ada', status: 'C', created: '2021-10-14T06:44:43Z' },
    ...more,
  });

  /** Lists these devices by pages of two, or answers lists in another way. */
  async function serving(devices: readonly Answered[], list?: (target: string) => { status?: number; body?: unknown }) {
    const { origin } = await scriptedServer(({ target }) => {
      if (target === '/scim/v2/ServiceProviderConfig') return { body: { schemas: ['a:ServiceProviderConfig'] } };
      if (!target.startsWith('/scim/v2/OtpDevice?')) return undefined;
      if (list !== undefined) return list(target);
      const from = Number(/startIndex=(\d+)/.exec(target)?.[1]) - 1;
      return { body: { totalResults: devices.length, Resources: devices.slice(from, from + 2) } };
    });
    return { home: temporaryHome(), environment: { OTPCTL_URL: `${origin}/scim/v2`, OTPCTL_TOKEN: 'secret' } };
  }

  it('lets through who has only created devices, over all pages', async () => {
    const options = await serving([1, 2, 3, 4, 5].map((id) => created(id)));
    expect(await otpctl(VERIFY, options)).toMatchObject({ exit: 0 });
  });

  it.each([
    ['E for enabled', { status: 'E' }],
    ['a status that nobody knows', { status: 'X' }],
    ['the letter of created in another case', { status: 'c' }],
    ['no status', { status: undefined }],
    ['a locked device of a type that nobody knows', { type: 'FIDO', status: 'L' }],
    ['another spelling of the user', { user: 'ADA', status: 'L' }],
  ])('stops who has, on the last page, a device with %s', async (_, last) => {
    const options = await serving([created(1), created(2), created(3), created(4), created(5, last)]);
    const { exit } = await otpctl([...VERIFY, '--type', 'pin'], options);
    expect(exit).not.toBe(0);
  });

  it.each([
    ['a failure', { status: 500 }],
    ['a refusal', { status: 403 }],
    ['no list', { body: {} }],
    ['fewer devices than it counts', { body: { totalResults: 2, Resources: [] } }],
    ['a device that cannot be read', { body: { totalResults: 1, Resources: [created(1, { created: 'yesterday' })] } }],
  ])('stops everybody where the list is %s', async (_, answer) => {
    const { exit } = await otpctl(VERIFY, await serving([], () => answer));
    expect(exit).toBeGreaterThan(1);
  });
});
